from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from kfpops.exporter.checkpoint import Checkpoint
from kfpops.exporter.checkpoint.runs import ABSENT_DAYS, OLD_DAYS
from tests.exporter.checkpoint.worlds import FAMILIES, T0, Past, a_batch, at, shown, truth

DAY = 1440.0


@pytest.fixture
def checkpoint(tmp_path: Path) -> Checkpoint:
    return Checkpoint.open(tmp_path / "checkpoint.db", FAMILIES)


def a_run(run_id: str, day: float, attempts: int = 1, running: bool = False) -> Past:
    return Past(run_id, "p", at(day * DAY), [("SUCCEEDED", 4.0, day * DAY)] * attempts, running)


def a_pass(checkpoint: Checkpoint, day: float, *there: Past) -> int:
    listed = checkpoint.listed()
    for run in there:
        listed.add(run.run_id)
    return checkpoint.forget("", listed, T0 + timedelta(days=day))


def rows(checkpoint: Checkpoint) -> int:
    (number,) = checkpoint._database.execute("SELECT count(*) FROM runs").fetchone()
    return int(number)


OLD = a_run("old", 0)
LATE, LATER = OLD_DAYS + 1, OLD_DAYS + 1 + ABSENT_DAYS


class TestKept:
    def test_a_run_that_is_listed(self, checkpoint: Checkpoint) -> None:
        checkpoint.ingest(a_batch(checkpoint, [OLD]))
        assert [a_pass(checkpoint, day, OLD) for day in (LATE, LATER, LATER * 9)] == [0, 0, 0]
        assert rows(checkpoint) == 1

    def test_a_run_that_a_single_listing_left_out(self, checkpoint: Checkpoint) -> None:
        checkpoint.ingest(a_batch(checkpoint, [OLD]))
        assert (a_pass(checkpoint, LATE), a_pass(checkpoint, LATE + 1, OLD), a_pass(checkpoint, LATER + 1)) == (0, 0, 0)

    def test_a_run_that_was_seen_again_since_by_a_poll(self, checkpoint: Checkpoint) -> None:
        checkpoint.ingest(a_batch(checkpoint, [OLD]))
        a_pass(checkpoint, LATE)
        checkpoint.ingest(a_batch(checkpoint, [OLD]))
        assert a_pass(checkpoint, LATER) == 0

    def test_a_run_that_is_young_however_long_it_is_gone(self, checkpoint: Checkpoint) -> None:
        young = a_run("young", LATE)
        checkpoint.ingest(a_batch(checkpoint, [young]))
        assert (a_pass(checkpoint, LATE), a_pass(checkpoint, LATE + OLD_DAYS - 1)) == (0, 0)

    def test_a_run_that_is_open(self, checkpoint: Checkpoint) -> None:
        checkpoint.ingest(a_batch(checkpoint, [a_run("open", 0, attempts=0, running=True)]))
        assert (a_pass(checkpoint, LATE), a_pass(checkpoint, LATER)) == (0, 0)
        checkpoint.ingest(a_batch(checkpoint, [a_run("open", 0)]))
        assert shown(checkpoint) == truth([a_run("open", 0)])

    def test_a_run_without_a_time_of_creation(self, checkpoint: Checkpoint) -> None:
        batch = a_batch(checkpoint, [OLD])
        checkpoint.ingest(batch.__class__("", tuple(run._replace(created_at=None) for run in batch.runs)))
        assert (a_pass(checkpoint, LATE), a_pass(checkpoint, LATER)) == (0, 0)

    def test_runs_of_a_namespace_that_was_not_listed(self, checkpoint: Checkpoint) -> None:
        checkpoint.ingest(a_batch(checkpoint, [OLD]))
        listed = checkpoint.listed()
        assert [checkpoint.forget("other", listed, T0 + timedelta(days=day)) for day in (LATE, LATER)] == [0, 0]


class TestForgotten:
    @pytest.fixture
    def without(self, checkpoint: Checkpoint) -> Checkpoint:
        checkpoint.ingest(a_batch(checkpoint, [OLD, a_run("kept", 1)]))
        a_pass(checkpoint, LATE, a_run("kept", 1))
        assert a_pass(checkpoint, LATER, a_run("kept", 1)) == 1
        assert rows(checkpoint) == 1
        return checkpoint

    def test_counters_stay(self, without: Checkpoint) -> None:
        assert shown(without) == truth([OLD, a_run("kept", 1)])

    def test_it_comes_back_and_is_not_counted_again(self, without: Checkpoint) -> None:
        answer = without.ingest(a_batch(without, [OLD]))
        assert (answer.stale, shown(without)) == ((), truth([OLD, a_run("kept", 1)]))

    def test_it_comes_back_and_is_tried_again_which_counts(self, without: Checkpoint) -> None:
        without.ingest(a_batch(without, [OLD]))
        again = a_run("old", 0, attempts=2)
        without.ingest(a_batch(without, [again]))
        assert shown(without) == truth([again, a_run("kept", 1)])

    def test_runs_of_later_days_count_also_when_they_are_seen_late(self, without: Checkpoint) -> None:
        late = a_run("late", 1)
        without.ingest(a_batch(without, [late]))
        assert shown(without) == truth([OLD, a_run("kept", 1), late])

    def test_it_is_known_to_whoever_asks_for_its_namespace_alone(self, without: Checkpoint) -> None:
        batch = a_batch(without, [OLD])
        without.ingest(batch.__class__("a", batch.runs))
        assert shown(without) == truth([OLD, a_run("kept", 1)])


def test_the_file_does_not_grow_with_runs_that_are_deleted(checkpoint: Checkpoint) -> None:
    total: list[Past] = []
    for day in range(0, 300, 10):
        today = [a_run(f"{day}-{number}", day) for number in range(50)]
        total += today
        checkpoint.ingest(a_batch(checkpoint, today))
        a_pass(checkpoint, day + 1, *today)
    assert rows(checkpoint) <= 50 * (OLD_DAYS + ABSENT_DAYS + 30) / 10
    returned = Random(1).sample(total, 300)
    checkpoint.ingest(a_batch(checkpoint, returned))
    assert shown(checkpoint) == truth(total)
