"""Recurring runs that do not start."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.diagnose.causes.schedule import CAUSES
from kfpops.model.finding import Finding
from kfpops.model.run import RecurringRun
from kfpops.model.scheduled_workflow import ScheduledWorkflow
from kfpops.model.workload import Deployment
from tests.builders import ago, kube
from tests.diagnose.causes.looking import findings

LOOKED_AT = [{"type": "Enabled", "status": "True"}]


def a_schedule(
    name: str = "every-minute",
    *,
    enabled: bool = True,
    due: float | None = None,
    active: int = 0,
    age: float = 3600,
    looked_at: bool = True,
    **spec: Any,
) -> ScheduledWorkflow:
    """`due`: seconds since its next start should have been, negative while it lies ahead."""
    metadata = {"name": name, "namespace": "kubeflow", "uid": f"uid-{name}", "creationTimestamp": ago(age)}
    trigger = {"nextTriggeredTime": ago(due)} if due is not None else {}
    history = {"active": [{"name": f"{name}-{n}"} for n in range(active)]}
    status = {"trigger": trigger, "workflowHistory": history, "conditions": LOOKED_AT if looked_at else []}
    return kube(ScheduledWorkflow, {"metadata": metadata, "spec": {"enabled": enabled, **spec}, "status": status})


def controller(ready: int) -> Deployment:
    metadata = {"name": "ml-pipeline-scheduledworkflow", "namespace": "kubeflow"}
    return kube(Deployment, {"metadata": metadata, "spec": {"replicas": ready}, "status": {"readyReplicas": ready}})


def seen(*schedules: ScheduledWorkflow, kind: str = "namespace", **around: Any) -> list[Finding]:
    return findings(CAUSES, kind=kind, scheduled_workflows=schedules, **around)


@pytest.mark.parametrize(
    "schedule",
    [
        pytest.param(a_schedule(due=-30), id="its next start lies ahead"),
        pytest.param(a_schedule(due=40), id="forty seconds late: the controller looks every ten"),
        pytest.param(a_schedule(age=20, looked_at=False), id="it was made just now"),
        pytest.param(
            a_schedule(due=600, trigger={"cronSchedule": {"cron": "0 * * * * *", "endTime": ago(3600)}}),
            id="it has come to its planned end",
        ),
        pytest.param(
            a_schedule(enabled=False, trigger={"periodicSchedule": {"intervalSecond": 60, "endTime": ago(60)}}),
            id="disabled, and over anyway",
        ),
    ],
)
def test_the_schedule_is_well(schedule: ScheduledWorkflow) -> None:
    assert seen(schedule) == []


def test_a_run_is_not_asked_about_schedules() -> None:
    assert seen(a_schedule(due=600), a_schedule("b", enabled=False), kind="run") == []


def test_a_disabled_schedule_that_was_replaced_is_no_finding() -> None:
    old = a_schedule("old", enabled=False, pipelineId="p1")
    assert seen(old, a_schedule("new", due=-30, pipelineId="p1")) == []
    assert [f.cause for f in seen(old, a_schedule("other", due=-30, pipelineId="p2"))] == ["schedule/disabled"]


def test_a_disabled_schedule_is_called_by_the_name_that_people_know() -> None:
    (found,) = seen(
        a_schedule("weekly-retrainjvwjn", enabled=False),
        recurring_runs=(RecurringRun("uid-weekly-retrainjvwjn", "weekly-retrain", enabled=False),),
    )
    assert (found.cause, found.title) == ("schedule/disabled", "Recurring run weekly-retrain is disabled; it never started")
    assert (found.objects[0].kind, found.objects[0].name) == ("ScheduledWorkflow", "weekly-retrainjvwjn")
    assert "enable_recurring_run('uid-weekly-retrainjvwjn')" in found.advice[0].text


def test_several_disabled_ones_are_one_finding() -> None:
    (found,) = seen(a_schedule("a", enabled=False), a_schedule("b", enabled=False))
    assert found.title == "2 recurring runs are disabled: a, b"
    assert len(found.objects) == 2


def test_a_missed_start_comes_before_what_is_disabled() -> None:
    missed, disabled = seen(a_schedule(due=108), a_schedule("b", enabled=False), deployments=(controller(1),))
    assert (missed.cause, disabled.cause) == ("schedule/missed", "schedule/disabled")
    assert missed.facts["late_seconds"] == 108
    assert missed.title == "Recurring run every-minute did not start: it was due at 11:58:12 UTC, 108 seconds ago"


def test_the_controller_that_is_down_explains_all_missed_starts() -> None:
    (found,) = seen(a_schedule(due=108), a_schedule("b", due=900), deployments=(controller(0),))
    assert [o.kind for o in found.objects] == ["ScheduledWorkflow", "Deployment", "ScheduledWorkflow"]
    assert found.advice[0].kubectl == "kubectl -n kubeflow scale deployment/ml-pipeline-scheduledworkflow --replicas=1"


def test_a_schedule_that_the_controller_never_looked_at() -> None:
    (found,) = seen(a_schedule(age=600, looked_at=False))
    assert (found.cause, found.confidence) == ("schedule/missed", "likely")


def test_a_schedule_that_waits_for_its_own_runs() -> None:
    (found,) = seen(a_schedule(due=600, active=2, maxConcurrency=2))
    assert (found.cause, found.facts) == ("schedule/concurrency-blocked", {"active": 2, "max_concurrency": 2})
    assert [f.cause for f in seen(a_schedule(due=600, active=1, maxConcurrency=2))] == ["schedule/missed"]
