"""A real KFP's answers, counted: as many as the label of that recording says, by pipeline, state, schedule and cause."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kfpops.knowledge.kfp_json import pipeline_names_of, recurring_runs_of, runs_of
from kfpops.metrics.active import active, open_run
from kfpops.metrics.attempt import attempts_of
from kfpops.metrics.change import Add, Observe
from kfpops.metrics.counting import changes_of
from kfpops.metrics.family import Series
from kfpops.metrics.run_tasks import tasks_of
from kfpops.metrics.seen import SeenRun
from tests.lineage.recorded import label, opened

RECORDED = json.loads(gzip.decompress((Path(__file__).parent / "recordings" / "busy-cluster.json.gz").read_bytes()))
LABEL = label("busy-cluster")
LABELLED: dict[str, Any] = {run["run_id"]: run for run in LABEL["runs"]}
# What KFP calls FAILED, and the label's cause says that somebody cancelled it.
CANCELLED = Counter(run["pipeline"] for run in LABEL["runs"] if run["cause"] == "run/cancelled")


def all_seen() -> tuple[SeenRun, ...]:
    """As the exporter sees them: runs without the name of their pipeline get it from KFP's list of pipelines."""
    pipelines = pipeline_names_of(RECORDED["pipelines"])
    schedules = {one.id: one.name for one in recurring_runs_of(RECORDED["recurringruns"])}
    return tuple(
        SeenRun(
            run,
            "kubeflow",
            run.pipeline_name or pipelines.get(run.pipeline_id, ""),
            schedules.get(run.recurring_run_id, ""),
            (LABELLED[run.id]["cause"] or "") if run.id in LABELLED else "",
        )
        for run in runs_of(RECORDED["runs"], "kubeflow")
    )


SEEN = all_seen()
OURS = tuple(seen for seen in SEEN if seen.run.id in LABELLED)


def sums(runs: tuple[SeenRun, ...], family: str) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for seen in runs:
        for change in changes_of(seen, 0):
            if isinstance(change, Add) and change.series.family == family:
                found[change.series.labels] += int(change.amount)
    return found


def expected() -> Counter[tuple[str, str]]:
    """(pipeline, state) → runs, from the label: its states are KFP's, but where it says that KFP is wrong."""
    found: Counter[tuple[str, str]] = Counter()
    for words, number in LABEL["counts"]["by_pipeline_and_state"].items():
        pipeline, state = words.split(" ")
        found[pipeline, state] = number
    for pipeline, number in CANCELLED.items():
        found[pipeline, "FAILED"] -= number
        found[pipeline, "CANCELED"] += number
    return found


def test_the_label_says_that_kfp_tells_states_right() -> None:
    assert LABEL["differs_from_kfp"] == []


def test_every_labelled_run_is_there_and_no_deleted_one() -> None:
    assert len(OURS) == LABEL["counts"]["runs"] == 51
    assert len(SEEN) == LABEL["all_runs_listed_by_kfp"]
    assert not {seen.run.id for seen in SEEN} & {*LABEL["deleted_runs"]}
    assert {seen.run.id: seen.pipeline for seen in OURS} == {id: run["pipeline"] for id, run in LABELLED.items()}


def test_runs_by_pipeline_and_state() -> None:
    found: Counter[tuple[str, str]] = Counter()
    for (_, pipeline, state, _), number in sums(OURS, "kfp_runs_finished_total").items():
        found[pipeline, state] += number
    for series, open_now in active(run for run in map(open_run, OURS) if run).items():
        if series.family == "kfp_runs_active":
            found[series.labels[1], series.labels[2]] += int(open_now)
    assert found == expected()


def test_runs_by_who_started_them() -> None:
    triggers: Counter[str] = Counter()
    for (_, _, _, trigger), number in sums(OURS, "kfp_runs_finished_total").items():
        triggers[trigger] += number
    ended = LABEL["counts"]["runs"] - LABEL["counts"]["by_pipeline_and_state"]["price-refresh RUNNING"]
    assert triggers == {"schedule": LABEL["counts"]["from_schedule"], "manual": ended - LABEL["counts"]["from_schedule"]}


def test_failures_by_cause() -> None:
    causes: Counter[str] = Counter()
    for (_, _, cause), number in sums(OURS, "kfpops_run_failures_total").items():
        causes[cause] += number
    failed = {cause: n for cause, n in LABEL["counts"]["by_cause"].items() if cause not in ("none", "run/cancelled")}
    del failed["scheduling/node-selector"]  # Those runs wait, they have not failed.
    assert causes == failed


def test_nothing_was_tried_again_but_two_runs_of_others() -> None:
    assert sums(OURS, "kfp_run_retries_total") == {}
    retried = [seen for seen in SEEN if len(attempts_of(seen.run)) == 2]
    assert [[one.state for one in attempts_of(seen.run)] for seen in retried] == [["FAILED", "FAILED"]] * 2
    assert sums(SEEN, "kfp_run_retries_total").total() == 2
    ended = [run for run in RECORDED["runs"]["runs"] if run["state"] in ("SUCCEEDED", "FAILED")]
    assert sums(SEEN, "kfp_runs_finished_total").total() == len(ended) + 2
    assert sums(SEEN, "kfp_run_attempts_total").total() == len(ended) + 2


def test_other_runs_of_the_cluster_ended_as_their_labels_say() -> None:
    """Not those that waited when they were labelled: somebody ended them later."""
    said = {"failed": "FAILED", "cancelled": "CANCELED", "succeeded": "SUCCEEDED"}
    others = LABEL["other_runs_on_the_cluster"]
    states = {seen.run.id: attempts_of(seen.run)[-1].state for seen in SEEN if attempts_of(seen.run)}
    expected = {id: said[one["state"]] for id, one in others.items() if one["state"] in said and id in states}
    assert {id: states[id] for id in expected} == expected
    assert Counter(expected.values()) == {"FAILED": 38, "CANCELED": 1, "SUCCEEDED": 9}


def test_durations_are_those_that_kfp_tells() -> None:
    told = [
        (run.finished_at - run.created_at).total_seconds()
        for run in (seen.run for seen in OURS)
        if run.finished_at and run.created_at
    ]
    observed = [c.value for c in observations(OURS, "kfp_run_duration_seconds")]
    assert sorted(observed) == sorted(told)
    assert len(observations(OURS, "kfp_run_queue_duration_seconds")) == len(told)
    assert all(0 <= c.value <= 30 for c in observations(OURS, "kfp_run_queue_duration_seconds"))


def test_schedules_were_two_seconds_late() -> None:
    delays = observations(OURS, "kfp_run_schedule_delay_seconds")
    assert [c.value for c in delays] == [2.0] * LABEL["counts"]["from_schedule"]
    last = [c for seen in OURS for c in changes_of(seen, 0) if "last_scheduled" in c.series.family]
    assert {c.series.labels for c in last} == {("kubeflow", "price-refresh every minute")}


def test_tasks_from_the_cache() -> None:
    lineage = opened("busy-cluster").lineage
    assert lineage is not None
    states: Counter[str] = Counter()
    for seen in OURS:
        tasks = tasks_of(lineage.executions_of_run(seen.run.id), attempts_of(seen.run))
        assert sum(task.state == "CACHED" for task in tasks) == LABELLED[seen.run.id]["cached_tasks"]
        found = changes_of(replace(seen, tasks=tasks), 0)
        states.update(c.series.labels[3] for c in found if c.series.family == "kfp_tasks_finished_total")
    # Every run that failed did so in one step; two runs wait for a node, and the cancelled one left its step running.
    assert states == {"SUCCEEDED": 36, "CACHED": LABEL["counts"]["cached_tasks"], "FAILED": 12, "CANCELED": 1}


def observations(runs: tuple[SeenRun, ...], family: str) -> list[Observe]:
    changes = (change for seen in runs for change in changes_of(seen, 0))
    return [change for change in changes if isinstance(change, Observe) and change.series.family == family]


@pytest.mark.parametrize("seen", SEEN, ids=lambda seen: seen.run.id)
def test_seen_again_and_again_while_its_history_grew(seen: SeenRun) -> None:
    counted, found = 0, Counter[Series]()
    for length in range(len(seen.run.state_history) + 1):
        history = seen.run.state_history[:length]
        state = next((entry.state for entry in reversed(history) if entry.state), "")
        then = replace(seen, run=replace(seen.run, state_history=history, state=state))
        for _ in range(2):
            adds = [change for change in changes_of(then, counted) if isinstance(change, Add)]
            found.update(change.series for change in adds if "_failures_" not in change.series.family)
            counted = max(counted, len(attempts_of(then.run)))
    whole = [change for change in changes_of(seen, 0) if isinstance(change, Add)]
    assert found == Counter(change.series for change in whole if "_failures_" not in change.series.family)
