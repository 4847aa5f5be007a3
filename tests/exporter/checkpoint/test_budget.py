from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from kfpops.exporter.checkpoint import Checkpoint
from kfpops.exporter.checkpoint.budget import OTHER, Budget, folded, group_of, overflow
from kfpops.metrics.change import Add, Change, Observe, Put
from kfpops.metrics.family import Family, Series
from kfpops.metrics.page import Batch
from kfpops.metrics.value import Distribution
from tests.exporter.checkpoint.worlds import ALL, ENDS, FAMILIES, LAST, TOOK, shown

WIDE = Family("tasks_total", "counter", "Tasks", ("namespace", "pipeline", "component", "state"))
BARE = Family("polls_total", "counter", "Polls")
ONE = Series(WIDE.name, ("a", "p", "c", "FAILED"))


@pytest.mark.parametrize(
    "family, labels, expected",
    [
        pytest.param(BARE, (), None, id="no labels are no group"),
        pytest.param(ALL, ("a",), None, id="a namespace is no group"),
        pytest.param(WIDE, ("a", "p", "c", "FAILED"), ("a", "pipeline", "p"), id="components go with their pipeline"),
        pytest.param(ENDS, ("a", "p", "FAILED"), ("a", "pipeline", "p"), id="all families of a pipeline are one group"),
    ],
)
def test_series_that_come_in_together(family: Family, labels: tuple[str, ...], expected: tuple[str, ...] | None) -> None:
    assert group_of(family, Series(family.name, labels)) == expected


@pytest.mark.parametrize(
    "level, expected",
    [(1, ("a", OTHER, OTHER, "FAILED")), (2, (OTHER, OTHER, OTHER, "FAILED")), (3, (OTHER, OTHER, OTHER, OTHER))],
)
def test_what_is_left_of_the_labels(level: int, expected: tuple[str, ...]) -> None:
    assert folded(WIDE, ONE, level).labels == expected


def test_an_overflow_that_exists_takes_more_although_there_is_no_room() -> None:
    budget = Budget(40, 2)
    assert overflow(WIDE, ONE, {folded(WIDE, ONE, 1)}, 1000, budget) == folded(WIDE, ONE, 1)
    assert overflow(WIDE, ONE, (), 1000, budget) == folded(WIDE, ONE, 3)
    assert overflow(WIDE, ONE, (), 0, budget) == folded(WIDE, ONE, 1)


@pytest.mark.parametrize("size", [1, 20, 64, 200])
@pytest.mark.parametrize("seed", range(4))
def test_sums_are_whole_and_series_are_few_whatever_names_there_are(tmp_path: Path, seed: int, size: int) -> None:
    random, path, truth = Random(seed), tmp_path / "checkpoint.db", Counter[str]()
    for _ in range(4):
        with Checkpoint.open(path, (*FAMILIES, WIDE, BARE), budget=size) as checkpoint:
            for _ in range(5):
                changes = [_change(random) for _ in range(60)]
                truth.update(change.series.family for change in changes if not isinstance(change, Put))
                checkpoint.ingest(Batch("", changes=tuple(changes)))
    with Checkpoint.open(path, (*FAMILIES, WIDE, BARE), budget=size) as checkpoint:
        held = shown(checkpoint)
        sums = Counter[str]()
        for series, value in held.items():
            if series.family != LAST.name:
                sums[series.family] += value.count if isinstance(value, Distribution) else int(value)
        assert sums == truth
        assert len(held) <= max(size, 2 * 6)
        assert (checkpoint.folded > 0) == any(OTHER in series.labels for series in held)


def _change(random: Random) -> Change:
    namespace, pipeline = f"n{random.randrange(random.choice((2, 50)))}", f"p{random.randrange(200)}"
    match random.randrange(5):
        case 0:
            return Add(Series(WIDE.name, (namespace, pipeline, f"c{random.randrange(9)}", "FAILED")))
        case 1:
            return Observe(Series(TOOK.name, (namespace, pipeline)), 3.0)
        case 2:
            return Put(Series(LAST.name, (namespace, pipeline)), 1.0, random.random())
        case 3:
            return Add(Series(ALL.name, (namespace,)))
    return Add(Series(BARE.name))


def test_a_pipeline_that_is_in_keeps_room_for_its_new_states_when_new_pipelines_do_not(tmp_path: Path) -> None:
    def ended(pipeline: str, state: str) -> Add:
        return Add(Series(ENDS.name, ("a", pipeline, state)))

    with Checkpoint.open(tmp_path / "c.db", (ENDS,), budget=101) as checkpoint:
        checkpoint.ingest(Batch("", changes=tuple(ended(f"p{n}", "SUCCEEDED") for n in range(200))))
        assert checkpoint.folded == 200 - 87
        checkpoint.ingest(Batch("", changes=(ended("p5", "FAILED"), ended("new", "FAILED"))))
        held = shown(checkpoint)
        assert held[Series(ENDS.name, ("a", "p5", "FAILED"))] == 1
        assert held[Series(ENDS.name, ("a", OTHER, "FAILED"))] == 1
        assert held[Series(ENDS.name, ("a", OTHER, "SUCCEEDED"))] == 113
        assert Series(ENDS.name, ("a", "new", "FAILED")) not in held


def test_series_that_are_born_without_room_are_no_events(tmp_path: Path) -> None:
    with Checkpoint.open(tmp_path / "c.db", (ENDS,), budget=2) as checkpoint:
        births = tuple(Add(Series(ENDS.name, ("a", f"p{n}", "FAILED")), 0.0) for n in range(9))
        checkpoint.ingest(Batch("", changes=births))
        assert checkpoint.folded == 0


def test_a_label_that_is_long_or_not_printable_is_the_same_series_each_time(tmp_path: Path) -> None:
    path, odd = tmp_path / "c.db", "\x07\ud800" + "long" * 100
    for _ in range(2):
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            checkpoint.ingest(Batch("", changes=(Add(Series(ALL.name, (odd,))), Add(Series(ALL.name, (odd,))))))
            ((series, value),) = shown(checkpoint).items()
    assert value == 4.0
    assert len(series.labels[0]) == 200
    assert series.labels[0].startswith(r"\x07\ud800long")


@pytest.mark.parametrize("run_id", ["", "\x00", "\ud800"])
def test_any_id_of_a_run_can_be_asked_for(tmp_path: Path, run_id: str) -> None:
    with Checkpoint.open(tmp_path / "c.db", FAMILIES) as checkpoint:
        assert checkpoint.counted([run_id]) == {}
