"""DELETED is what has nothing left; what is broken stays marked, and what is whole becomes LIVE again."""

from __future__ import annotations

from pathlib import Path

from tests.cleanup.apply.small import lost, states, two_runs


def test_what_somebody_put_beside_it_keeps_it_from_being_called_deleted(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    world.put(f"{world.key('a', 'data')}/new", days=3)
    assert world.apply(plan).exit_code == 0
    # Two of its three files went: it is not whole.
    assert states(world) == {"1": "DELETED", "2": "MARKED_FOR_DELETION", "3": "LIVE"}


def test_what_was_written_anew_is_live_again(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    world.put(world.key("a"), etag="e2")
    assert world.apply(plan).exit_code == 0
    assert states(world) == {"1": "LIVE", "2": "DELETED", "3": "LIVE"}


def test_a_store_that_does_not_answer_says_nothing(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)

    def down(name: str) -> None:
        if name == "head":
            raise lost()

    world.at = down
    result = world.apply(plan)
    assert (result.exit_code, result.left) == (5, 0)
    assert states(world)["1"] == "MARKED_FOR_DELETION"
    world.at = lambda name: None
    assert world.apply(plan).exit_code == 0
    assert states(world) == {"1": "DELETED", "2": "DELETED", "3": "LIVE"}
