"""The other verdicts, which tasks are told of, and what is asked of the servers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kfpops.cache.explain import explain
from kfpops.cache.gather import gather_cache
from kfpops.errors import Forbidden, NotFound, Unreachable
from tests.cache.world import World, a_pipeline, trained


@pytest.mark.parametrize(
    "caching, words, sdk",
    [
        pytest.param({}, "as the pipeline says", "train_task.set_caching_options(True)", id="by the pipeline"),
        pytest.param({"enableCache": True}, "it is off on the server", None, id="by the server"),
    ],
)
def test_caching_off(caching: dict[str, Any], words: str, sdk: str | None) -> None:
    world = World()
    world.run("new", a_pipeline(caching=caching))
    world.step("new", "train", fingerprint="")
    found = world.task("new")
    assert (found.verdict, found.fingerprint, found.parts) == ("disabled", None, ())
    assert words in found.why
    assert [a.sdk for a in found.advice] == [sdk]


def test_caching_off_in_a_run_that_is_deleted() -> None:
    world = World()
    world.run("new")
    world.step("new", "train", fingerprint="")
    world.deleted.add("new")
    (found,) = world.explained("new").tasks
    assert found.verdict == "disabled"
    assert found.why.startswith("It was run with caching off; its pipeline is not known any more")
    assert world.explained("new").not_checked == ()


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
