"""How a step's container, and the program in it, ended: exit codes, signals, and where that is written."""

from __future__ import annotations

from dataclasses import dataclass

from kfpops.diagnose import evidence
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step
from kfpops.knowledge.argo_message import parse_failure
from kfpops.knowledge.exit_status import signal_of
from kfpops.knowledge.run_state import state_of_run
from kfpops.model.container import ContainerStatus, Terminated
from kfpops.model.finding import Evidence, Fact


@dataclass(frozen=True, slots=True)
class Exit:
    """`code` and `reason` are the container's, from the pod or else from Argo's message. `inner` is the exit status of the
    program that KFP's launcher ran (None: unknown, or a signal ended it), `signal` the number of the signal that ended the
    program, None when none did."""

    container: str
    code: int
    reason: str
    inner: int | None = None
    signal: int | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def facts(self) -> dict[str, Fact]:
        return {"exit_code": self.code, "inner_exit_code": self.inner, "signal": self.signal}


def exit_of(step: Step) -> Exit | None:
    """How the container that counts ended; None when it has not, when it ended well, or when nothing tells."""
    found = _ended(step)
    if found is None:
        return None
    container, code, reason, quoted = found
    log = step.log if step.log is not None and step.log.container == container else None
    inner, word = (log.exit_status, log.signal_name) if log else (None, None)
    told = inner is not None or word is not None
    number = signal_of(inner, word) if told else signal_of(code)
    if log is not None and told:
        said = next((text for text in reversed(log.klog_errors) if "exit status" in text or "signal:" in text), None)
        quoted = (*quoted, *((evidence.of_log(log, [said]),) if said else ()))
    return Exit(container, code, reason, inner, number, quoted)


def _ended(step: Step) -> tuple[str, int, str, tuple[Evidence, ...]] | None:
    if step.pod is not None:
        order = sorted(step.statuses, key=lambda s: s is not step.main)
        for status in order:
            done = terminated(status)
            if done is not None and done.exit_code != 0:
                return status.name, done.exit_code, done.reason, (evidence.of_container(step, status),)
        return None
    failure = parse_failure(step.message)
    if failure is None or failure.exit_code == 0:
        return None
    return failure.container, failure.exit_code, failure.reason, evidence.of_node(step)


def terminated(status: ContainerStatus) -> Terminated | None:
    """How a container ended: now, or the last time when it only waits for its next start."""
    wait = status.state.waiting
    if wait is not None and wait.reason == "CrashLoopBackOff":
        return status.last_state.terminated
    return status.state.terminated


def exit_facts(step: Step) -> dict[str, Fact]:
    """`exit_code` of the container and `inner_exit_code` of the program; None for what is unknown."""
    found = exit_of(step)
    if found is None:
        return {"exit_code": None, "inner_exit_code": step.log.exit_status if step.log else None}
    return {"exit_code": found.code, "inner_exit_code": found.inner}


def was_stopped(step: Step, facts: Facts) -> bool:
    """Whether someone stopped the run: then its steps end by a signal that nobody needs to look for.

    KFP stops a run by setting the workflow's activeDeadlineSeconds to 0 (backend resource_manager.go, TerminateRun).
    """
    case = facts.case_of(step)
    if case is None:
        return False
    spec = case.workflow.spec if case.workflow else None
    ordered = spec is not None and (spec.active_deadline_seconds == 0 or bool(spec.shutdown))
    return ordered or (case.run is not None and state_of_run(case.run) == "cancelled")
