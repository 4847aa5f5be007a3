"""Rows that lead to what goes, though no entry names them: only those at a key or above it, and none that is left LIVE."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kfpops.cleanup.apply.beside import Beside, Row
from kfpops.cleanup.places import Place
from kfpops.cleanup.plan.entry import Entry, Kind
from tests.cleanup.apply.importing import imported, left_behind, part
from tests.cleanup.apply.small import Killed, Small, kill_at, run_id, states

MARKED = "MARKED_FOR_DELETION"


def entry(key: str, kind: Kind = "run-artifacts", bucket: str = "b") -> Entry:
    return Entry(bucket=bucket, key=key, size=1, etag="e", kind=kind, label="expired", reason="run-expired")


@pytest.mark.parametrize(
    ("path", "key", "kind"),
    [
        pytest.param("r/model", "r/model-2/x", "run-artifacts", id="a name that begins alike is another place"),
        pytest.param("r/model/x/y", "r/model/x", "run-artifacts", id="what lies below an object is not in it"),
        pytest.param("r/model", "r/model/x", "uploads", id="an upload that is aborted is no object"),
        pytest.param("r/model", "r/model/x", "versions", id="an old version is not what an importer reads"),
        pytest.param("r/z", "r/a", "run-artifacts", id="something else"),
    ],
)
def test_rows_that_have_nothing_to_do_with_an_entry(tmp_path: Path, path: str, key: str, kind: Kind) -> None:
    beside = Beside(tmp_path)
    beside.write([Row(Place("b", path), "1", live=True), Row(Place("c", key), "2", live=True)])
    assert list(beside.ids([(0, entry(key, kind))])) == []
    assert beside.whys([(0, entry(key, kind))]) == beside.rows([(0, entry(key, kind))]) == {}


def test_rows_at_a_key_and_above_it_in_every_page(tmp_path: Path) -> None:
    beside = Beside(tmp_path)
    paths = {"1": "", "2": "r", "3": "r/m", "4": "r/m/x0001", "5": "r/m-2", "6": "r/mé", "7": "r/m/x2999", "8": "r/n"}
    assert beside.write(Row(Place("b", path), id, id in "34") for id, path in paths.items()) == 8
    many = [(number, entry(f"r/m/x{number:04}")) for number in range(3000)]
    assert sorted(beside.ids(many)) == ["1", "2", "3", "4", "7"]
    assert beside.whys(many[:2]) == {0: ("attributed", "artifact 3"), 1: ("attributed", "artifact 4")}
    assert beside.rows(many[:1]) == {0: ("1", "2", "3")}
    assert beside.whys([(0, entry("r/n/x")), (1, entry("r/m/x2999"))]) == {1: ("attributed", "artifact 3")}
    # `m-2` comes before `m/`, and é behind both.
    assert set(beside.ids([(0, entry("r/m-2/x")), (1, entry("r/m/q")), (2, entry("r/mé/x"))])) == {"1", "2", "3", "5", "6"}
    assert list(beside.ids([(0, entry("r/m/x0001", bucket="other"))])) == []


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(lambda world: part(world), id="the same place"),
        pytest.param(lambda world: f"{part(world, 's3')}/?region=eu", id="by another name"),
        pytest.param(lambda world: part(world, "gs").partition("/fit/")[0], id="a folder above"),
    ],
)
def test_an_importers_row_goes_the_way_of_its_bytes(tmp_path: Path, of: object) -> None:
    world, plan = left_behind(tmp_path, quarantine="1d")
    imported(world, "c", "90", of(world))  # type: ignore[operator]
    world.apply(plan, wait=False)
    assert states(world) == {"1": "LIVE", "90": MARKED}
    world.now += timedelta(days=2)
    assert world.apply(plan).exit_code == 0
    assert states(world) == {"1": "LIVE", "90": "DELETED"}
    assert list(world.objects) == [world.key("b")]


def test_a_row_of_a_run_that_stays_is_not_marked(tmp_path: Path) -> None:
    world, plan = left_behind(tmp_path)
    imported(world, "b", "90", part(world))
    assert world.apply(plan).exit_code == 0
    assert (states(world)["90"], len(world.objects)) == ("LIVE", 3)
    assert "set MARKED_FOR_DELETION" not in world.calls


def test_a_row_of_which_a_part_went_stays_marked_also_after_an_undo(tmp_path: Path) -> None:
    world, plan = left_behind(tmp_path)
    imported(world, "c", "90", part(world))
    imported(world, "c", "91", f"{part(world)}/y")
    world.put(f"{world.key('a', 'part')}/y", etag="e2")
    assert world.apply(plan).exit_code == 0
    assert states(world) == {"1": "LIVE", "90": MARKED, "91": "LIVE"}
    result = world.undo(plan)
    assert (states(world), result.lost) == ({"1": "LIVE", "90": MARKED, "91": "LIVE"}, 1)


def test_what_is_kept_after_all_does_not_stay_marked(tmp_path: Path) -> None:
    world, plan = left_behind(tmp_path, quarantine="1d")
    imported(world, "c", "90", part(world))
    world.apply(plan, wait=False)
    imported(world, "b", "91", part(world, "s3"))
    world.now += timedelta(days=2)
    assert world.apply(plan).exit_code == 0
    assert (states(world), len(world.objects)) == (dict.fromkeys(("1", "90", "91"), "LIVE"), 3)


def test_a_row_that_changes_while_it_is_marked_keeps_what_it_names(tmp_path: Path) -> None:
    world, plan = left_behind(tmp_path)
    imported(world, "c", "90", f"{part(world)}/x")

    def change(name: str) -> None:
        if name == "set MARKED_FOR_DELETION":
            world.artifacts["90"] = replace(world.artifacts["90"], updated_at=world.now)

    world.at = change
    assert world.apply(plan).exit_code == 0
    assert states(world)["90"] == "LIVE"
    assert sorted(world.objects) == sorted([f"{world.key('a', 'part')}/x", world.key("b")])


def test_a_row_that_has_come_and_is_given_up_while_we_waited_keeps_what_it_names(tmp_path: Path) -> None:
    """It was never marked, and nobody waited for who may have taken it since."""
    world, plan = left_behind(tmp_path, quarantine="10d")
    world.apply(plan, wait=False)
    world.run("d", age=0, state="SUCCEEDED", cached=False)
    imported(world, "d", "90", f"{part(world, 's3')}/y")
    world.now += timedelta(days=11)
    world.runs.pop(run_id("d"))
    result = world.apply(plan)
    assert (result.exit_code, states(world)["90"]) == (0, "LIVE")
    assert f"{world.key('a', 'part')}/y" in world.objects
    assert result.state.kept_for == {"attributed": 1}


def test_an_undo_in_the_quarantine_makes_them_live_again(tmp_path: Path) -> None:
    world, plan = left_behind(tmp_path, quarantine="1d")
    imported(world, "c", "90", part(world))
    world.apply(plan, wait=False)
    world.undo(plan)
    assert (states(world), len(world.objects)) == (dict.fromkeys(("1", "90"), "LIVE"), 3)


def test_objects_that_come_back_bring_their_rows_back(tmp_path: Path) -> None:
    world, plan = left_behind(tmp_path, versioning="enabled")
    imported(world, "c", "90", part(world))
    world.apply(plan)
    assert states(world)["90"] == "DELETED"
    assert (world.undo(plan).restored, states(world)["90"]) == (2, "LIVE")


def test_a_row_that_another_plan_has_marked_is_not_made_live(tmp_path: Path) -> None:
    world, plan = left_behind(tmp_path, quarantine="1d")
    imported(world, "c", "90", part(world))
    world.artifacts["90"] = replace(world.artifacts["90"], state=MARKED)
    world.apply(plan, wait=False)
    world.undo(plan)
    assert states(world)["90"] == MARKED


def test_where_nothing_can_be_marked_it_is_said_what_that_means(tmp_path: Path) -> None:
    world, plan = left_behind(tmp_path, writable=False)
    imported(world, "c", "90", part(world))
    assert world.apply(plan).exit_code == 0
    assert (states(world)["90"], len(world.objects)) == ("LIVE", 1)
    assert "reimport=False) of what goes is not safe" in world.said[0]


def test_killed_anywhere_it_comes_to_the_same_end(tmp_path: Path) -> None:
    def world_of(folder: Path) -> tuple[Small, Path]:
        folder.mkdir()
        world, plan = left_behind(folder)
        imported(world, "c", "90", part(world, "s3"))
        imported(world, "c", "91", part(world).partition("/fit/")[0])
        return world, plan

    for number in range(1, 200):
        world, plan = world_of(tmp_path / str(number))
        world.at = kill_at(world, number)
        try:
            world.apply(plan)
        except Killed:
            world.at = lambda name: None
            assert world.apply(plan).exit_code == 0
        else:
            break
        assert (states(world), len(world.objects)) == ({"1": "LIVE", "90": "DELETED", "91": "DELETED"}, 1), number
    assert number > 20
