"""Time limits: whether a step's end was that of its own limit, or of the run's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from kfpops.diagnose import evidence
from kfpops.diagnose.exits import exit_of
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step
from kfpops.knowledge.exit_status import SIGKILL, SIGTERM
from kfpops.model.finding import Evidence
from kfpops.model.workflow import Workflow

# The kubelet's words for a pod's activeDeadlineSeconds (pkg/kubelet/active_deadline.go), which Argo repeats.
_OF_POD = "longer than the specified deadline"
_POD_REASON = "DeadlineExceeded"
# Argo's words for a workflow's activeDeadlineSeconds (workflow/controller/operator.go, steps and retries).
_OF_WORKFLOW = ("Step exceeded its deadline", "exceeded workflow deadline")
# Times are written in whole seconds, and a pod is made a moment after its limit was reckoned.
_ROUNDING = timedelta(seconds=4)


@dataclass(frozen=True, slots=True)
class Deadline:
    """Whose limit it was, and how many seconds it allows; None when that can no longer be read."""

    of: Literal["step", "run"]
    seconds: int | None
    evidence: tuple[Evidence, ...]


def deadline_of(step: Step, facts: Facts) -> Deadline | None:
    """The time limit that ended a step; None when none did. A run that someone stopped has the limit 0 and is not meant."""
    status = step.pod.status if step.pod else None
    case = facts.case_of(step)
    workflow = case.workflow if case else None
    limit = workflow.spec.active_deadline_seconds if workflow else None
    by_kubelet = (status is not None and status.reason == _POD_REASON) or _OF_POD in step.message
    if by_kubelet and not (workflow and limit and _is_rest_of_the_run(step, workflow, limit)):
        seconds = step.pod.spec.active_deadline_seconds if step.pod else None
        return Deadline("step", seconds, evidence.of_pod(step) or evidence.of_node(step))
    if workflow is None or not limit or not (by_kubelet or _ended_with_the_run(step, workflow, limit)):
        return None
    text = f"activeDeadlineSeconds={limit}" + (f" {workflow.status.message}" if workflow.status.message else "")
    quoted = Evidence(f"workflow/{workflow.metadata.name}/spec", text, workflow.status.finished_at)
    return Deadline("run", limit, (quoted, *(evidence.of_pod(step) if by_kubelet else evidence.of_node(step))))


def _is_rest_of_the_run(step: Step, workflow: Workflow, limit: int) -> bool:
    """Argo gives every pod what is left of the workflow's time as its own limit (workflow/controller/workflowpod.go)."""
    begun = workflow.status.started_at
    seconds = step.pod.spec.active_deadline_seconds if step.pod else None
    made = step.pod.metadata.creation_timestamp if step.pod else None
    if begun is None or seconds is None or made is None:
        return any(text in workflow.status.message for text in _OF_WORKFLOW)
    return abs(made + timedelta(seconds=seconds) - begun - timedelta(seconds=limit)) <= _ROUNDING


def _ended_with_the_run(step: Step, workflow: Workflow, limit: int) -> bool:
    if any(text in step.message for text in _OF_WORKFLOW):
        return True
    found = exit_of(step)
    if found is None or found.signal not in (SIGTERM, SIGKILL):
        return False
    begun, ended = workflow.status.started_at, step.ended
    over = begun is not None and ended is not None and ended >= begun + timedelta(seconds=limit)
    return over or any(text in workflow.status.message for text in _OF_WORKFLOW)
