"""What the subject is, whatever KFP calls it: failed, waiting, running, succeeded, cancelled."""

from __future__ import annotations

from collections.abc import Sequence

from kfpops.diagnose.facts import Facts, RunCase
from kfpops.model.diagnosis import State
from kfpops.model.finding import Finding

# KFP's RuntimeState (backend/api/v2beta1/run.proto). CANCELED is never written for Argo's runs, CANCELING is.
_OF_KFP: dict[str, State] = {
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "CANCELED": "cancelled",
    "CANCELING": "cancelled",
    "SKIPPED": "succeeded",
    "PENDING": "running",
    "RUNNING": "running",
    "PAUSED": "waiting",
}
_OF_ARGO: dict[str, State] = {"Succeeded": "succeeded", "Failed": "failed", "Error": "failed"}


def state_of(facts: Facts, findings: Sequence[Finding]) -> State:
    """The state of the subject, told by the workflow first (KFP's record lags behind it)."""
    if facts.subject.kind == "run":
        case = facts.cases[0] if facts.cases else None
        return _of_run(case, findings) if case else "unknown"
    states = [s.state for s in facts.steps]
    causes = {f.cause for f in findings}
    if findings and not causes <= {"run/cancelled"}:
        return "failed" if "failed" in states else "waiting"
    if "running" in states or "waiting" in states:
        return "running"
    return "succeeded" if states else "unknown"


def _of_run(case: RunCase, findings: Sequence[Finding]) -> State:
    if any(f.cause == "run/cancelled" for f in findings):
        return "cancelled"
    phase = case.workflow.status.phase if case.workflow else ""
    state = _OF_ARGO.get(phase) or (_OF_KFP.get(case.run.state, "unknown") if case.run else "unknown")
    if state == "unknown" and phase:
        state = "running"
    if state != "running":
        return state
    going = any(s.state == "running" for s in case.steps)
    return "waiting" if findings and not going else "running"
