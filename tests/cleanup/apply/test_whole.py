"""A row is LIVE only while all its bytes are there: what is kept too late, or was taken by others, stays marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.cleanup.apply.bits import Bits
from kfpops.cleanup.apply.delete import _Todo
from kfpops.cleanup.apply.job import Job
from kfpops.cleanup.apply.journal import Journal
from kfpops.cleanup.apply.look import Numbered
from kfpops.cleanup.apply.pace import Pace
from kfpops.cleanup.apply.state import state_of
from kfpops.cleanup.plan.read import read_plan
from kfpops.cleanup.policy.policy import Policy
from kfpops.errors import Busy, Forbidden, KfpopsError
from kfpops.model.bucket import Upload
from kfpops.model.lineage import LIVE, MARKED
from tests.cleanup.apply.folders import MANY, files, in_quarantine, of_a, once, one_folder
from tests.cleanup.apply.small import Killed, lost, run_id, states


def test_what_is_used_when_its_first_part_has_gone_is_not_called_live(tmp_path: Path) -> None:
    world, plan = one_folder(tmp_path, MANY)
    world.at = once("delete, done", lambda: world.use("b", "1"), number=4)
    result = world.apply(plan)
    assert 0 < len(of_a(world)) < MANY
    assert (states(world)["1"], result.exit_code) == (MARKED, 5)
    said = [line for line in world.said if "incomplete" in line]
    assert len(said) == 1
    assert run_id("b") in said[0]
    assert world.artifacts["1"].uri in said[0]


def test_it_stays_so_when_it_is_applied_again_and_undone(tmp_path: Path) -> None:
    world, plan = one_folder(tmp_path, MANY)
    world.at = once("delete, done", lambda: world.use("b", "1"), number=4)
    world.apply(plan)
    left = len(of_a(world))
    world.at = lambda name: None
    assert (world.apply(plan).exit_code, len(of_a(world))) == (5, left)
    assert world.undo(plan).lost == 1
    assert states(world)["1"] == MARKED


def test_what_is_used_after_a_death_in_the_middle_is_not_called_live(tmp_path: Path) -> None:
    world, plan = one_folder(tmp_path, MANY)

    def die() -> None:
        world.holders.clear()
        raise Killed("here")

    world.at = once("delete, done", die, number=2)
    with pytest.raises(Killed):
        world.apply(plan)
    world.at = lambda name: None
    world.use("b", "1")
    assert world.apply(plan).exit_code == 5
    assert (states(world)["1"], len(of_a(world))) == (MARKED, MANY - 400)


def test_all_of_a_round_is_kept_when_a_later_look_of_it_finds_a_use(tmp_path: Path) -> None:
    world, plan = one_folder(tmp_path, 300)
    asked = [0]

    def between_the_looks() -> None:
        # After the round has begun, the first batch is asked of in a few questions, the second in as many.
        asked[0] += "renewed" in world.said
        if asked[0] == 5:
            world.use("b", "1")

    def at(name: str) -> None:
        if name == "renew" and states(world)["1"] == MARKED:
            world.said.append("renewed")

    world.asked, world.at = between_the_looks, at
    assert world.apply(plan).exit_code == 0
    assert asked[0] > 5
    assert (len(of_a(world)), states(world)["1"]) == (300, LIVE)


def test_batches_end_where_artifacts_end(tmp_path: Path) -> None:
    world, _ = one_folder(tmp_path, 150)
    world.artifact("a", "more", files(150))
    world.artifact("a", "most", files(500))
    world.put(f"{world.key('a', 'x')}/1")
    world.put(f"{world.key('a', 'x')}/2")
    plan = read_plan(world.plan("a"))
    job = Job(plan, Policy(), Journal(tmp_path / "j", ""), state_of(()), world.cluster, world.changes(), world.work())
    assert sizes(job, Pace(batch=200, together=2)) == [150, 150, 200, 200, 102]
    # Uploads, which are requests of their own, are among the last of them.
    world.uploads = [Upload(f"{world.key('a', 'x')}/1.part", "u1", 0.0, 7)]
    job.plan = read_plan(world.plan("a"))
    assert sizes(job, Pace(batch=200, together=2)) == [150, 150, 200, 200, 101, 1, 1]
    assert sizes(job, Pace(batch=150, together=6)) == [150, 150, 150, 150, 150, 51, 1, 1]
    assert sizes(job, Pace(batch=400, together=2)) == [300, 400, 101, 1, 1]


def sizes(job: Job, pace: Pace) -> list[int]:
    todo, found = _Todo(job, Bits()), list[list[Numbered]]()
    while batches := todo.batches(pace):
        found += batches
    assert [number for batch in found for number, _ in batch] == list(range(job.planned))
    return [len(batch) for batch in found]


@pytest.mark.parametrize("way", ["undo", "keep"])
def test_what_another_plan_deleted_in_the_quarantine_is_not_called_live(tmp_path: Path, way: str) -> None:
    world, plan = one_folder(tmp_path, 6, quarantine="1d")
    in_quarantine(world, plan)
    # All that another plan deletes, or a rule of the bucket, or a hand: this journal tells nothing of it.
    del world.objects[f"{world.key('a', 'data')}/f0003"]
    if way == "undo":
        assert world.undo(plan).lost == 1
    else:
        world.use("b", "1")
        assert world.apply(plan).exit_code == 5
    assert (states(world)["1"], len(of_a(world))) == (MARKED, 5)


def test_a_store_that_does_not_answer_leaves_it_marked_until_it_does(tmp_path: Path) -> None:
    world, plan = one_folder(tmp_path, quarantine="1d")
    in_quarantine(world, plan)
    world.use("b", "1")

    def down(name: str) -> None:
        if name in ("head", "list"):
            raise lost()

    world.at = down
    assert (world.apply(plan).exit_code, states(world)["1"]) == (5, MARKED)
    with pytest.raises(KfpopsError):
        world.undo(plan)
    world.at = lambda name: None
    assert (world.apply(plan).exit_code, states(world)["1"]) == (0, LIVE)


def test_a_delete_that_may_still_be_carried_out_leaves_it_marked(tmp_path: Path) -> None:
    """Its answer was lost, and the object is there; some stores take their time."""
    world, plan = one_folder(tmp_path)

    def cut(name: str) -> None:
        if name == "delete":
            world.use("b", "1")
            raise lost()

    world.at = cut
    assert world.apply(plan).exit_code == 5
    assert (states(world)["1"], len(of_a(world))) == (MARKED, 2)


def test_without_a_way_to_write_what_was_marked_is_not_called_done(tmp_path: Path) -> None:
    world, plan = one_folder(tmp_path, quarantine="1d")
    in_quarantine(world, plan)
    world.use("b", "1")
    world.writable = False
    assert (world.apply(plan).exit_code, states(world)["1"]) == (5, MARKED)
    world.writable = True
    assert (world.apply(plan).exit_code, states(world)["1"]) == (0, LIVE)


def test_who_has_lost_the_lock_while_looking_deletes_nothing(tmp_path: Path) -> None:
    """Somebody has taken the lock over, and has made everything LIVE again."""
    world, plan = one_folder(tmp_path)

    def taken_over() -> None:
        # What is asked for from here on is answered; what has happened since is not in it.
        world.generation += 1
        world.asked = lambda: None

    def at(name: str) -> None:
        if name == "renew" and states(world)["1"] == MARKED:
            world.asked = taken_over

    world.at = at
    with pytest.raises(Busy):
        world.apply(plan)
    assert (world.generation, len(of_a(world)), "delete" in world.calls) == (2, 2, False)


def test_one_that_does_not_say_of_an_object_leaves_the_others_alone(tmp_path: Path) -> None:
    world, _ = one_folder(tmp_path, quarantine="1d")
    world.artifact("a", "model")
    plan = world.plan("a", evict=["a"])
    in_quarantine(world, plan)
    world.use("b", "1")
    world.use("b", "2")

    def forbidden(name: str) -> None:
        if name == "head" and world.calls.count("head") == 1:
            raise Forbidden("The store said 403 to HEAD.")

    world.at = forbidden
    assert world.apply(plan).exit_code == 5
    assert sorted(states(world).values()) == [LIVE, MARKED]
    assert "403" in world.said[-1]
    world.at = lambda name: None
    assert (world.apply(plan).exit_code, set(states(world).values())) == (0, {LIVE})
