"""The last values of a series: each once, in the same transaction as what it counted."""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path
from random import Random

import pytest

from kfpops.exporter.checkpoint import Checkpoint
from kfpops.exporter.checkpoint.recent import added, pairs_of
from kfpops.exporter.checkpoint.schema import STEPS
from kfpops.metrics.change import Add, Keep
from kfpops.metrics.family import Family, Series
from kfpops.metrics.page import Batch, Counting
from kfpops.metrics.pipelines import MOST
from tests.exporter.checkpoint.worlds import ENDS, FAMILIES, TOOK

TIMES = Series(TOOK.name, ("a", "p"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "checkpoint.db"


def a_run(run_id: str, value: float, at: float, before: int = 0) -> Counting:
    return Counting(run_id, before, 1, (Keep(TIMES, value, at),))


def kept(checkpoint: Checkpoint) -> dict[Series, tuple[tuple[float, float], ...]]:
    return {series: pairs_of(pairs) for series, pairs in checkpoint.recent()}


def test_the_last_ones_are_kept_in_the_order_of_time() -> None:
    moments = [float(n) for n in range(2 * MOST)]
    Random(3).shuffle(moments)
    pairs = b""
    for moment in moments:
        pairs = added(pairs, moment, -moment)
    assert pairs_of(pairs) == tuple((float(n), -float(n)) for n in range(MOST, 2 * MOST))


def test_nothing_is_kept_of_a_run_that_was_counted(path: Path) -> None:
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        checkpoint.ingest(Batch("", (a_run("r", 5.0, 1.0), a_run("r", 5.0, 1.0))))
        checkpoint.ingest(Batch("", (a_run("r", 5.0, 1.0),)))
        checkpoint.ingest(Batch("", (a_run("r", 5.0, 1.0, before=1),)))
        assert kept(checkpoint) == {TIMES: ((1.0, 5.0),)}


def test_nothing_is_kept_of_a_batch_that_was_not_taken(path: Path) -> None:
    unknown = Counting("s", 0, 1, (Add(Series("nobody_knows_total")),))
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        with pytest.raises(KeyError):
            checkpoint.ingest(Batch("", (a_run("r", 5.0, 1.0), unknown)))
        assert kept(checkpoint) == {}


def test_a_restart_keeps_it(path: Path) -> None:
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        checkpoint.ingest(Batch("", (a_run("r", 5.0, 2.0), a_run("s", 7.0, 1.0))))
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        checkpoint.ingest(Batch("", (a_run("t", 9.0, 3.0),)))
        assert kept(checkpoint) == {TIMES: ((1.0, 7.0), (2.0, 5.0), (3.0, 9.0))}


def test_it_is_the_same_object_until_it_changes(path: Path) -> None:
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        checkpoint.ingest(Batch("", (a_run("r", 5.0, 1.0),)))
        ((_, before),) = checkpoint.recent()
        checkpoint.ingest(Batch("", (Counting("s", 0, 1, (Add(Series(ENDS.name, ("a", "p", "FAILED"))),)),)))
        ((_, after),) = checkpoint.recent()
        assert after is before


def test_nothing_is_kept_of_what_is_counted_together(path: Path) -> None:
    with Checkpoint.open(path, FAMILIES, budget=40) as checkpoint:
        for number in range(60):
            series = Series(TOOK.name, ("a", f"p{number}"))
            checkpoint.ingest(Batch("", (Counting(f"r{number}", 0, 1, (Keep(series, 1.0, 1.0), Keep(series, 2.0, 2.0))),)))
        found = kept(checkpoint)
        assert {len(pairs) for pairs in found.values()} == {2}
        assert 10 < len(found) < 40
        assert [series for series in found if "__other__" in series.labels] == []


def test_it_goes_with_a_family_that_begins_anew(path: Path) -> None:
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        checkpoint.ingest(Batch("", (a_run("r", 5.0, 1.0),)))
    other = Family(TOOK.name, "histogram", "How long", ("namespace", "pipeline"), "seconds", (2.0,))
    with Checkpoint.open(path, (ENDS, other)) as checkpoint:
        checkpoint.ingest(Batch("", changes=(Add(Series(ENDS.name, ("a", "p", "FAILED"))),)))
        assert kept(checkpoint) == {}


def test_a_checkpoint_of_the_first_schema_has_none_and_takes_some(path: Path) -> None:
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        checkpoint.ingest(Batch("", (a_run("r", 5.0, 1.0),)))
    database = sqlite3.connect(path)
    database.execute("DROP TABLE recent")
    database.execute("PRAGMA user_version = 1")
    database.commit()
    database.close()
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        assert (kept(checkpoint), checkpoint.told) == ({}, ())
        checkpoint.ingest(Batch("", (a_run("s", 7.0, 2.0),)))
        assert kept(checkpoint) == {TIMES: ((2.0, 7.0),)}
    assert len(STEPS) == 2


def test_what_is_no_pairs_is_damage(path: Path) -> None:
    with pytest.raises(struct.error):
        pairs_of(b"odd")
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        checkpoint.ingest(Batch("", (a_run("r", 5.0, 1.0),)))
    database = sqlite3.connect(path)
    database.execute("UPDATE recent SET pairs = x'00'")
    database.commit()
    database.close()
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        assert "set aside" in checkpoint.told[0]
