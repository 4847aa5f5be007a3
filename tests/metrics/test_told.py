"""Gauges of recurring runs and of a clean-up plan."""

from __future__ import annotations

from kfpops.metrics.catalog import by_name
from kfpops.metrics.family import Series
from kfpops.metrics.told import of_plan, of_schedules
from kfpops.model.meta import Metadata
from kfpops.model.run import RecurringRun
from kfpops.model.scheduled_workflow import ScheduledWorkflow, ScheduledWorkflowStatus, TriggerStatus
from tests.metrics.building import EPOCH, T0, at

NEXT = "kfp_recurring_run_next_expected_timestamp_seconds"


def planned(uid: str, minutes: float) -> ScheduledWorkflow:
    status = ScheduledWorkflowStatus(trigger=TriggerStatus(next_triggered_time=at(minutes)))
    return ScheduledWorkflow(metadata=Metadata(name=uid, uid=uid), status=status)


def test_no_schedules() -> None:
    assert of_schedules("team-a", (), [planned("gone", 1)]) == {}


def test_a_disabled_schedule_expects_nothing() -> None:
    found = of_schedules("team-a", [RecurringRun("id", "nightly", enabled=False)], [planned("id", 1)])
    assert found == {Series("kfp_recurring_run_info", ("team-a", "nightly", "false", "", "")): 1.0}


def test_a_schedule() -> None:
    run = RecurringRun("id", "nightly", True, "team-b", schedule="0 0 3 * * *", max_concurrency=2)
    found = of_schedules("team-a", [run], [planned("id", 1), planned("other", 0)])
    assert found == {
        Series("kfp_recurring_run_info", ("team-b", "nightly", "true", "0 0 3 * * *", "2")): 1.0,
        Series(NEXT, ("team-b", "nightly")): at(1).timestamp(),
    }


def test_nothing_is_expected_where_kubernetes_tells_no_time() -> None:
    unknown = ScheduledWorkflowStatus(trigger=TriggerStatus(next_triggered_time=EPOCH))
    objects = [ScheduledWorkflow(metadata=Metadata(name="a", uid="a")), ScheduledWorkflow(Metadata(uid="b"), status=unknown)]
    found = of_schedules("team-a", [RecurringRun(id, id, True) for id in ("a", "b", "c")], objects)
    assert {series.family for series in found} == {"kfp_recurring_run_info"}


def test_of_two_with_one_name_the_earlier_is_expected() -> None:
    runs = [RecurringRun(id, "nightly", True) for id in ("a", "b")]
    found = of_schedules("team-a", runs, [planned("a", 5), planned("b", 3)])
    assert found[Series(NEXT, ("team-a", "nightly"))] == at(3).timestamp()


def test_a_plan() -> None:
    found = of_plan(T0, {"live": (3, 300), "orphan": (2, 50)}, {"run-deleted": (2, 50)})
    assert found == {
        Series("kfpops_cleanup_plan_timestamp_seconds"): T0.timestamp(),
        Series("kfpops_store_objects", ("live",)): 3.0,
        Series("kfpops_store_bytes", ("live",)): 300.0,
        Series("kfpops_store_objects", ("orphan",)): 2.0,
        Series("kfpops_store_bytes", ("orphan",)): 50.0,
        Series("kfpops_deletable_objects", ("run-deleted",)): 2.0,
        Series("kfpops_deletable_bytes", ("run-deleted",)): 50.0,
    }
    for series in found:
        assert by_name[series.family].kind == "gauge"
        assert len(series.labels) == len(by_name[series.family].labels)
