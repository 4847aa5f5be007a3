"""Gauges of open runs."""

from __future__ import annotations

import pytest

from kfpops.metrics.active import active, open_run
from kfpops.metrics.family import Series
from kfpops.metrics.page import OpenRun
from kfpops.model.run import Run
from tests.metrics.building import T0, a_run, at, seen


@pytest.mark.parametrize(
    "run", [pytest.param(a_run(), id="nothing is told of it"), pytest.param(a_run("RUNNING FAILED"), id="it has ended")]
)
def test_not_open(run: Run) -> None:
    assert open_run(seen(run)) is None


def test_nothing_is_under_way() -> None:
    assert active(()) == {}


def test_a_pipeline_without_open_runs_shows_zero() -> None:
    assert active((), [("team-a", "train")]) == {
        Series("kfp_runs_active", ("team-a", "train", "PENDING")): 0.0,
        Series("kfp_runs_active", ("team-a", "train", "RUNNING")): 0.0,
    }


def test_open_runs_are_counted_and_the_oldest_told() -> None:
    runs = [
        open_run(seen(a_run("RUNNING", id="a"))),
        open_run(seen(a_run("RUNNING FAILED RUNNING", id="b"))),
        open_run(seen(a_run("PENDING", "EXPLODED", id="c"))),
        OpenRun("d", "team-a", "train", "PAUSED"),
    ]
    assert active([run for run in runs if run], [("team-a", "train")]) == {
        Series("kfp_runs_active", ("team-a", "train", "PENDING")): 0.0,
        Series("kfp_runs_active", ("team-a", "train", "RUNNING")): 2.0,
        Series("kfp_runs_active", ("team-a", "train", "EXPLODED")): 1.0,
        Series("kfp_runs_active", ("team-a", "train", "PAUSED")): 1.0,
        Series("kfp_run_active_oldest_start_timestamp_seconds", ("team-a", "train", "RUNNING")): T0.timestamp(),
        Series("kfp_run_active_oldest_start_timestamp_seconds", ("team-a", "train", "EXPLODED")): T0.timestamp(),
    }


def test_what_is_kept_of_an_open_run() -> None:
    run = open_run(seen(a_run("RUNNING FAILED RUNNING")))
    assert run == OpenRun("r", "team-a", "train", "RUNNING", T0, at(2))
