"""What begins to use something between the plan and the delete keeps it; the last look sees what nobody had seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kfpops.errors import PlanRefused
from kfpops.model.lineage import Artifact, Event, Execution
from tests.cleanup.apply.small import ALL, Small, run_id, states, two_runs


def retried(world: Small) -> None:
    world.runs[run_id("a")] = replace(world.runs[run_id("a")], state="RUNNING", finished_at=None)


def pinned_by_import(world: Small) -> None:
    """Run b imports the model: a new row of the same URI, by another name of the store."""
    key = world.key("a")
    world.artifacts["99"] = Artifact("99", "system.Model", f"s3://mlpipeline/{key}", "m", "LIVE", world.now, world.now)
    importer = Execution(
        "b-import", "system.ImporterExecution", "importer", "COMPLETE", parent_id="b-dag", created_at=world.now
    )
    world.executions["b-import"] = importer
    world.events.append(Event("99", "b-import", "output", "artifact", world.now))
    world.attributed.setdefault(run_id("b"), []).append("99")


def used(world: Small) -> None:
    world.use("b", "1")


def parent_imported(world: Small) -> None:
    """A new run imports the folder around everything that run a wrote."""
    world.run("c", age=0, state="RUNNING")
    uri = world.artifacts["1"].uri.rpartition("/fit/")[0]
    world.artifacts["98"] = Artifact("98", "system.Artifact", uri, "all", "LIVE", world.now, world.now)
    world.executions["c-import"] = Execution("c-import", "system.ImporterExecution", "importer", parent_id="c-dag")
    world.events.append(Event("98", "c-import", "output", "artifact", world.now))


def rewritten(world: Small) -> None:
    world.put(world.key("a"), etag="e2")


@pytest.mark.parametrize(
    "moment",
    ["probe", "delete run, done", "set MARKED_FOR_DELETION, done", "sync, done"],
    ids=lambda moment: f"at {moment}",
)
@pytest.mark.parametrize(
    "change, stays",
    [
        pytest.param(pinned_by_import, 1, id="imported under another name of the store"),
        pytest.param(used, 1, id="read by a run that stays"),
        pytest.param(parent_imported, 3, id="a folder around it was imported by a run that goes on"),
        pytest.param(rewritten, 1, id="written anew"),
    ],
)
def test_what_is_needed_by_now_stays(tmp_path: Path, moment: str, change: Callable[[Small], None], stays: int) -> None:
    world, plan = two_runs(tmp_path)
    todo = [change]

    def meanwhile(name: str) -> None:
        if name == moment and todo:
            todo.pop()(world)
            if "c" in [run.name for run in world.runs.values()]:
                world.runs[run_id("c")] = replace(world.runs[run_id("c")], state="SUCCEEDED", finished_at=world.now)

    world.at = meanwhile
    assert world.apply(plan).exit_code == 0
    assert len([key for key in world.objects if run_id("a") in key]) == stays
    if stays == 1:
        assert states(world)["1"] == "LIVE"


@pytest.mark.parametrize(
    "change, stays",
    [
        pytest.param(pinned_by_import, 1, id="imported under another name of the store"),
        pytest.param(used, 1, id="read by a run that stays"),
        pytest.param(parent_imported, 3, id="a folder around it imported"),
        pytest.param(rewritten, 1, id="written anew"),
    ],
)
def test_the_last_look_sees_what_comes_after_the_judgement(
    tmp_path: Path, change: Callable[[Small], None], stays: int
) -> None:
    world, plan = two_runs(tmp_path)
    renewals: list[int] = []

    def meanwhile(name: str) -> None:
        # The last renewal before the first delete comes after everything was judged.
        if name == "renew" and states(world)["1"] != "LIVE":
            renewals.append(1)
            if len(renewals) == 1:
                change(world)

    world.at = meanwhile
    assert world.apply(plan).exit_code == 0
    assert len([key for key in world.objects if run_id("a") in key]) == stays


def test_a_run_that_was_retried_is_not_evicted_and_keeps_all(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    retried(world)
    world.at = lambda name: (
        world.runs.update({run_id("a"): replace(world.runs[run_id("a")], state="FAILED")}) if name == "sleep" else None
    )
    world.apply(plan, wait=False)
    assert "delete run" not in world.calls
    assert (run_id("a") in world.runs, len(world.objects)) == (True, ALL)


def test_a_run_that_kfps_list_left_out_refuses_everything(tmp_path: Path) -> None:
    """A list that leaves a run out makes it look deleted; asked by its id, KFP has it."""
    world, _ = two_runs(tmp_path)
    world.run("z", age=9, known=False)
    world.artifact("z")
    plan = world.plan("z")
    renewals: list[str] = []

    def appears(name: str) -> None:
        if name == "renew":
            renewals.append(name)
            if len(renewals) == 2:
                world.runs[run_id("z")] = replace(world.runs[run_id("b")], id=run_id("z"))

    world.at = appears
    with pytest.raises(PlanRefused, match="though its list of runs did not"):
        world.apply(plan)
    assert world.key("z") in world.objects


def test_an_object_of_a_run_that_nobody_knows_goes(tmp_path: Path) -> None:
    world, _ = two_runs(tmp_path)
    world.put(world.key("q"))
    assert world.apply(world.plan("q")).exit_code == 0
    assert world.key("q") not in world.objects


def test_a_run_that_nobody_knows_is_asked_for(tmp_path: Path) -> None:
    world, _ = two_runs(tmp_path)
    world.put(world.key("q"))
    plan = world.plan("q")

    def appears(name: str) -> None:
        if name == "renew":
            world.runs[run_id("q")] = replace(world.runs[run_id("b")], id=run_id("q"), state="RUNNING")

    world.at = appears
    with pytest.raises(PlanRefused, match="its list of runs did not"):
        world.apply(plan)
    assert world.key("q") in world.objects
