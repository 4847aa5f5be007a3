"""States of artifacts: all rows of a place together, and never over somebody else's change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from kfpops.model.lineage import Artifact
from tests.cleanup.apply.small import ALL, Small, states, two_runs


def twin(world: Small, scheme: str) -> None:
    """A second row for the place of artifact 1, with the same maker."""
    uri = f"{scheme}://{world.artifacts['1'].uri.partition('://')[2]}"
    old = world.artifacts["1"].created_at
    world.artifacts["50"] = Artifact("50", "system.Model", uri, "model", "LIVE", old, old)
    world.use("a", "50", "output")


def test_a_row_that_changes_while_it_is_marked_stays_and_so_do_its_objects(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)

    def change(name: str) -> None:
        if name == "set MARKED_FOR_DELETION":
            later = world.now + timedelta(seconds=1)
            world.artifacts["1"] = replace(world.artifacts["1"], updated_at=later)

    world.at = change
    assert world.apply(plan).exit_code == 0
    assert states(world) == {"1": "LIVE", "2": "DELETED", "3": "LIVE"}
    assert world.key("a") in world.objects
    assert "they stay" in world.said[0]


def test_what_is_deleted_already_is_left_so(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path, quarantine="1d")
    world.artifacts["2"] = replace(world.artifacts["2"], state="DELETED")
    world.apply(plan, wait=False)
    world.undo(plan)
    assert states(world) == {"1": "LIVE", "2": "DELETED", "3": "LIVE"}


def test_rows_of_the_same_place_are_marked_together_by_whatever_name(tmp_path: Path) -> None:
    for scheme in ("minio", "s3", "gs"):
        (tmp_path / scheme).mkdir()
        world, plan = two_runs(tmp_path / scheme, quarantine="1d")
        twin(world, scheme)
        world.apply(plan, wait=False)
        assert [states(world)[id] for id in ("1", "50")] == ["MARKED_FOR_DELETION"] * 2
        world.use("b", "50")
        world.now += timedelta(days=2)
        world.apply(plan)
        assert [states(world)[id] for id in ("1", "50")] == ["LIVE"] * 2
        assert world.key("a") in world.objects


def test_everything_is_live_again_when_everything_is_kept(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path, quarantine="1d")
    world.apply(plan, wait=False)
    for id in ("1", "2"):
        world.use("b", id)
    world.now += timedelta(days=2)
    assert world.apply(plan).exit_code == 0
    assert (set(states(world).values()), len(world.objects)) == ({"LIVE"}, ALL)
