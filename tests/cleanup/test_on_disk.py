from __future__ import annotations

from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from kfpops.cleanup import on_disk
from kfpops.cleanup.on_disk import as_key, sorted_bytes, sorted_on_disk, split_key
from kfpops.cleanup.terms import to_bytes
from kfpops.model.bucket import BucketObject, Upload


class Row(NamedTuple):
    key: str
    number: int
    share: float
    good: bool
    word: str | None


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many runs of few rows, so that they are merged more than once."""
    monkeypatch.setattr(on_disk, "_RUN_BYTES", 2000)
    monkeypatch.setattr(on_disk, "_FRAME_BYTES", 100)
    monkeypatch.setattr(on_disk, "_RUNS", 4)


def test_nothing_is_sorted(tmp_path: Path) -> None:
    assert list(sorted_on_disk([], BucketObject, tmp_path)) == []


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    rows = [Row("b", 2**40, 0.5, True, None), Row("a\0b", -1, 1e300, False, "é"), Row("\udcff", 0, 0.0, True, "")]
    assert list(sorted_on_disk(rows, Row, tmp_path)) == [rows[1], rows[0], rows[2]]
    uploads = [Upload("k", "2", 1.0), Upload("k", "1", 2.0, 5)]
    assert list(sorted_on_disk(uploads, Upload, tmp_path)) == uploads[::-1]


@pytest.mark.usefixtures("small")
def test_more_than_fits(tmp_path: Path) -> None:
    random = Random(5)
    names = ["a", "a/", "a/b", "a-b", "a.b", "a0", "é", "\uffee", "\U0001f600", "\udc80", "\udcff", "a\0", "a\0\0", ""]
    rows = [Row(random.choice(names) + str(random.randint(0, 99)), n, 0.0, True, None) for n in range(5000)]
    found = list(sorted_on_disk(iter(rows), Row, tmp_path))
    assert sorted(found) == sorted(rows)
    keys = [to_bytes(row.key) for row in found]
    assert keys == sorted(keys)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("small")
def test_equal_rows_come_as_often_as_they_were_given(tmp_path: Path) -> None:
    assert list(sorted_bytes([b"b", b"a" * 900, b"a" * 900, b"a" * 900, b"b"], tmp_path)) == [b"a" * 900] * 3 + [b"b"] * 2


@pytest.mark.parametrize("key", [b"", b"a", b"\0", b"\0\0", b"a\0\xff", b"\xff\0", b"a\0\0b"])
def test_a_key_can_be_split_off_again(key: bytes) -> None:
    assert split_key(as_key(key) + b"\0\0rest\0\0") == (key, b"\0\0rest\0\0")


def test_keys_sort_as_what_they_stand_for() -> None:
    keys = sorted([b"", b"\0", b"\0\0", b"\0\x01", b"\0\xff", b"a", b"a\0", b"a\0b", b"a\x01", b"ab"])
    assert sorted(keys, key=lambda key: as_key(key) + b"\xff") == keys
