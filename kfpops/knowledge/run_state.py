"""What KFP's and Argo's words for a state mean: failed, waiting, running, succeeded, cancelled."""

from __future__ import annotations

from collections.abc import Mapping

from kfpops.model.diagnosis import State
from kfpops.model.run import Run

OF_KFP: Mapping[str, State] = {
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "CANCELED": "cancelled",
    "CANCELING": "cancelled",
    "SKIPPED": "succeeded",
    "PENDING": "running",
    "RUNNING": "running",
    "PAUSED": "waiting",
}
"""KFP's RuntimeState (backend/api/v2beta1/run.proto). CANCELED is never written for Argo's runs, CANCELING is."""

OF_ARGO: Mapping[str, State] = {
    "Pending": "running",
    "Running": "running",
    "Succeeded": "succeeded",
    "Failed": "failed",
    "Error": "failed",
}
"""Argo's WorkflowPhase."""


def state_of_run(run: Run) -> State:
    """The state as KFP's record tells it; a failed run that was being cancelled was cancelled (KFP calls it FAILED)."""
    state = OF_KFP.get(run.state, "unknown")
    if state == "failed" and any(change.state == "CANCELING" for change in run.state_history):
        return "cancelled"
    return state
