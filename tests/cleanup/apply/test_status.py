"""How far a plan is, from files alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.cleanup.apply.status import journal_of, latest_plan, read_status
from kfpops.errors import PlanRefused, UsageError
from tests.cleanup.apply.small import two_runs


def test_no_plan_was_applied_here(tmp_path: Path) -> None:
    (tmp_path / "gone.jsonl.journal").write_text("")
    with pytest.raises(UsageError, match="No plan in this folder"):
        latest_plan(tmp_path)


def test_the_journal_of_another_plan(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    world.apply(plan)
    other = world.plan("b", id="p2")
    with pytest.raises(PlanRefused, match="another plan"):
        read_status(other, journal_of(other))


def test_what_it_waits_for(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    assert read_status(plan, journal_of(plan)).state.phase == "new"
    world.run("c", age=0.1, state="PENDING")
    world.apply(plan, wait=False)
    status = read_status(plan, journal_of(plan))
    assert (status.state.phase, len(status.waits_for or ()), status.left) == ("waiting", 1, 3)
    assert latest_plan(tmp_path) == plan
