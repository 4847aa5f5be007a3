"""Ports that only pretend where it matters where something lies and whose it is: the proof must see what is lost then.

Each row is also tried with ports, or a policy, as they should be: the same schedule loses nothing then.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cleanup.world.acting import Ingredient, Schedule
from tests.cleanup.world.explore import tried
from tests.cleanup.world.hostile import Faults
from tests.cleanup.world.policies import EVICT
from tests.cleanup.world.proof import scenario

ALONE = Schedule()


@pytest.mark.parametrize(
    "broken, name, schedule, what",
    [
        pytest.param("version", "versions", ALONE, "under a live reference", id="what is current goes for an old version"),
        pytest.param("undelete", "versions, undone", ALONE, "undo did not bring", id="delete markers that stay"),
        pytest.param("bucket", "two buckets", ALONE, "under a live reference", id="the same key of another bucket"),
        pytest.param("pins", "pinned", ALONE, "is pinned", id="a pins file that nobody reads"),
        pytest.param("tags", "tagged meanwhile", Schedule({0: (0, 0)}), "is pinned", id="a tag that nobody sees"),
        pytest.param("namespace", "two users", ALONE, "under a live reference", id="a namespace that KFP hides"),
        pytest.param(
            "upload", "uploads", Schedule(at={"abort": (1,)}), "began a moment ago", id="all uploads to a key are aborted"
        ),
        pytest.param("journal", "uploads", ALONE, "without an intent", id="the intents of uploads are lost"),
    ],
)
def test_it_is_noticed(broken: Ingredient, name: str, schedule: Schedule, what: str) -> None:
    assert any(what in loss for loss in tried(scenario(name), schedule, broken=frozenset({broken})).wrong)
    assert tried(scenario(name), schedule).wrong == ()


@pytest.mark.parametrize("name", ["quarantine", "quarantine, undone"])
def test_a_cleaner_that_forgets_the_quarantine_is_noticed(name: str) -> None:
    found = scenario(name)
    assert any("within the quarantine" in loss for loss in tried(replace(found, policy=EVICT), ALONE).wrong)
    assert tried(found, ALONE).wrong == ()


def test_an_undo_within_the_quarantine_gives_all_back() -> None:
    run = tried(scenario("quarantine, undone"), ALONE)
    assert (run.wrong, run.deleted) == ((), 0)


def test_an_undo_by_versions_gives_all_back_that_it_had_deleted() -> None:
    run = tried(scenario("versions, undone"), ALONE)
    assert (run.wrong, run.deleted, run.ends) == ((), 5, ("done", "done"))


@pytest.mark.parametrize("name", ["versions, rolled back", "tagged meanwhile"])
def test_what_a_user_does_before_the_last_look_counts_at_every_point(name: str) -> None:
    """What comes after it is counted apart: there is no condition for it."""
    points = tried(scenario(name), ALONE).points
    runs = [tried(scenario(name), Schedule({point: (0, 0)})) for point in range(points - 70, points, 2)]
    assert [run.wrong for run in runs if run.wrong] == []
    assert any(run.late for run in runs)


@pytest.mark.parametrize("storm", [1, 3, 8])
def test_an_undo_that_the_store_does_not_answer_goes_on_later(storm: int) -> None:
    """It is killed, and called again while the store refuses requests."""
    alone = tried(scenario("versions, undone"), ALONE)
    run = tried(scenario("versions, undone"), ALONE, Faults(storm=storm, storm_from=alone.names.index("undelete") + 1))
    assert run.wrong == ()
    assert any(end.startswith(("Unreachable", "stopped")) for end in run.ends)
