"""The other verdicts, which tasks are told of, and what is asked of the servers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kfpops.cache.explain import explain
from kfpops.cache.gather import gather_cache
from kfpops.errors import Forbidden, NotFound, Unreachable
from tests.cache.world import World, trained


def test_a_condition_that_was_false() -> None:
    world = World()
    world.run("new")
    world.step("new", "train", state="CANCELED", fingerprint="")
    assert (world.task("new").verdict, world.task("new").why) == ("not-run", "Its condition was false.")


def test_a_task_that_was_not_started_stands_last() -> None:
    world = World()
    world.run("new")
    world.step("new", "train", state="RUNNING")
    found = world.explained("new").tasks
    assert [(t.task, t.verdict, t.execution) for t in found] == [("train", "miss", "101"), ("load", "not-run", "")]


def test_attempts_are_one_task_and_the_last_is_told() -> None:
    world = World()
    world.run("old")
    world.step("old", "train", parameters={"seed": "a"})
    world.run("new")
    for state in ("FAILED", "RUNNING", "COMPLETE"):
        last = world.step("new", "train", parameters={"seed": "b"}, state=state)
    found = world.explained("new").tasks
    assert [(t.task, t.execution, t.attempts) for t in found] == [("train", last, 3), ("load", "", 0)]
    # That the attempts before it failed is no reason: they would not have run if the cache had held it.
    assert [(d.name, d.before, d.after) for d in found[0].differences] == [("seed", "a", "b")]
    assert found[0].compared_with
    assert found[0].compared_with.run == "old"


def test_an_attempt_that_was_a_hit_in_the_end() -> None:
    world = World()
    load, _ = trained(world, "old")
    world.run("new")
    world.step("new", "load", state="FAILED")
    world.hit("new", "load", load)
    found = world.task("new", "load")
    assert (found.verdict, found.attempts) == ("hit", 2)


def test_iterations_are_no_attempts() -> None:
    world = World()
    world.run("new")
    for index in (0, 0, 1):
        world.step("new", "train", iteration=index)
    found = world.explained("new").tasks
    assert [(t.task, t.attempts) for t in found] == [("train[0]", 2), ("train[1]", 1), ("load", 0)]


def test_one_task_of_a_run() -> None:
    world = World()
    trained(world, "new")
    assert [t.task for t in world.explained("new", task="load").tasks] == ["load"]


def test_a_task_that_the_run_has_not() -> None:
    world = World()
    trained(world, "new")
    with pytest.raises(NotFound, match="no task tran") as caught:
        world.explained("new", task="tran")
    assert caught.value.hint == "Did you mean train? Its tasks are: load, train."


def test_a_run_that_the_lineage_store_has_not() -> None:
    with pytest.raises(NotFound, match="no run nowhere"):
        World().explained("nowhere")


def test_without_a_lineage_store_there_is_no_answer() -> None:
    with pytest.raises(Unreachable, match="no lineage store"):
        gather_cache(World().cluster(lineage=None), "new")


def test_without_a_store_the_objects_stay_unknown() -> None:
    world = World()
    _, train = trained(world, "old")
    world.run("new")
    world.hit("new", "train", train)
    found = explain(gather_cache(world.cluster(store=None), "new"))
    assert [o.state for o in found.tasks[0].objects] == ["unknown"]
    assert [n.source for n in found.not_checked] == ["object store"]


def test_a_right_that_is_missing_is_named() -> None:
    world = World()
    trained(world, "new")
    cluster = world.cluster()
    cluster = replace(cluster, pipelines=replace(cluster.pipelines, broken=Forbidden("No.", needs="get runs")))  # type: ignore[type-var]
    (gap, *_) = explain(gather_cache(cluster, "new")).not_checked
    assert gap.source == "KFP API"


def test_a_lineage_store_that_breaks_off_is_an_error() -> None:
    world = World()
    trained(world, "new")
    lineage = world.lineage()
    lineage.error, lineage.breaks_after = Unreachable("The lineage store broke off."), 2
    with pytest.raises(Unreachable, match="broke off"):
        gather_cache(world.cluster(lineage=lineage), "new")


def test_the_number_of_requests_does_not_grow_with_the_iterations() -> None:
    asked = []
    for iterations in (2, 200):
        world = World()
        for run in ("old", "new"):
            world.run(run)
            for index in range(iterations):
                world.step(run, "train", parameters={"seed": float(index % 7)}, iteration=index, state="FAILED")
        lineage = world.lineage()
        gather_cache(world.cluster(lineage=lineage), "new")
        asked.append(lineage.asked)
    # One for the task, and one for each of the first fifty fingerprints.
    assert asked[1]["find_executions"] == 51
    assert {k: n for k, n in asked[0].items() if k != "find_executions"} == {
        k: n for k, n in asked[1].items() if k != "find_executions"
    }
