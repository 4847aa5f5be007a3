"""Rows on disk come back as they were, as often as wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.cleanup.gather.spill import spill
from kfpops.cleanup.inventory import ArtifactFact, Producer, Use
from kfpops.errors import UsageError

ROW = ArtifactFact(
    id="1",
    uri="minio://b/ü\n\u2028",
    created_at=1.25,
    uses=(Use("r", "made"), Use("s", "read")),
    producer=Producer("4", "r", seconds=3.5),
    labels={"a": "b"},
)


def test_nothing(tmp_path: Path) -> None:
    found = spill((), ArtifactFact, tmp_path / "x.jsonl")
    assert list(found) == []
    assert found.count == 0


def test_rows_come_back_twice(tmp_path: Path) -> None:
    found = spill((ROW, ArtifactFact(id="2", uri="")), ArtifactFact, tmp_path / "new" / "x.jsonl")
    for _ in range(2):
        assert list(found) == [ROW, ArtifactFact(id="2", uri="")]
    assert found.count == 2


def test_two_readers_do_not_disturb_each_other(tmp_path: Path) -> None:
    found = spill((ArtifactFact(id=str(n), uri="") for n in range(5)), ArtifactFact, tmp_path / "x.jsonl")
    assert [(a.id, b.id) for a, b in zip(found, found, strict=True)] == [(str(n), str(n)) for n in range(5)]


def test_more_than_are_written_at_once(tmp_path: Path) -> None:
    found = spill((ArtifactFact(id=str(n), uri="") for n in range(1500)), ArtifactFact, tmp_path / "x.jsonl")
    assert [fact.id for fact in found] == [str(n) for n in range(1500)]
    assert found.count == 1500


def test_a_file_that_is_dropped_is_gone(tmp_path: Path) -> None:
    found = spill((ROW,), ArtifactFact, tmp_path / "x.jsonl")
    found.drop()
    found.drop()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="cannot be written"):
        spill((ROW,), ArtifactFact, tmp_path / "file" / "x.jsonl")
