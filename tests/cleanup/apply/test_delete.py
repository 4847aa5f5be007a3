"""Batches: refused, failed, lost, aborted, and always with an intent before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from kfpops.cleanup.apply.journal import read_journal
from kfpops.cleanup.apply.record import Intent
from kfpops.model.bucket import Upload
from tests.cleanup.apply.small import lost, states, two_runs


def test_what_is_refused_stays_open_and_is_tried_by_the_next_apply_only(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    world.refused = {world.key("a")}
    result = world.apply(plan)
    assert (result.exit_code, result.left, world.calls.count("delete")) == (5, 1, 1)
    assert states(world)["1"] == "MARKED_FOR_DELETION"
    world.refused = set()
    assert world.apply(plan).exit_code == 0
    assert states(world)["1"] == "DELETED"


def test_what_fails_is_tried_again_more_slowly(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    world.failing = {world.key("a")}
    result = world.apply(plan)
    assert (result.exit_code, result.left, world.calls.count("delete")) == (5, 1, 3)
    assert world.slept == [1.0, 2.0, 4.0]
    assert list(result.state.examples.values())[-1][:2] == ("failed", "InternalError")


def test_the_answer_of_a_delete_is_lost(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    losses = ["delete", "delete, done"]

    def line_cut(name: str) -> None:
        if losses and name == losses[0]:
            losses.pop(0)
            raise lost()

    world.at = line_cut
    result = world.apply(plan)
    assert (result.exit_code, result.state.sum("gone").objects, losses) == (0, 3, [])


def test_uploads_are_aborted(tmp_path: Path) -> None:
    world, _ = two_runs(tmp_path)
    old = (world.now - timedelta(days=9)).timestamp()
    world.uploads = [
        Upload(f"{world.key('a')}.part", "u1", old, 77),
        Upload(f"{world.key('b')}.part", "u2", world.now.timestamp(), 5),
    ]
    result = world.apply(world.plan("a", evict=["a"]))
    assert (result.exit_code, [u.upload_id for u in world.uploads]) == (0, ["u2"])
    assert result.state.bytes_freed == 30 + 77


def test_every_deleted_object_has_an_intent_before(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)

    def check(name: str) -> None:
        if name == "delete":
            named = [
                key
                for r in read_journal(tmp_path / "plan.jsonl.journal")
                if isinstance(r, Intent)
                for _, key, *_ in r.objects
            ]
            assert len(named) == 3

    world.at = check
    assert world.apply(plan).exit_code == 0
