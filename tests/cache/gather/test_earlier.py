"""Which earlier executions a miss is explained with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kfpops.cache.explain import explain
from kfpops.cache.gather import gather_cache
from kfpops.errors import NotFound
from tests.cache.world import World, a_pipeline


def equal_runs(world: World, **old: Any) -> World:
    world.run("old")
    world.step("old", "train", **old)
    world.run("new")
    world.step("new", "train")
    return world


@pytest.mark.parametrize(
    "old, words",
    [
        pytest.param({"state": "FAILED"}, "did not complete (FAILED)", id="it failed"),
        pytest.param({"namespace": "team-b"}, "ran in the namespace team-b", id="in another namespace"),
        pytest.param({"state": "CACHED", "cached_from": "7"}, "was itself taken from the cache", id="a copy"),
        pytest.param({}, "its run is still there: its entry in the cache must be lost", id="no reason that can be seen"),
    ],
)
def test_an_equal_execution_that_does_not_count(old: dict[str, Any], words: str) -> None:
    found = equal_runs(World(), **old).task("new")
    assert found.why.startswith("Not in the cache. An equal execution ran before, but none counts: train of run old (")
    assert words in found.why
    assert found.differences == ()
    assert found.compared_with
    assert found.compared_with.run == "old"


def test_an_equal_execution_at_the_same_time() -> None:
    world = equal_runs(World())
    end = world.clock + timedelta(seconds=1)
    world.executions = [replace(e, updated_at=end) if e.task else e for e in world.executions]
    assert "both ran at the same time" in world.task("new").why


def test_an_equal_execution_whose_run_is_deleted() -> None:
    world = equal_runs(World())
    world.deleted.add("old")
    found = world.task("new")
    assert "was deleted with its run, and its entry in the cache with it" in found.why
    assert [a.text.startswith("Archive runs") for a in found.advice] == [True]


def test_a_bundle_of_single_runs_does_not_know_what_was_deleted() -> None:
    world = equal_runs(World())
    world.deleted.add("old")
    found = explain(gather_cache(world.cluster(complete=False), "new"))
    assert "whether its run, and so its entry in the cache, was deleted is not known" in found.tasks[0].why


def test_an_equal_execution_of_another_pipeline() -> None:
    world = World()
    world.run("old", a_pipeline(name="weekly"))
    world.step("old", "train")
    world.run("new")
    world.step("new", "train")
    assert (
        "belongs to the pipeline weekly, and KFP takes only what ran under the same pipeline name" in world.task("new").why
    )


def test_earlier_executions_with_caching_off() -> None:
    world = World()
    world.run("old", a_pipeline(caching={}))
    world.step("old", "train")
    world.run("new")
    world.step("new", "train")
    assert "1 earlier execution of this task had caching off, which leaves nothing to take" in world.task("new").why


def test_compared_with_a_run_that_the_user_names() -> None:
    world = World()
    for run, seed in (("one", "a"), ("two", "b"), ("three", "c")):
        world.run(run)
        world.step(run, "train", parameters={"seed": seed})
    assert [(d.before, d.after) for d in world.task("three").differences] == [("b", "c")]
    assert [(d.before, d.after) for d in world.task("three", against="one").differences] == [("a", "c")]
    # What ran later can be compared with, too.
    assert [(d.before, d.after) for d in world.task("one", against="three").differences] == [("c", "a")]
    with pytest.raises(NotFound, match="no run four"):
        world.task("three", against="four")


def test_a_run_to_compare_with_that_has_no_such_task() -> None:
    world = World()
    world.run("old")
    world.step("old", "load")
    world.run("new")
    world.step("new", "train")
    assert world.task("new", against="old").why == (
        "Not in the cache. Run old has no execution of this task to compare it with."
    )


def test_iterations_are_compared_with_their_like() -> None:
    world = World()
    for run in ("old", "new"):
        world.run(run)
        for index in range(3):
            world.step(run, "train", parameters={"seed": f"{run} {index}"}, iteration=index)
    found = world.explained("new").tasks
    assert [t.task for t in found] == ["train[0]", "train[1]", "train[2]", "load"]
    assert [t.differences[0].before for t in found[:3]] == ["old 0", "old 1", "old 2"]


def test_a_long_loop_does_not_hide_the_runs_before() -> None:
    world = World()
    for run in ("old", "new"):
        world.run(run)
        for index in range(250):
            world.step(run, "train", parameters={"seed": f"{run} {index}"}, iteration=index)
    found = world.task("new", "train[249]")
    assert found.compared_with
    assert (found.compared_with.run, found.compared_with.task) == ("old", "train[249]")
