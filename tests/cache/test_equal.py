"""Reasons why equal executions do not count: of one, of several, and of several attempts."""

from __future__ import annotations

from tests.cache.world import World


def test_one_is_told_as_one() -> None:
    world = World()
    world.run("old")
    world.step("old", "train")
    world.run("new")
    world.step("new", "train")
    world.deleted.add("old")
    assert "UTC) was deleted with its run, and its entry in the cache with it." in world.task("new").why


def test_several_are_told_as_several() -> None:
    world = World()
    for run in ("one", "two", "new"):
        world.run(run)
        world.step(run, "train")
    world.deleted |= {"one", "two"}
    found = world.task("new")
    assert "UTC) were deleted with their runs, and their entries in the cache with them." in found.why
    assert found.short == "an equal one was deleted with its run"


def test_attempts_of_one_task_are_told_once_by_the_most_telling() -> None:
    world = World()
    world.run("old")
    for state in ("FAILED", "FAILED", "COMPLETE"):
        world.step("old", "train", state=state)
    world.run("new")
    world.step("new", "train")
    why = world.task("new").why
    assert why.startswith("Not in the cache. An equal execution ran before, but none counts: train of run old (")
    assert "did not complete" not in why


def test_executions_whose_run_is_not_known_are_not_taken_for_attempts() -> None:
    world = World()
    world.run("new")
    for _ in range(2):
        world.step("new", "train", state="FAILED", parent_id="")
    world.step("new", "train")
    assert world.task("new").why.startswith("Not in the cache. Equal executions ran before")
