"""Runs that were unfinished at the eviction, and the quarantine, are waited for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.cleanup.apply.small import ALL, run_id, states, two_runs


def test_runs_that_were_unfinished_are_waited_for(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    world.run("c", age=0.1, state="RUNNING")
    result = world.apply(plan, wait=False)
    assert (result.exit_code, result.waits_for, len(world.objects)) == (5, (run_id("c"),), ALL)
    assert states(world) == {"1": "MARKED_FOR_DELETION", "2": "MARKED_FOR_DELETION", "3": "LIVE"}

    def ends(name: str) -> None:
        if name == "sleep" and len(world.slept) == 3:
            world.runs[run_id("c")] = replace(world.runs[run_id("c")], state="FAILED", finished_at=world.now)

    world.at = ends
    assert world.apply(plan).exit_code == 0
    assert (len(world.slept), len(world.objects)) == (3, 1)
    assert "Waiting for 1 run to end" in world.said[0]


def test_the_quarantine_is_waited_for(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path, quarantine="2h")
    assert world.apply(plan, wait=False).waits_for == ()
    assert len(world.objects) == ALL
    assert world.apply(plan).exit_code == 0
    assert sum(world.slept) >= 7200
