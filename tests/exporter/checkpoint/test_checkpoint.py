from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from kfpops.exporter.checkpoint import Checkpoint
from kfpops.metrics.change import Add, Observe, Put
from kfpops.metrics.family import Family, Series
from kfpops.metrics.page import Batch, Counting, OpenRun
from kfpops.metrics.value import Distribution
from tests.exporter.checkpoint.worlds import ALL, ENDS, FAMILIES, LAST, TOOK, Past, a_batch, at, shown, step, truth

OK = Series(ENDS.name, ("a", "p", "SUCCEEDED"))
TIMES = Series(TOOK.name, ("a", "p"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "checkpoint.db"


def a_run(*attempts: tuple[str, float, float], run_id: str = "r", day: float = 0, running: bool = False) -> Past:
    return Past(run_id, "p", at(day * 1440), list(attempts), running)


ENDED = ("SUCCEEDED", 4.0, 1.0)


class TestCountsNothing:
    def test_a_run_that_is_seen_again(self, path: Path) -> None:
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            for _ in range(3):
                checkpoint.ingest(a_batch(checkpoint, [a_run(ENDED)]))
            assert shown(checkpoint)[OK] == 1

    def test_a_run_that_is_in_a_page_twice(self, path: Path) -> None:
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            answer = checkpoint.ingest(a_batch(checkpoint, [a_run(ENDED), a_run(ENDED)]))
            assert (shown(checkpoint)[OK], answer.stale) == (1, ())

    def test_a_run_that_shows_fewer_attempts_than_before(self, path: Path) -> None:
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            checkpoint.ingest(a_batch(checkpoint, [a_run(ENDED, ENDED)]))
            checkpoint.ingest(a_batch(checkpoint, [a_run()]))
            checkpoint.ingest(a_batch(checkpoint, [a_run(ENDED, ENDED)]))
            assert shown(checkpoint)[OK] == 2

    def test_a_run_that_was_counted_from_an_older_answer_which_is_said(self, path: Path) -> None:
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            old = a_batch(checkpoint, [a_run(ENDED, ENDED)])
            checkpoint.ingest(a_batch(checkpoint, [a_run(ENDED)]))
            assert checkpoint.ingest(old).stale == ("r",)
            checkpoint.ingest(a_batch(checkpoint, [a_run(ENDED, ENDED)]))
            assert shown(checkpoint)[OK] == 2

    def test_the_counters_of_a_run_without_a_new_attempt_but_its_gauges_are_put(self, path: Path) -> None:
        last = Series(LAST.name, ("a", "p"))
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            checkpoint.ingest(Batch("", (Counting("r", 0, 0, (Add(OK), Put(last, 5.0, 9.0))),)))
            assert shown(checkpoint) == {last: 5.0}

    def test_of_a_batch_that_cannot_be_counted_whole(self, path: Path) -> None:
        unknown = Counting("s", 0, 1, (Add(Series("nobody_knows_total")),))
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            batch = a_batch(checkpoint, [a_run(ENDED)])
            with pytest.raises(KeyError):
                checkpoint.ingest(Batch("", (*batch.runs, unknown), cursor=at(5)))
            assert (dict(checkpoint.series()), checkpoint.cursor(""), dict(checkpoint.counted(["r"]))) == ({}, None, {})


class TestFirstValues:
    def test_a_live_series_is_shown_at_nothing_until_that_was_sent(self, path: Path) -> None:
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            changed = {one.series: one for one in checkpoint.ingest(a_batch(checkpoint, [a_run(ENDED)])).changed}
            assert (changed[OK].value, changed[OK].exemplar) == (0.0, None)
            assert changed[TIMES].value == Distribution((0, 0, 0))
            sent = {one.series: one for one in checkpoint.exposed([OK, TIMES])}
            assert sent[OK].value == 1.0
            assert sent[OK].exemplar is not None
            assert sent[OK].exemplar.run_id == "r"
            assert checkpoint.exposed([OK]) == ()

    def test_history_is_where_a_series_begins_and_only_what_comes_later_waits(self, path: Path) -> None:
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            checkpoint.ingest(a_batch(checkpoint, [a_run(ENDED, run_id="old")], history=True))
            assert dict(checkpoint.series())[OK] == 1.0
            checkpoint.ingest(a_batch(checkpoint, [a_run(ENDED, run_id="new")]))
            assert dict(checkpoint.series())[OK] == 1.0
            assert dict(checkpoint.series())[TIMES] == Distribution((0, 1, 0), 4.0)
            checkpoint.ingest(a_batch(checkpoint, [a_run(ENDED, run_id="older")], history=True))
            assert dict(checkpoint.series())[OK] == 2.0
            assert dict(checkpoint.series())[TIMES] == Distribution((0, 2, 0), 8.0)
            assert shown(checkpoint)[OK] == 3.0

    def test_they_are_remembered_over_a_restart_as_is_what_was_sent(self, path: Path) -> None:
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            checkpoint.ingest(a_batch(checkpoint, [a_run(ENDED, run_id="old")], history=True))
            checkpoint.ingest(a_batch(checkpoint, [a_run(ENDED, run_id="new")]))
            checkpoint.exposed([TIMES])
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            assert dict(checkpoint.series())[OK] == 1.0
            assert dict(checkpoint.series())[TIMES] == Distribution((0, 2, 0), 8.0)
            assert set(checkpoint.unexposed()) == {OK, Series(ALL.name, ("a",))}

    def test_a_series_is_born_at_nothing_once(self, path: Path) -> None:
        births = Batch("", changes=(Add(OK, 0.0), Add(TIMES, 0.0)))
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            assert len(checkpoint.ingest(births).changed) == 2
            assert checkpoint.ingest(births).changed == ()
            assert dict(checkpoint.series()) == {OK: 0.0, TIMES: Distribution((0, 0, 0))}


class TestRemembers:
    def test_open_runs_until_they_are_closed(self, path: Path) -> None:
        run = OpenRun("r", "a", "p", "RUNNING", at(0), at(1))
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            checkpoint.ingest(Batch("", opened=(run, OpenRun("s", "a", "p", "A_NEW_STATE"))))
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            assert checkpoint.open_runs() == (run, OpenRun("s", "a", "p", "A_NEW_STATE"))
            checkpoint.ingest(Batch("", closed=("s",)))
            assert checkpoint.open_runs() == (run,)

    def test_a_cursor_for_each_namespace_and_none_before_it_was_read(self, path: Path) -> None:
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            checkpoint.ingest(Batch("a", cursor=at(1)))
            checkpoint.ingest(Batch("a"))
            assert (checkpoint.cursor("a"), checkpoint.cursor("b")) == (at(1), None)

    def test_the_latest_of_a_gauge_in_whatever_order_attempts_are_told(self, path: Path) -> None:
        last = Series(LAST.name, ("a", "p"))
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            checkpoint.ingest(Batch("", changes=(Put(last, 7.0, 20.0),)))
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            checkpoint.ingest(Batch("", changes=(Put(last, 3.0, 10.0),)))
            assert dict(checkpoint.series())[last] == 7.0

    def test_a_family_whose_buckets_changed_begins_anew_and_it_is_said(self, path: Path) -> None:
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            checkpoint.ingest(a_batch(checkpoint, [a_run(ENDED)]))
        other = Family(TOOK.name, "histogram", "How long", TOOK.labels, "seconds", (5.0,))
        with Checkpoint.open(path, (ENDS, LAST, ALL, other)) as checkpoint:
            assert checkpoint.told == ("The labels or buckets of took_seconds are others than before: it begins anew.",)
            assert TIMES not in shown(checkpoint)
            assert shown(checkpoint)[OK] == 1
            checkpoint.ingest(Batch("", changes=(Observe(TIMES, 6.0),)))
            assert shown(checkpoint)[TIMES] == Distribution((0, 1), 6.0)


@pytest.mark.parametrize("seed", range(25))
def test_any_history_with_restarts_comes_to_the_truth(path: Path, seed: int) -> None:
    random, runs = Random(seed), list[Past]()
    checkpoint = Checkpoint.open(path, FAMILIES)
    for minute in range(30):
        checkpoint.ingest(a_batch(checkpoint, step(random, runs, minute), minute=minute, history=random.random() < 0.2))
        if random.random() < 0.3:
            checkpoint.exposed(random.sample(checkpoint.unexposed(), len(checkpoint.unexposed()) // 2))
        if random.random() < 0.2:
            checkpoint.close()
            checkpoint = Checkpoint.open(path, FAMILIES)
    checkpoint.ingest(a_batch(checkpoint, runs))
    with checkpoint:
        assert shown(checkpoint) == truth(runs)
        assert {run.run_id for run in checkpoint.open_runs()} == {run.run_id for run in runs if run.running}
