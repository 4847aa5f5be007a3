from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from kfpops.cleanup import sorted_marks
from kfpops.cleanup.around import holds
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.sorted_marks import SortedMarks
from kfpops.cleanup.terms import ordered


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorted_marks, "_BLOCK", 3)


def a_mark(path: str, id: str = "") -> Mark:
    return Mark(path, "artifact", False, "live", "run-kept", "run-1", "rule", 2.5, id)


def written(folder: Path, marks: list[Mark], bucket: str = "b") -> SortedMarks:
    found = SortedMarks(folder)
    assert found.write((bucket, mark) for mark in marks) == len(marks)
    return found


def test_a_bucket_without_marks(tmp_path: Path) -> None:
    assert list(SortedMarks(tmp_path).of("b")) == []
    assert list(written(tmp_path, [a_mark("a")], "other").of("b", above="a")) == []


def test_marks_come_back_as_they_were_in_order_of_bytes(tmp_path: Path) -> None:
    marks = [a_mark(path, "7") for path in ("a/b", "a", "a-b", "", "\udcff", "\U0001f600", "a\0b")]
    found = list(written(tmp_path, marks).of("b"))
    assert [mark.path for mark in found] == ["", "a", "a\0b", "a-b", "a/b", "\U0001f600", "\udcff"]
    assert sorted(found) == sorted(marks)


def test_buckets_are_apart(tmp_path: Path) -> None:
    marks = SortedMarks(tmp_path)
    marks.write([("x", a_mark("a")), ("y", a_mark("b")), ("x", a_mark("c")), ("z-never-listed", a_mark("d"))])
    assert [mark.path for mark in marks.of("x")] == ["a", "c"]
    assert [mark.path for mark in marks.of("y")] == ["b"]


def test_a_range_brings_what_is_around_it(tmp_path: Path) -> None:
    """`a/model` waits until behind `a/model-v2`, which is where the range begins."""
    paths = ["", "a", "a/model", "a/model-v2", "a/model-v2/x", "a/modem", "b", "a/mode", "a/model/y"]
    marks = written(tmp_path, [a_mark(path) for path in paths])
    found = [mark.path for mark in marks.of("b", above="a/model-v2/k", below="a/model/z")]
    assert found == ["", "a", "a/model", "a/model-v2", "a/model-v2/x", "a/model/y"]


def test_many_marks_on_one_path_come_all(tmp_path: Path) -> None:
    marks = written(tmp_path, [*(a_mark("a/b", str(n)) for n in range(10)), a_mark("a/a"), a_mark("a/c")])
    assert len({mark.id for mark in marks.of("b", above="a/b/x", below="a/b/y")}) == 10


def test_it_can_be_read_by_several_at_once(tmp_path: Path) -> None:
    marks = written(tmp_path, [a_mark(f"{n:03}") for n in range(100)])
    one, other = marks.of("b"), marks.of("b", above="050")
    pairs = [(next(one).path, next(other).path) for _ in range(3)]
    assert pairs == [("000", "050"), ("001", "051"), ("002", "052")]


def _paths(random: Random) -> Iterator[str]:
    for _ in range(random.randint(1, 12)):
        yield "/".join(
            random.choices(("a", "a-", "a.", "b", "é", "\udcff", "\U0001f600", ""), k=random.randint(1, 3))
        ).rstrip("/")


def test_random_ranges_hold_every_mark_that_holds_for_a_key_in_them(tmp_path: Path) -> None:
    for seed in range(300):
        random = Random(seed)
        marks = [a_mark(path, str(n)) for n, path in enumerate(_paths(random))]
        keys = sorted({mark.path + random.choice(("", "/", "/x", "-x", ".", "0")) for mark in marks} - {""}, key=ordered)
        store = written(tmp_path, marks)
        above, below = sorted(random.choices(["", *keys], k=2), key=ordered)
        found = list(store.of("b", above=above, below=below))
        assert [ordered(mark.path) for mark in found] == sorted(ordered(mark.path) for mark in found)
        for key in keys:
            if ordered(above) < ordered(key) <= ordered(below):
                needed = {mark for mark in marks if holds(mark, key)}
                assert needed <= set(found), (seed, key)
