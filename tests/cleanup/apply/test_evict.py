"""Deleting runs in KFP: only those that are still given up, each written down before as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kfpops.cleanup.apply.apply import apply_plan
from kfpops.cleanup.apply.journal import read_journal
from kfpops.cleanup.apply.record import RunEvicting
from tests.cleanup.apply.small import ALL, Killed, Small, lost, run_id, two_runs


@pytest.mark.parametrize(
    "state",
    [
        pytest.param("RUNNING", id="somebody has retried it"),
        pytest.param("CANCELING", id="its pods still end"),
        pytest.param("PAUSED", id="it waits for somebody"),
        pytest.param("", id="nobody knows its state"),
    ],
)
def test_a_run_that_is_not_over_stays(tmp_path: Path, state: str) -> None:
    world, plan = two_runs(tmp_path)
    world.runs[run_id("a")] = replace(world.runs[run_id("a")], state=state)
    world.apply(plan, wait=False)
    assert ("delete run" in world.calls, len(world.objects)) == (False, ALL)


def test_a_run_that_a_pin_names_by_now_stays(tmp_path: Path) -> None:
    world, _ = two_runs(tmp_path)
    plan = world.plan("a", evict=["a"], pins=f"{run_id('a')}\n")
    world.apply(plan)
    assert ("delete run" in world.calls, len(world.objects)) == (False, ALL)


def test_a_run_that_others_deleted_is_not_deleted_again(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    del world.runs[run_id("a")]
    assert world.apply(plan).exit_code == 0
    assert "delete run" not in world.calls


def test_an_answer_that_is_lost_is_asked_for_again(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    losses = [1, 2]

    def cut(name: str) -> None:
        if name == "delete run" and losses:
            losses.pop()
            raise lost("KFP")

    world.at = cut
    assert world.apply(plan).exit_code == 0
    assert world.calls.count("delete run") == 3


def test_the_rules_speak_of_an_evicted_run_as_it_was(tmp_path: Path) -> None:
    """Without `orphans` in the policy, what a deleted run left behind would stay."""
    world, _ = two_runs(tmp_path)
    plan = world.plan("a", evict=["a"])
    text = plan.read_text()
    assert "orphans" in text
    world = Small(tmp_path / "without")
    world.folder.mkdir()
    world.run("a", age=10)
    world.artifact("a")
    policy = "roots: [minio://mlpipeline/v2/artifacts]\ncache: evict\nrules:\n  - name: old\n    keep: {within: 7d}\n"
    assert world.apply(world.plan("a", evict=["a"], policy=policy)).exit_code == 0
    assert world.objects == {}


def test_what_nobody_can_tell_afterwards_is_in_the_journal_before(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    world.at = lambda name: None if name != "delete run" else (_ for _ in ()).throw(Killed(name))
    with pytest.raises(Killed):
        apply_plan(plan, world.cluster, world.changes(), world.work())
    (record,) = [r for r in read_journal(tmp_path / "plan.jsonl.journal") if isinstance(r, RunEvicting)]
    assert record.run is not None
    assert (record.run.id, record.run.state, record.run.caches) == (run_id("a"), "SUCCEEDED", True)
