"""Rows that were not LIVE when an apply came to them: it never makes them LIVE, for nobody knows whether they are whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kfpops.model.lineage import DELETED, LIVE, MARKED
from tests.cleanup.apply.folders import in_quarantine, of_a, once, one_folder
from tests.cleanup.apply.small import Killed, Small, kill_at, states


def begun_elsewhere(world: Small, plan: Path) -> None:
    """An apply that marked, and whose journal is lost."""
    in_quarantine(world, plan)
    (world.folder / "plan.jsonl.journal").unlink()
    world.now -= timedelta(days=2)


@pytest.mark.parametrize("part_is_gone", [False, True], ids=["whole", "a part of it is gone already"])
def test_a_row_that_was_marked_before_is_not_made_live_by_a_keep(tmp_path: Path, part_is_gone: bool) -> None:
    world, plan = one_folder(tmp_path, quarantine="1d")
    begun_elsewhere(world, plan)
    if part_is_gone:
        del world.objects[f"{world.key('a', 'data')}/f0000"]
    plan = world.plan("a")
    in_quarantine(world, plan)
    world.use("b", "1")
    assert world.apply(plan).exit_code == 0
    assert (states(world)["1"], len(of_a(world))) == (MARKED, 2 - part_is_gone)


def test_nor_by_an_undo(tmp_path: Path) -> None:
    world, plan = one_folder(tmp_path, quarantine="1d")
    begun_elsewhere(world, plan)
    plan = world.plan("a")
    world.apply(plan, wait=False)
    result = world.undo(plan)
    assert (states(world)["1"], result.lost) == (MARKED, 0)


def test_nor_when_its_objects_have_changed(tmp_path: Path) -> None:
    world, plan = one_folder(tmp_path, quarantine="1d")
    begun_elsewhere(world, plan)
    plan = world.plan("a")
    in_quarantine(world, plan)
    for key in of_a(world):
        world.put(key, etag="e2")
    world.apply(plan)
    assert states(world)["1"] == MARKED


def test_but_it_is_deleted_when_its_bytes_are(tmp_path: Path) -> None:
    world, plan = one_folder(tmp_path, quarantine="1d")
    begun_elsewhere(world, plan)
    plan = world.plan("a")
    in_quarantine(world, plan)
    assert world.apply(plan).exit_code == 0
    assert (states(world)["1"], of_a(world)) == (DELETED, [])


def test_where_versions_bring_the_bytes_back_it_is_marked_as_it_was(tmp_path: Path) -> None:
    world, plan = one_folder(tmp_path, quarantine="1d", versioning="enabled")
    begun_elsewhere(world, plan)
    plan = world.plan("a")
    in_quarantine(world, plan)
    world.apply(plan)
    assert (world.undo(plan).restored, states(world)["1"]) == (2, MARKED)


def test_what_another_state_had_is_not_called_live(tmp_path: Path) -> None:
    world, plan = one_folder(tmp_path, quarantine="1d")
    world.artifacts["1"] = replace(world.artifacts["1"], state="ABANDONED")
    world.apply(plan, wait=False)
    assert states(world)["1"] == MARKED
    world.undo(plan)
    assert states(world)["1"] == MARKED


def test_a_mark_that_died_on_the_way_is_ours_all_the_same(tmp_path: Path) -> None:
    world, plan = one_folder(tmp_path, quarantine="1d")
    world.at = once("set MARKED_FOR_DELETION, done", lambda: kill_at(world, 1)(""))
    with pytest.raises(Killed):
        world.apply(plan)
    world.at = lambda name: None
    world.apply(plan, wait=False)
    world.undo(plan)
    assert states(world)["1"] == LIVE
