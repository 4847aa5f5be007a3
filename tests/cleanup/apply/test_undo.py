"""Taking a plan back: what can come back does, and what cannot is counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kfpops.errors import PlanRefused
from tests.cleanup.apply.small import Killed, kill_at, run_id, states, two_runs
from tests.cleanup.apply.test_marking import twin


def test_a_plan_that_was_never_begun_has_nothing_to_take_back(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    assert world.undo(plan).exit_code == 0
    assert world.calls == []
    assert world.apply(plan).exit_code == 0


def test_what_was_deleted_for_good_is_not_called_live(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    world.refused = {world.key("a")}
    world.apply(plan)
    result = world.undo(plan)
    # The data went; of the model nothing did.
    assert states(world) == {"1": "LIVE", "2": "MARKED_FOR_DELETION", "3": "LIVE"}
    assert (result.exit_code, result.lost, result.gone) == (5, 1, result.state.sum("gone").objects)
    assert result.state.confirmed == 0
    assert "nobody can bring that back" in world.said[-1]


def test_the_other_rows_of_its_place_are_not_called_live_either(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    twin(world, "s3")
    world.put(f"{world.key('a')}/new")
    world.apply(plan)
    result = world.undo(plan)
    assert [states(world)[id] for id in ("1", "50")] == ["MARKED_FOR_DELETION"] * 2
    assert result.lost == 3


def test_in_the_quarantine_everything_comes_back(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path, quarantine="1d", cache="respect")
    world.caching.clear()
    world.apply(plan, wait=False)
    assert states(world)["1"] == "MARKED_FOR_DELETION"
    before = dict(world.objects)
    result = world.undo(plan)
    assert (result.exit_code, states(world), world.objects) == (
        5 if result.state.evicting else 0,
        dict.fromkeys("123", "LIVE"),
        before,
    )
    with pytest.raises(PlanRefused, match="was undone"):
        world.apply(plan)
    assert world.undo(plan).exit_code == result.exit_code


def test_in_a_bucket_with_versions_deleted_objects_come_back(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path, versioning="enabled")
    assert world.apply(plan).exit_code == 0
    assert world.apply(plan).state.bytes_freed == 0
    result = world.undo(plan)
    assert (result.restored, result.lost, len(world.objects)) == (3, 0, 4)
    assert states(world) == dict.fromkeys("123", "LIVE")


def test_a_marker_whose_answer_was_lost_is_found(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path, versioning="enabled")

    def die(name: str) -> None:
        if name == "delete, done":
            raise Killed(name)

    world.at = die
    with pytest.raises(Killed):
        world.apply(plan)
    world.at = lambda name: None
    world.holders.clear()
    assert world.undo(plan).restored == 3
    assert len(world.objects) == 4


def test_an_undo_that_was_killed_is_gone_on_with(tmp_path: Path) -> None:
    for number in range(1, 60):
        folder = tmp_path / str(number)
        folder.mkdir()
        world, plan = two_runs(folder, versioning="enabled")
        world.apply(plan)
        world.at = kill_at(world, number)
        try:
            world.undo(plan)
        except Killed:
            world.holders.clear()
            world.at = lambda name: None
            world.undo(plan)
        else:
            break
        assert (states(world), len(world.objects)) == (dict.fromkeys("123", "LIVE"), 4)
    assert number > 5


def test_what_others_wrote_since_stays(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path, quarantine="1d")
    world.apply(plan, wait=False)
    world.artifacts["1"] = replace(world.artifacts["1"], state="ABANDONED")
    world.undo(plan)
    assert states(world)["1"] == "ABANDONED"
    assert run_id("a") not in world.runs
