"""Rows around other rows: what is needed of one keeps all that lies in it, and none is LIVE of which a part went."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kfpops.model.lineage import DELETED, LIVE, MARKED
from tests.cleanup.apply.folders import MANY, in_quarantine, nested, of_a, once, one_folder
from tests.cleanup.apply.importing import imported
from tests.cleanup.apply.small import Killed, kill_at, run_id, states


def test_what_lies_in_a_kept_artifact_is_kept(tmp_path: Path) -> None:
    """Only one object of the outer one is needed: whole it is not without the inner one."""
    world, plan = nested(tmp_path, quarantine="10d")
    world.apply(plan, wait=False)
    world.run("d", age=0, state="SUCCEEDED", cached=False)
    imported(world, "d", "90", f"minio://mlpipeline/{world.key('a', 'data')}/z")
    world.now += timedelta(days=11)
    world.runs.pop(run_id("d"))
    assert world.apply(plan).exit_code == 0
    assert (len(of_a(world)), states(world)) == (3, dict.fromkeys(("1", "2", "3", "90"), LIVE))


def test_a_use_of_the_outer_one_is_seen_before_the_inner_one_goes(tmp_path: Path) -> None:
    world, plan = nested(tmp_path, MANY)
    world.at = once("renew", lambda: world.use("b", "2"), number=3)
    assert world.apply(plan).exit_code == 0
    assert world.calls.count("delete") == 0
    assert (len(of_a(world)), states(world)) == (MANY + 1, dict.fromkeys("123", LIVE))


def test_the_outer_one_is_not_called_live_when_the_inner_one_has_begun_to_go(tmp_path: Path) -> None:
    world, plan = nested(tmp_path, MANY)
    world.at = once("delete, done", lambda: world.use("b", "2"), number=4)
    assert world.apply(plan).exit_code == 5
    assert states(world) == {"1": MARKED, "2": MARKED, "3": LIVE}
    assert 1 < len(of_a(world)) < MANY


def test_a_row_that_no_entry_names_is_looked_at_too(tmp_path: Path) -> None:
    """A folder above, imported by a run that is given up; another run takes that row when all was judged."""
    world, _ = one_folder(tmp_path)
    world.run("c", age=9)
    imported(world, "c", "90", f"minio://mlpipeline/{world.key('a', 'data').partition('/fit/')[0]}")
    plan = world.plan("a", evict=["a", "c"])
    world.at = once("renew", lambda: world.use("b", "90") if states(world)["90"] == MARKED else None, number=5)
    assert world.apply(plan).exit_code == 0
    assert (len(of_a(world)), states(world)) == (2, {"1": LIVE, "90": LIVE})


@pytest.mark.parametrize("state", ["ABANDONED", "PENDING", ""])
def test_a_row_around_that_no_importer_takes_keeps_nothing(tmp_path: Path, state: str) -> None:
    world, _ = one_folder(tmp_path)
    world.run("c", age=9)
    imported(world, "c", "90", f"minio://mlpipeline/{world.key('a', 'data').partition('/fit/')[0]}")
    world.artifacts["90"] = replace(world.artifacts["90"], state=state)
    assert world.apply(world.plan("a", evict=["a", "c"])).exit_code == 0
    assert (of_a(world), states(world)) == ([], {"1": DELETED, "90": state})


def test_a_row_around_that_is_needed_by_now_is_live_again_and_told_when_it_is_not_whole(tmp_path: Path) -> None:
    world, _ = one_folder(tmp_path, MANY)
    world.run("c", age=9)
    imported(world, "c", "90", f"minio://mlpipeline/{world.key('a', 'data').partition('/fit/')[0]}")
    plan = world.plan("a", evict=["a", "c"])
    world.failing = {key for key in of_a(world) if key.endswith("7")}
    assert world.apply(plan).exit_code == 5
    world.failing = set()
    world.use("b", "90")
    assert world.apply(plan).exit_code == 5
    assert (len(of_a(world)), states(world)) == (MANY // 10, {"1": MARKED, "90": MARKED})
    assert sorted(line.split()[1] for line in world.said if "incomplete" in line) == ["1", "90"]


def test_an_inner_one_that_is_kept_leaves_the_outer_one_marked(tmp_path: Path) -> None:
    world, plan = nested(tmp_path, quarantine="1d")
    in_quarantine(world, plan)
    world.use("b", "1")
    assert world.apply(plan).exit_code == 0
    assert (len(of_a(world)), states(world)) == (2, {"1": LIVE, "2": MARKED, "3": LIVE})


def test_killed_anywhere_no_row_is_live_that_is_not_whole(tmp_path: Path) -> None:
    number, was_live = 0, 0
    while number < 120:
        number += 1
        folder = tmp_path / str(number)
        folder.mkdir()
        world, plan = nested(folder, 3)
        world.at = kill_at(world, number)
        try:
            world.apply(plan)
        except Killed:
            world.at = lambda name: None
            world.use("b", "2")
            world.apply(plan)
            assert states(world)["2"] != LIVE or len(of_a(world)) == 4, number
            was_live += states(world)["2"] == LIVE
        else:
            break
    assert 20 < number < 120
    # From the intent on nobody knows what the delete does; before it everything comes back.
    assert was_live > 15
