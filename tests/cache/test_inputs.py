"""Inputs of misses that have another id than before."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.cache.explanation import TaskExplanation
from tests.cache.world import World

HOLDS = "; the fingerprint holds the id"


def after(world: World, content: str | None = "rows", other: str = "rows", state: str = "COMPLETE", **load: Any) -> None:
    """A run whose load made data of its own, which train read, and one after it."""
    for run, text in (("old", content), ("new", other)):
        world.run(run)
        data = world.output(world.step(run, "load", **load), "data", text=text)
        world.step(run, "train", inputs={"data": [data]}, state=state)


def note(found: TaskExplanation) -> str:
    (difference,) = found.differences
    assert (difference.kind, difference.name) == ("artifact", "data")
    return difference.note


@pytest.mark.parametrize(
    "content, other, words",
    [
        pytest.param(None, "rows", "", id="nothing to compare with"),
        pytest.param("rows", "other rows", "another content", id="another content"),
    ],
)
def test_no_advice_where_the_content_is_not_the_same(content: str | None, other: str, words: str) -> None:
    world = World()
    after(world, content, other)
    assert note(world.task("new")) == words
    assert world.task("new").advice == ()


def test_what_made_it_ran_again() -> None:
    world = World()
    after(world)
    assert note(world.task("new")) == f"same content under another id: load ran again{HOLDS}"
    (advice,) = world.task("new").advice
    assert advice.text.startswith("See why load was not taken from the cache itself")


def test_one_task_alone_is_told_the_same() -> None:
    world = World()
    after(world)
    assert world.task("new", task="train") == world.task("new")


def test_what_made_it_has_caching_off() -> None:
    world = World()
    after(world, fingerprint="")
    assert note(world.task("new")) == f"same content under another id: load ran again, with caching off{HOLDS}"
    assert [a.sdk for a in world.task("new").advice] == ["load_task.set_caching_options(True)"]


def taken_from_another(world: World, state: str = "COMPLETE") -> str:
    """`load` ran twice with one content; `train` read the first, and now reads the second, from the cache."""
    after(world, state=state)
    second = next(e for e in reversed(world.executions) if e.task == "load")
    # The second run's train did not get so far.
    world.executions = [e for e in world.executions if e.id != world.executions[-1].id]
    world.run("newest")
    world.hit("newest", "load", second.id)
    return world.step("newest", "train", inputs={"data": ["2"]}, state=state)


def test_what_made_it_was_a_hit_itself() -> None:
    world = World()
    taken_from_another(world)
    found = world.task("newest")
    assert "load was taken from the cache from run new, another execution of it" in note(found)
    (advice,) = found.advice
    assert advice.text.startswith("There is nothing to change: load was taken from the cache")
    assert advice.text.endswith("The next run that is given the same result of load can take train from this one.")


@pytest.mark.parametrize(
    "state, deleted",
    [
        pytest.param("COMPLETE", True, id="what it was taken from is deleted"),
        pytest.param("FAILED", False, id="this one has no result"),
    ],
)
def test_a_later_run_is_promised_nothing(state: str, deleted: bool) -> None:
    world = World()
    taken_from_another(world, state)
    world.deleted |= {"new"} if deleted else set()
    (advice,) = world.task("newest").advice
    assert advice.text.endswith("only from another execution than before.")


def test_one_object_that_was_imported_twice() -> None:
    world = World()
    for run in ("old", "new"):
        world.run(run)
        world.step(run, "train", inputs={"data": [world.imported(run, "s3://lake/table.csv")]})
    assert note(world.task("new")) == f"the same URI under another id: it was imported anew{HOLDS}"
    (advice,) = world.task("new").advice
    assert "With reimport=False KFP takes the one that it has for this URI" in advice.text


def test_what_made_it_is_not_known() -> None:
    world = World()
    after(world)
    world.events = [e for e in world.events if e.kind == "input"]
    text = "same content under another id: load ran again, or its record in the lineage store is another"
    assert note(world.task("new")) == f"{text}{HOLDS}"
    assert world.task("new").advice == ()


def test_another_number_of_artifacts() -> None:
    world = World()
    for run, number in (("old", 1), ("new", 2)):
        world.run(run)
        load = world.step(run, "load")
        world.step(run, "train", inputs={"data": [world.output(load, "data") for _ in range(number)]})
    assert note(world.task("new")) == ""
    assert world.task("new").advice == ()
