"""Which further lists and logs the steps call for: asked only when a sign in them says so. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from kfpops.diagnose.facts import RunCase
from kfpops.diagnose.step import Step
from kfpops.knowledge.executor_input import input_artifacts, local_paths
from kfpops.knowledge.traceback import is_missing_file

Need: TypeAlias = Literal[
    "nodes", "pods", "claims", "autoscaler", "quotas", "limit_ranges", "config_maps", "secrets", "deployments",
    "node_events", "service_accounts", "priority_classes", "earlier_runs",
]  # fmt: skip

# What a text says → what else to read. Texts of Kubernetes, Argo and KFP, as the causes read them.
_TABLE: tuple[tuple[str, tuple[Need, ...]], ...] = (
    (r"nodes are available", ("nodes", "pods")),
    (r"persistentvolume|volume", ("claims",)),
    (r"quota", ("quotas", "pods")),
    (r"per Container|per Pod|must specify", ("limit_ranges",)),
    (r"OOMKilled", ("nodes", "limit_ranges", "quotas", "earlier_runs")),
    (r"service ?account", ("service_accounts",)),
    (r"configmap", ("config_maps",)),
    (r"in Secret", ("secrets",)),
    (r"PriorityClass", ("priority_classes",)),
    (r"pod deleted|DisruptionTarget|ContainerStatusUnknown|NodeLost|NodeNotReady", ("nodes",)),
)
_SIGNS = tuple((re.compile(pattern, re.IGNORECASE), needs) for pattern, needs in _TABLE)
_UNREACHABLE = re.compile(
    r"connection refused|connection reset|no such host|i/o timeout|deadline exceeded|Unavailable|no route to host"
    r"|failed to put file|failed to open bucket|ML Metadata|mlmd|error looking up|timed out",
    re.IGNORECASE,
)
# Events of the cluster-autoscaler and of Karpenter on a pod.
_AUTOSCALERS = ("NotTriggerScaleUp", "TriggeredScaleUp", "FailedScaleUp", "Nominated")


def needs_of(steps: Iterable[Step], cases: Sequence[RunCase]) -> frozenset[Need]:
    """What to list beside workflows, pods and their events."""
    wanted: set[Need] = set()
    for step in steps:
        if step.state in ("failed", "waiting"):
            wanted |= _of_step(step)
        elif step.state == "running" and _is_out_of_touch(step):
            wanted.add("nodes")
    if any(_stands_still(case) for case in cases):
        wanted.add("deployments")
    return frozenset(wanted)


def _of_step(step: Step) -> set[Need]:
    said = _texts(step)
    wanted: set[Need] = {need for sign, needs in _SIGNS if sign.search(said) for need in needs}
    if step.state == "failed":
        # A step that ran had its claims.
        wanted.discard("claims")
    if step.pod is not None and step.state == "waiting" and not step.pod.spec.node_name:
        wanted |= {"nodes", "pods"}
        if step.events_with(*_AUTOSCALERS) or step.pod.spec.scheduling_gates:
            wanted.add("autoscaler")
    if step.main_terminated is not None and step.main_terminated.exit_code == 137 and "OOMKilled" not in said:
        wanted.add("node_events")
    return wanted


def _is_out_of_touch(step: Step) -> bool:
    """The node controller takes Ready from pods of a silent node; the kubelet alone would take ContainersReady, too."""
    said = {c.type: c.status for c in step.pod.status.conditions} if step.pod else {}
    return said.get("ContainersReady") == "True" and said.get("Ready", "True") != "True"


def needs_of_logs(steps: Iterable[Step]) -> frozenset[Need]:
    """What the logs call for, once they are read: KFP's own programs, when one of them did not answer."""
    for step in steps:
        if step.state not in ("failed", "waiting"):
            continue
        errors = " ".join(step.log.klog_errors) if step.log else ""
        if _UNREACHABLE.search(errors) or _UNREACHABLE.search(step.message):
            return frozenset({"deployments"})
    return frozenset()


def _texts(step: Step) -> str:
    """Everything short that speaks about a step: messages of node, pod, conditions, containers and events."""
    parts = [step.message]
    if step.pod is not None:
        status = step.pod.status
        parts += [status.reason, status.message, *(c.message for c in status.conditions if c.status != "True")]
        parts += [c.type for c in status.conditions if c.type == "DisruptionTarget"]
        for container in step.statuses:
            for state in (container.state.waiting, container.state.terminated):
                if state is not None:
                    parts += [state.reason, state.message]
    parts += [e.message for e in step.events]
    return "\n".join(parts)


def _stands_still(case: RunCase) -> bool:
    """A run that goes on, but of which nothing runs: its controller may be gone."""
    phase = case.workflow.status.phase if case.workflow else ""
    if phase in ("Succeeded", "Failed", "Error"):
        return False
    return not any(s.state == "running" for s in case.steps)


def logs_wanted(steps: Sequence[Step], most: int) -> tuple[Step, ...]:
    """The steps whose logs are worth a request: failed ones whose pod does not say it all; at most `most`.

    One of each task of each pipeline first (the same task fails the same way), the first and the last attempt before
    those between.
    """
    failed = [s for s in steps if s.state == "failed" and s.node_or_pod_ran]
    chosen: dict[str, Step] = {}
    groups: dict[tuple[object, ...], list[Step]] = {}
    for step in sorted(failed, key=lambda s: (s.ended.timestamp() if s.ended else 0.0, s.id)):
        groups.setdefault((step.pipeline or step.workflow, step.task, step.role), []).append(step)
    for pick in (0, -1):
        for group in groups.values():
            chosen.setdefault(group[pick].id, group[pick])
    for group in groups.values():
        for step in group:
            chosen.setdefault(step.id, step)
    return tuple(chosen.values())[:most]


def objects_wanted(steps: Sequence[Step], most: int) -> tuple[str, ...]:
    """URIs of input artifacts whose file a step did not find: worth asking the object store whether they are there."""
    found: dict[str, None] = {}
    for step in steps:
        traceback = step.log.traceback if step.state == "failed" and step.log else None
        if step.log is None or traceback is None or not is_missing_file(traceback):
            continue
        paths = local_paths(traceback.message)
        inputs = input_artifacts(step.main_spec.command if step.main_spec else (), step.log.inputs) if paths else ()
        found |= dict.fromkeys(a.uri for a in inputs if any(p.startswith(a.path.rstrip("/")) for p in paths))
    return tuple(found)[:most]
