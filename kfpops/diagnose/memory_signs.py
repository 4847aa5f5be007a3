"""All signs of one step's lack of memory, joined: container status, launcher's line, node's events, limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kfpops.diagnose import evidence
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step
from kfpops.knowledge.argo_message import parse_failure
from kfpops.knowledge.memory_advice import Ceiling, node_ceiling
from kfpops.knowledge.out_of_memory import SIGKILL_STATUS, Ending, Verdict, dead_child, verdict
from kfpops.knowledge.quantity import format_bytes, parse_bytes
from kfpops.model.container import ContainerStatus, Terminated
from kfpops.model.event import Event
from kfpops.model.finding import Evidence, Fact

# How far a node's SystemOOM event and the end of a container may lie apart: the kubelet looks every few seconds.
_NEAR = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class MemorySigns:
    """`limit` and `request` in bytes, None when there is none or it is unknown; `child_line` is the program's own word."""

    verdict: Verdict
    container: str
    limit: int | None
    request: int | None
    node: str | None
    system_oom: bool
    child_line: str | None
    evidence: tuple[Evidence, ...]
    facts: dict[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Ended:
    container: str
    reason: str
    exit_code: int
    at: datetime | None
    evidence: tuple[Evidence, ...]


def memory_signs(step: Step, facts: Facts) -> MemorySigns | None:
    """None when the step did not run out of memory. What programs themselves say (MemoryError …) is not looked at."""
    ended = _ended(step)
    if ended is None:
        return None
    log = step.log if ended.container == "main" else None
    limit, request, limited = _resources(step, facts, ended.container)
    node = step.pod.spec.node_name if step.pod else (step.node.host_node_name if step.node else "")
    told = _system_oom(facts, node, ended.at)
    words = (*log.own_lines[-80:], log.traceback.message if log.traceback else "") if log else ()
    child = dead_child(words, by_shell=log is not None and log.exit_status == SIGKILL_STATUS)
    found = verdict(
        Ending(
            reason=ended.reason,
            exit_code=ended.exit_code,
            inner_status=log.exit_status if log else None,
            inner_signal=log.signal_name if log else None,
            limited=limited,
            system_oom=bool(told),
            disrupted=_disrupted(step),
            child_died=child is not None,
        )
    )
    if found is None:
        return None
    quoted = (*ended.evidence, *(evidence.of_event(e) for e in told[:1]))
    if log is not None and log.klog_errors:
        quoted = (*quoted, evidence.of_log(log, log.klog_errors[:1]))
    numbers: dict[str, Fact] = {
        "limit_bytes": limit,
        "request_bytes": request,
        "exit_code": ended.exit_code,
        "inner_exit_code": log.exit_status if log else None,
    }
    return MemorySigns(found, ended.container, limit, request, node or None, bool(told), child, quoted, numbers)


def _ended(step: Step) -> _Ended | None:
    """The container that was killed, or may have been; None when none was."""
    if step.pod is None:
        said = parse_failure(step.message) if step.state == "failed" else None
        if said is None or (said.reason != "OOMKilled" and not _sigkill(step, said.exit_code)):
            return None
        return _Ended(said.container, said.reason, said.exit_code, step.ended, evidence.of_node(step))
    main = step.main
    killed = [(s, d) for s in step.statuses if (d := _done(s)) is not None and _oom_killed(d)]
    # What happened beside a program that failed by itself is not why the step failed.
    if main is not None and (done := _done(main)) is not None and done.exit_code != 0:
        killed = [(s, d) for s, d in killed if s.name == main.name]
        if not killed and _sigkill(step, done.exit_code):
            killed = [(main, done)]
    if not killed:
        return None
    status, done = next(((s, d) for s, d in killed if main and s.name == main.name), killed[0])
    quoted = (evidence.of_container(step, status), *evidence.of_node(step))
    reason = "OOMKilled" if _oom_killed(done) else done.reason
    return _Ended(status.name, reason, done.exit_code, done.finished_at, quoted)


def _oom_killed(done: Terminated) -> bool:
    """A limit too small for the container's start ends in a StartError of runc, with exit code 128."""
    return done.reason == "OOMKilled" or "container init was OOM-killed" in done.message


def _sigkill(step: Step, exit_code: int) -> bool:
    log = step.log
    return exit_code == SIGKILL_STATUS or (
        log is not None and (log.exit_status == SIGKILL_STATUS or log.signal_name == "killed")
    )


def _done(status: ContainerStatus) -> Terminated | None:
    """How it ended; of a container that is started again and again, how it ended the last time."""
    wait = status.state.waiting
    looping = wait is not None and wait.reason == "CrashLoopBackOff"
    return status.state.terminated or (status.last_state.terminated if looping else None)


def _resources(step: Step, facts: Facts, container: str) -> tuple[int | None, int | None, bool | None]:
    """Limit, request, and whether there is a limit: from the pod, else from the compiled pipeline."""
    if step.pod is not None:
        everything = (*step.pod.spec.containers, *step.pod.spec.init_containers)
        spec = next((c for c in everything if c.name == container), None)
        if spec is None:
            return None, None, None
        limit = parse_bytes(spec.resources.limits.get("memory"))
        return limit, parse_bytes(spec.resources.requests.get("memory")), limit is not None
    case = facts.case_of(step)
    pipeline = case.run.pipeline if case and case.run else None
    asked = pipeline.container(step.task) if pipeline and step.task and container == "main" else None
    if asked is None:
        return None, None, None
    wanted = asked.resources
    return (
        parse_bytes(wanted.resource_memory_limit or None) or _gigabytes(wanted.memory_limit),
        parse_bytes(wanted.resource_memory_request or None) or _gigabytes(wanted.memory_request),
        None,
    )


def _gigabytes(number: float | None) -> int | None:
    """Older SDKs compile memory to a number of 10^9 bytes."""
    return round(number * 10**9) if number else None


def _system_oom(facts: Facts, node: str, at: datetime | None) -> list[Event]:
    """Events of the node about a system-wide lack of memory; node-problem-detector's OOMKilling tells of cgroups too."""
    if not node or not facts.around.events:
        return []
    return [
        e
        for e in facts.around.events
        if e.involved_object.kind == "Node"
        and e.involved_object.name == node
        and e.reason in ("SystemOOM", "OOMKilling")
        and "cgroup" not in e.message
        and (at is None or e.at is None or abs(e.at - at) <= _NEAR)
    ]


def _disrupted(step: Step) -> bool:
    if step.pod is None:
        return False
    status = step.pod.status
    if status.reason or step.pod.metadata.deletion_timestamp is not None:
        return True
    return any(c.type == "DisruptionTarget" and c.status == "True" for c in status.conditions) or any(
        "liveness probe" in e.message for e in step.events_with("Killing", "Unhealthy")
    )


def ceilings(step: Step, facts: Facts) -> tuple[Ceiling, ...]:
    """What bounds a container's memory here: the largest node, LimitRanges, and what a quota has left."""
    around = facts.around
    largest = max((parse_bytes(n.status.allocatable.get("memory")) or 0 for n in around.nodes or ()), default=0)
    found = [node_ceiling(largest)] if largest else []
    for limits in around.limit_ranges or ():
        if limits.metadata.namespace != step.namespace:
            continue
        for item in limits.spec.limits:
            if item.type in ("Container", "Pod") and (most := parse_bytes(item.max.get("memory"))):
                found.append(Ceiling(most, f"the LimitRange {limits.metadata.name} allows {format_bytes(most)}"))
    for quota in around.quotas or ():
        hard = parse_bytes(quota.status.hard.get("limits.memory"))
        if quota.metadata.namespace == step.namespace and hard is not None:
            left = max(hard - (parse_bytes(quota.status.used.get("limits.memory")) or 0), 0)
            found.append(Ceiling(left, f"the quota {quota.metadata.name} has {format_bytes(left)} left"))
    return tuple(found)
