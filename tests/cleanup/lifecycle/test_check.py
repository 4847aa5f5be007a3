"""What the rules will break, after a look at what is really there."""

from __future__ import annotations

import pytest

from kfpops.cleanup.lifecycle.check import Danger, Sight, dangers_of
from kfpops.cleanup.lifecycle.place import LivePlace, Seen
from kfpops.cleanup.lifecycle.rules import DAY
from kfpops.cleanup.lifecycle.sweep import BucketRules, sweep
from kfpops.model.bucket import LifecycleRule
from tests.cleanup.lifecycle.test_rules import a_rule

A = LivePlace("b", "v2/a", "cache", "run a", 100 * DAY)
B = LivePlace("b", "v2/b", "cache", "run b", 101 * DAY)


def dangers(*places: LivePlace, sight: Sight | None = None, rule: LifecycleRule | None = None) -> tuple[Danger, ...]:
    return dangers_of(sweep(places, [BucketRules("b", (rule or a_rule(expire_days=10),))]), sight or {})


def test_where_nothing_lies_nothing_is_in_danger() -> None:
    assert dangers(A, sight={("b", "v2/a"): ()}) == ()


def test_objects_of_a_size_that_the_rule_spares() -> None:
    sight = {("b", "v2/a"): (Seen(100 * DAY, 5),)}
    assert dangers(A, sight=sight, rule=a_rule(expire_days=10, size_over=1000)) == ()


def test_what_was_seen_to_be_empty_is_not_counted() -> None:
    [danger] = dangers(A, B, sight={("b", "v2/a"): (), ("b", "v2/b"): (Seen(101 * DAY, 1),)})
    assert (danger.places, danger.at, [e.path for e in danger.examples]) == (1, 111 * DAY, ["v2/b"])


def test_the_objects_own_time_counts_more_than_the_rows() -> None:
    sight = {("b", "v2/a"): (Seen(105 * DAY, 1), Seen(103.5 * DAY, 1))}
    [danger] = dangers(A, sight=sight)
    assert danger.at == 114 * DAY
    assert danger.examples[0].measured


def test_without_a_look_the_rows_time_counts() -> None:
    [danger] = dangers(A, B)
    assert (danger.at, danger.places, danger.examples[0].measured) == (110 * DAY, 2, False)


@pytest.mark.parametrize("now, days", [(100 * DAY, 10.0), (111 * DAY, -1.0)])
def test_days_until_then(now: float, days: float) -> None:
    assert dangers(A)[0].days(now) == days


def test_an_unknown_age_without_a_look_is_unknown() -> None:
    [danger] = dangers(A._replace(since=None))
    assert (danger.at, danger.days(0.0)) == (None, None)


def test_the_soonest_come_first_and_the_unknown_last() -> None:
    places = (A._replace(breaks="logs", since=None), B._replace(breaks="kept"), A)
    assert [d.breaks for d in dangers(*places)] == ["cache", "kept", "logs"]
