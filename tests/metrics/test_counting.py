"""What a run adds, and what it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kfpops.metrics.catalog import by_name
from kfpops.metrics.change import Add, Change, Keep, Observe, Put
from kfpops.metrics.counting import changes_of
from kfpops.metrics.family import Series
from kfpops.metrics.seen import SeenTask
from kfpops.model.run import Run
from tests.metrics.building import EPOCH, T0, a_run, at, seen

PLACE = ("team-a", "train")


def of(name: str, changes: tuple[Change, ...]) -> list[Change]:
    return [change for change in changes if change.series.family == name]


@pytest.mark.parametrize(
    ("run", "counted"),
    [
        pytest.param(a_run(), 0, id="nothing is known of it"),
        pytest.param(a_run("PENDING RUNNING"), 0, id="it has not ended"),
        pytest.param(a_run("PENDING RUNNING FAILED"), 1, id="it was counted"),
        pytest.param(a_run("RUNNING FAILED RUNNING"), 1, id="it is tried again, which has not ended"),
        pytest.param(a_run("RUNNING FAILED"), 2, id="it shows fewer attempts than it did"),
        pytest.param(a_run("RUNNING FAILED", recurring="nightly"), 1, id="the run of a schedule was counted"),
    ],
)
def test_nothing_is_new(run: Run, counted: int) -> None:
    assert changes_of(seen(run), counted) == ()


def test_a_run_that_succeeded() -> None:
    end = at(2).timestamp()
    assert changes_of(seen(a_run("PENDING RUNNING SUCCEEDED")), 0) == (
        Add(Series("kfp_runs_finished_total", (*PLACE, "SUCCEEDED", "manual")), 1.0, "r"),
        Add(Series("kfp_run_attempts_total", PLACE)),
        Observe(Series("kfp_run_duration_seconds", (*PLACE, "SUCCEEDED")), 120.0, "r"),
        Observe(Series("kfp_run_queue_duration_seconds", PLACE), 60.0, "r"),
        Put(Series("kfp_pipeline_last_run_end_timestamp_seconds", (*PLACE, "SUCCEEDED")), end, end),
        Put(Series("kfp_pipeline_last_run_duration_seconds", (*PLACE, "SUCCEEDED")), 120.0, end),
        Keep(Series("kfp_run_duration_seconds", (*PLACE, "SUCCEEDED")), 120.0, end),
    )


@pytest.mark.parametrize(
    ("run", "since"),
    [
        pytest.param(a_run("PENDING RUNNING FAILED"), 0.0, id="it failed"),
        pytest.param(a_run("PENDING RUNNING SUCCEEDED"), at(2.1).timestamp(), id="it was too long ago"),
        pytest.param(replace(a_run("RUNNING SUCCEEDED"), created_at=EPOCH), 0.0, id="nobody knows when it began"),
    ],
)
def test_no_duration_is_kept(run: Run, since: float) -> None:
    assert [change for change in changes_of(seen(run), 0, since) if isinstance(change, Keep)] == []


def test_a_duration_of_within_the_window_is_kept() -> None:
    found = changes_of(seen(a_run("PENDING RUNNING SUCCEEDED")), 0, at(2).timestamp())
    assert [change.value for change in found if isinstance(change, Keep)] == [120.0]


def test_a_retry_adds_to_what_was_counted() -> None:
    found = changes_of(seen(a_run("RUNNING FAILED RUNNING SUCCEEDED")), 1)
    assert of("kfp_runs_finished_total", found) == [
        Add(Series("kfp_runs_finished_total", (*PLACE, "SUCCEEDED", "manual")), 1.0, "r")
    ]
    assert of("kfp_run_retries_total", found) == [Add(Series("kfp_run_retries_total", PLACE), 1.0, "r")]
    assert of("kfpops_run_failures_total", found) == []


def test_attempts_that_were_missed_are_all_counted() -> None:
    found = changes_of(seen(a_run("RUNNING FAILED RUNNING CANCELING FAILED RUNNING SUCCEEDED")), 0)
    counted = [change.series.labels[2] for change in of("kfp_runs_finished_total", found)]
    assert counted == ["FAILED", "CANCELED", "SUCCEEDED"]
    assert len(of("kfp_run_attempts_total", found)) == 3
    assert len(of("kfp_run_retries_total", found)) == 2


def test_a_cause_is_of_the_last_attempt_only() -> None:
    found = changes_of(seen(a_run("RUNNING FAILED RUNNING FAILED"), cause="memory/oom-killed"), 0)
    causes = [change.series.labels[2] for change in of("kfpops_run_failures_total", found)]
    assert causes == ["not-diagnosed", "memory/oom-killed"]


@pytest.mark.parametrize("history", ["RUNNING SUCCEEDED", "RUNNING CANCELING FAILED", "RUNNING SKIPPED"])
def test_what_did_not_fail_has_no_cause(history: str) -> None:
    assert of("kfpops_run_failures_total", changes_of(seen(a_run(history), cause="memory/oom-killed"), 0)) == []


def test_the_run_of_a_schedule() -> None:
    found = changes_of(seen(a_run("RUNNING SUCCEEDED", recurring="id")), 0)
    due = at(-0.5).timestamp()
    last = Put(Series("kfp_recurring_run_last_scheduled_timestamp_seconds", ("team-a", "nightly")), due, due)
    assert found[0] == last
    assert of("kfp_runs_finished_total", found)[0].series.labels[3] == "schedule"
    assert of("kfp_run_schedule_delay_seconds", found) == [
        Observe(Series("kfp_run_schedule_delay_seconds", PLACE), 30.0, "r")
    ]


def test_a_schedule_has_run_also_while_its_run_is_under_way() -> None:
    (only,) = changes_of(seen(a_run("RUNNING", recurring="id")), 0)
    assert only.series.family == "kfp_recurring_run_last_scheduled_timestamp_seconds"


def test_a_schedule_that_is_gone_has_no_last_run() -> None:
    gone = replace(seen(a_run("RUNNING SUCCEEDED", recurring="id")), recurring="")
    found = changes_of(gone, 0)
    assert of("kfp_recurring_run_last_scheduled_timestamp_seconds", found) == []
    assert of("kfp_runs_finished_total", found)[0].series.labels[3] == "schedule"


def test_a_retry_of_a_scheduled_run_is_not_late() -> None:
    found = changes_of(seen(a_run("RUNNING FAILED RUNNING FAILED", recurring="id")), 1)
    assert of("kfp_run_schedule_delay_seconds", found) == []


def test_unknown_times_are_not_measured() -> None:
    run = replace(a_run("", "FAILED"), created_at=EPOCH, scheduled_at=EPOCH, finished_at=EPOCH, recurring_run_id="id")
    names = [change.series.family for change in changes_of(seen(run), 0)]
    assert names == ["kfp_runs_finished_total", "kfp_run_attempts_total", "kfpops_run_failures_total"]


def test_tasks_are_counted_with_their_attempt() -> None:
    tasks = (
        SeenTask("extract", "SUCCEEDED", at(0.1), at(0.4)),
        SeenTask("score", "FAILED", at(0.5), at(0.9), retries=2),
        SeenTask("extract", "CACHED", at(2.1), at(2.1)),
        SeenTask("report", "SKIPPED"),
        SeenTask("score", "SUCCEEDED", at(3.5), at(9)),
    )
    run = a_run("RUNNING FAILED RUNNING SUCCEEDED")
    first = changes_of(seen(a_run("RUNNING FAILED"), tasks=tasks[:2]), 0)
    assert of("kfp_tasks_finished_total", first) == [
        Add(Series("kfp_tasks_finished_total", (*PLACE, "extract", "SUCCEEDED")), 1.0, "r"),
        Add(Series("kfp_tasks_finished_total", (*PLACE, "score", "FAILED")), 1.0, "r"),
    ]
    assert of("kfp_task_retries_total", first) == [Add(Series("kfp_task_retries_total", (*PLACE, "score")), 2.0, "r")]
    assert [c.value for c in of("kfp_task_duration_seconds", first) if isinstance(c, Observe)] == pytest.approx([18.0, 24.0])
    second = changes_of(seen(run, tasks=tasks), 1)
    assert [c.series.labels[2:] for c in of("kfp_tasks_finished_total", second)] == [
        ("extract", "CACHED"),
        ("report", "SKIPPED"),
    ]
    assert of("kfp_task_duration_seconds", second) == [], "what was taken from the cache, or skipped, did not run"


def test_every_change_fits_its_family() -> None:
    tasks = (SeenTask("a", "FAILED", T0, at(1), 1),)
    changes = changes_of(seen(a_run("PENDING RUNNING FAILED RUNNING FAILED", recurring="id"), tasks=tasks), 0)
    kinds = {Add: "counter", Observe: "histogram", Put: "gauge"}
    for change in changes:
        family = by_name[change.series.family]
        assert len(change.series.labels) == len(family.labels)
        assert family.kind == kinds[type(change)]
    assert {change.series.family for change in changes} >= {"kfp_task_retries_total", "kfp_run_schedule_delay_seconds"}


def test_names_are_made_fit() -> None:
    long = seen(a_run("RUNNING SUCCEEDED"))
    changes = changes_of(replace(long, pipeline="p" * 500), 0)
    assert {len(change.series.labels[1]) for change in changes} == {200}
    assert changes_of(replace(long, pipeline=""), 0)[1] == Add(Series("kfp_run_attempts_total", ("team-a", "__unnamed__")))
