from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from kfpops.exporter.checkpoint.unwritable import damaged, unwritable


@pytest.mark.parametrize(
    "text, what",
    [
        ("database or disk is full", "the disk is full"),
        ("disk I/O error", "the disk failed or is full"),
        ("attempt to write a readonly database", "it is read-only"),
        ("database disk image is malformed", "it is damaged"),
        ("something new", "something new"),
    ],
)
def test_what_sqlite_says_in_one_sentence_and_what_to_do(text: str, what: str) -> None:
    error = unwritable(Path("c.db"), sqlite3.OperationalError(text))
    assert error.message == f"The checkpoint c.db cannot be written: {what}."
    assert error.hint.endswith(".")


def test_a_full_disk_is_no_damage() -> None:
    assert not damaged(sqlite3.OperationalError("database or disk is full"))
    assert damaged(sqlite3.DatabaseError("file is not a database"))
