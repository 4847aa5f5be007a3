from __future__ import annotations

from itertools import permutations

import pytest

from kfpops.cleanup.around import NOTHING, around_of, holds, with_mark
from kfpops.cleanup.mark import Mark


def a_mark(path: str, kind: str = "artifact", goes: bool = False, reason: str = "run-kept", **more: object) -> Mark:
    return Mark(path, kind, goes, "live", reason, "", "")._replace(**more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "key, mark, inside",
    [
        ("a/model", "a/model", True),
        ("a/model/f", "a/model", True),
        ("a/model/", "a/model", True),
        ("a/model-v2/f", "a/model", False),
        ("a/model.bak", "a/model", False),
        ("a/mode", "a/model", False),
        ("A/model", "a/model", False),
        ("anything", "", True),
        ("/leading", "", True),
        ("/leading", "/", False),
        ("a//b", "a/", True),
    ],
)
def test_a_mark_holds_for_its_key_and_for_what_is_below(key: str, mark: str, inside: bool) -> None:
    assert holds(a_mark(mark), key) is inside


def test_of_each_sort_the_innermost_counts() -> None:
    marks = [a_mark("a"), a_mark("a/b", reason="read"), a_mark("a", "run"), a_mark("a/b", "run"), a_mark("a/b", "run", True)]
    for order in permutations(marks):
        found = around_of(order)
        assert (found.keep, found.kept, found.gone, found.hold) == (marks[1], marks[3], marks[4], None)


def test_somebody_who_needs_it_outweighs_nobody_nearer_by() -> None:
    somebody, nobody = a_mark("a"), a_mark("a/b", label="foreign", reason="owner-unknown")
    assert around_of([somebody, nobody]).keep == somebody


def test_of_two_on_one_place_the_better_reason_counts() -> None:
    made, read = a_mark("a"), a_mark("a", reason="read")
    assert around_of([made, read]).keep == around_of([read, made]).keep == made


def test_of_two_that_go_the_longer_wait_counts() -> None:
    soon, late = a_mark("a", "run", True), a_mark("a", "run", True, since=5.0)
    assert around_of([soon, late]).gone == around_of([late, soon]).gone == late


@pytest.mark.parametrize("reason", ["run-unfinished", "young", "may-be-retried"])
def test_a_run_that_may_still_write_holds_all_below(reason: str) -> None:
    mark = a_mark("a", "run", reason=reason)
    assert with_mark(NOTHING, mark).hold == mark
