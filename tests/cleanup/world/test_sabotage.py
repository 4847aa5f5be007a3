"""Ports that only pretend: the proof must see what the cleaner loses then, or it would see nothing at all.

Each row is also tried with ports as they should be: the same schedule loses nothing then.
"""

from __future__ import annotations

import pytest

from tests.cleanup.world.acting import Ingredient, Schedule
from tests.cleanup.world.explore import tried
from tests.cleanup.world.proof import scenario

ALL = (0,) * 30


def before_the_delete(name: str, *broken: Ingredient) -> int:
    """The point right before the first delete: after the last look, after the intent."""
    return tried(scenario(name), Schedule(), broken=frozenset(broken)).names.index("delete") + 1


@pytest.mark.parametrize(
    "broken, name, before, what",
    [
        pytest.param("evict", "hit, evict", 0, "deleted under a live", id="a hit of an entry that was not evicted"),
        pytest.param("wait", "hit, evict", 4, "deleted under a live", id="a hit before, published after the last look"),
        pytest.param("condition", "written anew", 0, "written a moment ago", id="new bytes after the last look"),
    ],
)
def test_it_is_noticed(broken: Ingredient, name: str, before: int, what: str) -> None:
    schedule = Schedule({0: ALL[:before], before_the_delete(name): ALL})
    assert any(what in loss for loss in tried(scenario(name), schedule, broken=frozenset({broken})).wrong)
    assert tried(scenario(name), schedule).wrong == ()


def test_an_import_of_a_row_that_is_not_marked_is_noticed() -> None:
    """The importer finds it live after the runs were listed, and tells of it after the last look."""
    end = before_the_delete("imported", "mark")
    losses = tried(scenario("imported"), finds_and_tells(end), broken=frozenset({"mark"})).wrong
    assert any("deleted under a live" in loss for loss in losses)
    right = tried(scenario("imported"), finds_and_tells(before_the_delete("imported")))
    assert (right.wrong, right.late) == ((), 1), "with marks it gets a row of its own: the one exception, counted"


def finds_and_tells(end: int) -> Schedule:
    return Schedule({end - 20: ALL[:4], end: ALL})


def test_an_import_that_is_told_before_the_last_look_keeps_the_bytes() -> None:
    run = tried(scenario("imported"), Schedule({before_the_delete("imported") - 20: ALL}))
    assert (run.wrong, run.late, run.deleted) == ((), 0, 3)
