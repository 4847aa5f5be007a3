"""Errors become gaps; wrong settings do not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.inventory import Gap
from kfpops.errors import Forbidden, Unreachable, UsageError

DOWN = Unreachable("It is down.", "Start it.")


def broken(error: Exception) -> Iterator[int]:
    yield 1
    raise error


def test_what_can_be_read_leaves_no_gap() -> None:
    gaps = Gaps()
    assert gaps.read("x", lambda: 7, 0) == 7
    assert list(gaps.stream("x", lambda: iter([1, 2]))) == [1, 2]
    assert gaps.found == []


def test_wrong_settings_are_no_gap() -> None:
    def fail() -> int:
        raise UsageError("wrong")

    gaps = Gaps()
    with pytest.raises(UsageError):
        gaps.read("x", fail, 0)
    with pytest.raises(UsageError):
        list(gaps.stream("x", lambda: broken(UsageError("wrong"))))


def test_an_error_is_a_fatal_gap_with_what_to_do() -> None:
    def fail() -> int:
        raise DOWN

    gaps = Gaps()
    assert gaps.read("KFP API", fail, 0) == 0
    assert gaps.read("logs", fail, 0, "Never mind.", fatal=False) == 0
    assert gaps.found == [Gap("KFP API", "It is down.", "Start it."), Gap("logs", "It is down.", "Never mind.", fatal=False)]


def test_a_stream_that_breaks_gives_what_came_before() -> None:
    gaps = Gaps()
    assert list(gaps.stream("lineage", lambda: broken(DOWN))) == [1]
    assert [gap.why for gap in gaps.found] == ["It is down."]


def test_a_refusal_names_the_right_that_is_missing() -> None:
    gaps = Gaps()
    gaps.add("runs", Forbidden("No.", needs="list runs"))
    assert gaps.found[0].why == "No.; needs: list runs"


def test_the_same_is_told_once() -> None:
    gaps = Gaps()
    for _ in range(3):
        gaps.add("runs", DOWN)
    assert len(gaps.found) == 1
