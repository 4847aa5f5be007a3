"""What the polls cannot see, and what the slow passes cost."""

from __future__ import annotations

import pytest

from kfpops.metrics.gather.reconcile import Place, history
from tests.metrics.world.kfp import Kfp
from tests.metrics.world.ports import WorldPipelines
from tests.metrics.world.reader import Reader

DONE, FAILED = ("team-a", "train", "SUCCEEDED"), ("team-a", "train", "FAILED")


@pytest.fixture
def pipelines() -> WorldPipelines:
    return WorldPipelines(kfp=Kfp(), page=3)


@pytest.fixture
def reader(pipelines: WorldPipelines) -> Reader:
    """It has seen an old run fail, and much since."""
    kfp = pipelines.kfp
    kfp.create("old", "team-a", "train")
    kfp.end("old", "FAILED")
    for number in range(10):
        kfp.wait(40_000)
        kfp.create(f"r{number}", "team-a", "train")
        kfp.end(f"r{number}", "SUCCEEDED")
    reader = Reader(pipelines)
    reader.poll()
    kfp.wait(40_000)
    reader.reconcile()
    assert reader.sums == {FAILED: 1, DONE: 10}
    return reader


def test_where_nothing_goes_on_it_is_two_calls(reader: Reader) -> None:
    before = reader.pipelines.calls
    reader.reconcile()
    assert reader.pipelines.calls - before == 2
    assert reader.sums == {FAILED: 1, DONE: 10}


def test_an_old_run_that_runs_again_is_open_and_then_followed_by_the_polls(reader: Reader) -> None:
    kfp = reader.pipelines.kfp
    kfp.retry("old")
    reader.poll()
    assert not reader.open
    reader.reconcile()
    assert set(reader.open) == {"old"}
    kfp.end("old", "SUCCEEDED")
    reader.poll()
    assert reader.sums == {FAILED: 1, DONE: 11}


def test_an_old_run_that_ran_again_between_two_passes(reader: Reader) -> None:
    kfp = reader.pipelines.kfp
    kfp.retry("old")
    kfp.end("old", "FAILED")
    kfp.retry("old")
    kfp.end("old", "SUCCEEDED")
    reader.reconcile()
    assert reader.sums == {FAILED: 2, DONE: 11}


def test_a_row_that_comes_late_and_ended(reader: Reader) -> None:
    kfp = reader.pipelines.kfp
    kfp.create("late", "team-a", "train", late=1800)
    kfp.end("late", "SUCCEEDED")
    kfp.wait(600)
    kfp.create("next", "team-a", "train")
    reader.poll()
    kfp.wait(3000)
    reader.poll()
    assert reader.sums[DONE] == 10
    reader.reconcile()
    assert reader.sums[DONE] == 11


def test_what_came_later_than_that_is_found_in_the_whole_history(reader: Reader) -> None:
    kfp = reader.pipelines.kfp
    kfp.skew = -400_000
    kfp.create("behind", "team-a", "train")
    kfp.end("behind", "SUCCEEDED")
    reader.poll()
    reader.reconcile()
    assert reader.sums[DONE] == 10
    assert reader.all_history()
    assert reader.sums[DONE] == 11


def test_history_is_read_in_portions(reader: Reader) -> None:
    place, portions, ids = Place(), 0, set[str]()
    while not place.done:
        portions += 1
        pages = 0
        for page, behind in history(reader.pipelines, "", place, 2):
            pages += bool(page.runs)
            ids |= {run.id for run in page.runs}
            place = behind
        assert pages <= 2
    assert (len(ids), portions) == (11, 3)


def test_a_second_with_more_runs_than_a_portion_has_is_read_in_one() -> None:
    pipelines = WorldPipelines(kfp=Kfp(), page=1)
    for number in range(20):
        pipelines.kfp.create(f"r{number:02}", "team-a", "train")
    place, ids = Place(), set[str]()
    for _ in range(9):
        for page, behind in history(pipelines, "", place, 2):
            ids |= {run.id for run in page.runs}
            place = behind
        if place.done:
            break
    assert (len(ids), place.done) == (20, True)
