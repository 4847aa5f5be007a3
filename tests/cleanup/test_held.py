from __future__ import annotations

import pytest

from kfpops.cleanup.held import Held, held
from kfpops.cleanup.inventory import How, RunFact, Use
from kfpops.cleanup.policy.policy import Policy, Rule
from kfpops.cleanup.policy.retention import says
from kfpops.cleanup.sight import Sight
from tests.cleanup.policy.runs import DAY, NOW, a_run, an_artifact, many
from tests.cleanup.test_budget import dearer, made

FIRMLY = Held(firmly=True)


def sight(*runs: RunFact, evicts: bool = True, rules: tuple[Rule, ...] = (), pinned: str = "") -> Sight:
    known = many(*runs)
    return Sight(known, says(known, Policy(rules=rules), NOW), frozenset({pinned}), DAY, NOW, evicts)


@pytest.mark.parametrize(
    "seen, holds",
    [
        pytest.param(sight(a_run("a", known=False)), Held(), id="a deleted run holds nothing"),
        pytest.param(sight(a_run("a"), rules=(Rule("r"),)), Held(), id="nor one that a rule gives up and that is evicted"),
        pytest.param(sight(a_run("a")), Held(frozenset("a")), id="a run holds its own"),
        pytest.param(sight(a_run("a", retryable=True)), Held(frozenset("a")), id="also for a retry, until it is evicted"),
        pytest.param(
            sight(a_run("a", retryable=True), evicts=False),
            Held(frozenset("a"), softly=True),
            id="for a retry, beyond the rules",
        ),
        pytest.param(
            sight(a_run("a", caches=True), evicts=False),
            Held(frozenset("a"), softly=True),
            id="for the cache, beyond the rules",
        ),
        pytest.param(sight(a_run("a", known=False, caches=True)), FIRMLY, id="an entry of a deleted run cannot be evicted"),
        pytest.param(sight(a_run("A", finished=False)), FIRMLY, id="an unfinished run, whatever the letters of its id"),
        pytest.param(sight(a_run("a", NOW - 60, known=False)), FIRMLY, id="a young run that looks deleted"),
        pytest.param(sight(a_run("a"), pinned="a"), FIRMLY, id="a pinned run"),
        pytest.param(sight(), FIRMLY, id="a run that nobody knows"),
        pytest.param(
            sight(a_run("a", known=False), rules=(Rule("r", keep_types=("system.Dataset",)),)),
            FIRMLY,
            id="a type that is kept",
        ),
    ],
)
def test_who_holds_what_a_run_made(seen: Sight, holds: Held) -> None:
    found = held(made("a"), seen)
    assert (found.firmly, found.at_all) == (holds.firmly, holds.at_all)
    if not found.firmly:
        assert found == holds


@pytest.mark.parametrize(
    "how, evicts, holds",
    [
        ("read", True, Held(frozenset("ab"))),
        ("imported", True, Held(frozenset("ab"))),
        ("imported", False, Held(frozenset("ab"), softly=True)),
    ],
)
def test_a_second_user(how: How, evicts: bool, holds: Held) -> None:
    artifact = made("a", uses=(Use("b", how),))
    assert held(artifact, sight(a_run("a"), a_run("b"), evicts=evicts)) == holds


def test_what_can_be_no_hit_is_not_held_for_the_cache() -> None:
    assert held(dearer(made("a"), complete=False), sight(a_run("a", caches=True), evicts=False)) == Held(frozenset("a"))


def test_what_nobody_uses() -> None:
    assert not held(an_artifact(), sight()).at_all
