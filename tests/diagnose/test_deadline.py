"""Time limits that ended a step."""

from __future__ import annotations

import pytest

from kfpops.diagnose.deadline import deadline_of
from kfpops.diagnose.facts import RunCase
from kfpops.diagnose.step import Step
from tests.builders import RUN_ID, a_pod, a_step, a_workflow, ago, some_facts, terminated

OVER = "Pod was active on the node longer than the specified deadline"


def _deadline(step: Step, limit: int | None = None, message: str = "", began: float = 900) -> tuple[str, int | None] | None:
    spec = {"activeDeadlineSeconds": limit} if limit is not None else {}
    workflow = a_workflow(phase="Failed", spec=spec, status={"message": message, "startedAt": ago(began)})
    found = deadline_of(step, some_facts(step, case=RunCase(RUN_ID, "n", "kubeflow", workflow=workflow)))
    return (found.of, found.seconds) if found else None


@pytest.mark.parametrize(
    ("step", "limit", "began"),
    [
        pytest.param(a_step(pod=a_pod(statuses=(terminated(1),))), 600, 900, id="it failed by itself"),
        pytest.param(a_step(pod=a_pod(statuses=(terminated(143),))), 600, 300, id="it was stopped before the limit"),
        pytest.param(a_step(pod=a_pod(statuses=(terminated(143),))), None, 900, id="there is no limit"),
        pytest.param(a_step(message="Step exceeded its deadline"), 0, 900, id="someone stopped the run"),
        pytest.param(a_step(pod=a_pod(phase="Failed", reason="Evicted")), None, 900, id="it was evicted"),
    ],
)
def test_no_time_limit(step: Step, limit: int | None, began: float) -> None:
    assert _deadline(step, limit, began=began) is None


@pytest.mark.parametrize(
    ("step", "limit", "message", "found"),
    [
        pytest.param(
            a_step(pod=a_pod(phase="Failed", reason="DeadlineExceeded", message=OVER, spec={"activeDeadlineSeconds": 25})),
            None, "", ("step", 25), id="the pod's own",
        ),
        pytest.param(a_step(message=OVER), None, "", ("step", None), id="the pod's own, and it is gone"),
        pytest.param(
            a_step(pod=a_pod(phase="Failed", reason="DeadlineExceeded", age=850, spec={"activeDeadlineSeconds": 550})),
            600, "", ("run", 600), id="the rest of the workflow's, given to the pod",
        ),
        pytest.param(
            a_step(pod=a_pod(phase="Failed", reason="DeadlineExceeded", age=850, spec={"activeDeadlineSeconds": 25})),
            600, "", ("step", 25), id="the pod's own, long before the workflow's",
        ),
        pytest.param(a_step(message=OVER), 600, "retry exceeded workflow deadline x", ("run", 600),
                     id="the workflow's, says the workflow of a pod that is gone"),
        pytest.param(a_step(message="Step exceeded its deadline"), 600, "", ("run", 600), id="the workflow's, by the node"),
        pytest.param(
            a_step(pod=a_pod(statuses=(terminated(143),))), 5000, "retry exceeded workflow deadline x", ("run", 5000),
            id="the workflow's, says the workflow",
        ),
        pytest.param(a_step(pod=a_pod(statuses=(terminated(143),))), 600, "", ("run", 600), id="the workflow's, by time"),
    ],
)  # fmt: skip
def test_time_limits(step: Step, limit: int | None, message: str, found: tuple[str, int | None]) -> None:
    assert _deadline(step, limit, message) == found
