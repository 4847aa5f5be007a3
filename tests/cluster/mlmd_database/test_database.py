from __future__ import annotations

import pytest

from kfpops.cluster.mlmd_database.database import MOST_VALUES, chunks, marks, storable, text


@pytest.mark.parametrize("value, said", [(None, ""), ("é", "é"), (b"\xc3\xa9", "é"), (b"a\xff", "a\ufffd"), (7, "7")])
def test_texts(value: object, said: str) -> None:
    assert text(value) == said


def test_chunks_cover_everything_and_stay_below_the_limit() -> None:
    numbers = list(range(1234))
    parts = list(chunks(numbers))
    assert [n for part in parts for n in part] == numbers
    assert max(map(len, parts)) == MOST_VALUES
    assert list(chunks([])) == []


def test_marks() -> None:
    assert marks([1, 2, 3]) == "(?, ?, ?)"


def test_what_no_database_can_hold() -> None:
    assert storable("é😀\x00")
    assert not storable("\udcff")
