"""Which runs keep their own whatever the rules say."""

from __future__ import annotations

import math

import pytest

from kfpops.cleanup.inventory import RunFact
from kfpops.cleanup.policy.policy import Policy, Rule
from kfpops.cleanup.policy.retention import says
from kfpops.cleanup.sight import Sight
from kfpops.cleanup.verdict import Reason
from tests.cleanup.policy.runs import DAY, NOW, a_run


def seen(run: RunFact, *rules: Rule, pinned: str = "", evicts: bool = False) -> Sight:
    return Sight({run.id: run}, says({run.id: run}, Policy(rules=rules), NOW), frozenset({pinned}), DAY, NOW, evicts)


@pytest.mark.parametrize(
    "run, pinned, reason",
    [
        pytest.param(a_run("a", finished=False), "", "run-unfinished", id="it still runs"),
        pytest.param(a_run("A"), "a", "pinned", id="pinned, whatever the letters of its id"),
        pytest.param(a_run("a", NOW - DAY + 1), "", "young", id="ended within the grace"),
        pytest.param(a_run("a", NOW + 9 * DAY), "", "young", id="ended tomorrow, by a clock that is ahead"),
        pytest.param(a_run("a", NOW - DAY), "", None, id="ended as long ago as the grace"),
        pytest.param(a_run("a", None), "", None, id="nobody knows when"),
    ],
)
def test_whatever_the_rules_say(run: RunFact, pinned: str, reason: Reason | None) -> None:
    assert seen(run, Rule("all"), pinned=pinned).always(run) == reason


def test_a_clock_that_tells_no_number_makes_everything_young() -> None:
    run = a_run("a")
    assert Sight({}, {}, frozenset(), DAY, math.nan).always(run) == "young"


@pytest.mark.parametrize(
    "known, evicts, rules, gone",
    [
        pytest.param(True, True, (Rule("all"),), True, id="a rule gives it up, and the cache is evicted"),
        pytest.param(True, True, (), False, id="no rule speaks of it"),
        pytest.param(True, False, (Rule("all"),), False, id="the cache is respected"),
        pytest.param(False, True, (Rule("all"),), False, id="KFP does not have it any more"),
    ],
)
def test_what_is_deleted_in_kfp(known: bool, evicts: bool, rules: tuple[Rule, ...], gone: bool) -> None:
    run = a_run("a", known=known)
    assert seen(run, *rules, evicts=evicts).gone(run) is gone
