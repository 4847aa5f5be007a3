from __future__ import annotations

from kfpops.cleanup.cursor import Cursor
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.policy.policy import Policy
from kfpops.cleanup.verdict import Reason
from tests.cleanup.building import an_inventory, judged_by

TERMS = judged_by(an_inventory(roots=(), logs=()), Policy())[1]


def a_mark(path: str, reason: Reason = "run-kept") -> Mark:
    return Mark(path, "artifact", False, "live", reason)


def test_a_mark_waits_until_what_is_below_it_is_reached() -> None:
    """In the order of bytes `a/model-v2/f` lies between `a/model` and `a/model/f`."""
    model, second = a_mark("a/model"), a_mark("a/model-v2", reason="read")
    cursor = Cursor([model, second], TERMS)
    found = []
    for key in ("a/model", "a/model-v1/f", "a/model-v2/f", "a/model.x", "a/model/f", "a/model0"):
        assert cursor.advance(key)
        found.append((cursor.around.keep, cursor.alone))
    assert found == [(model, True), (None, False), (second, False), (None, False), (model, False), (None, False)]


def test_it_tells_how_far_the_same_is_around() -> None:
    cursor = Cursor([a_mark("a/b"), a_mark("a/b/c"), a_mark("x")], TERMS)
    found = []
    for key in ("a/a", "a/b/a", "a/b/c/f", "a/b/d", "a/c"):
        cursor.advance(key)
        found.append(cursor.until)
    assert found == ["a/b", "a/b/c", "a/b/c0", "a/b0", "pipelines"]
