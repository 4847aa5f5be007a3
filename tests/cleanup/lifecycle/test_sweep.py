"""Which rule would delete which live place first."""

from __future__ import annotations

import random

import pytest

from kfpops.cleanup.lifecycle.place import LivePlace
from kfpops.cleanup.lifecycle.rules import DAY
from kfpops.cleanup.lifecycle.sweep import MOST, BucketRules, GroupKey, sweep
from kfpops.model.bucket import LifecycleRule
from tests.cleanup.lifecycle.test_rules import a_rule

HERE = LivePlace("mlpipeline", "v2/artifacts/train/run/model", "cache", "run a", 100 * DAY)


def groups(
    *rules: LifecycleRule, places: tuple[LivePlace, ...] = (HERE,), coming: tuple[LifecycleRule, ...] = ()
) -> dict[GroupKey, int]:
    return {key: group.places for key, group in sweep(places, [BucketRules("mlpipeline", rules, coming)]).items()}


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(a_rule(expire_days=1, enabled=False), id="switched off"),
        pytest.param(a_rule(expire_days=1, prefix="tmp/"), id="of another prefix"),
        pytest.param(a_rule(expire_days=1, tags=(("keep", "no"),)), id="only of tagged objects, and KFP tags none"),
        pytest.param(a_rule(abort_upload_days=1), id="of unfinished uploads"),
    ],
)
def test_rules_that_are_no_danger(rule: LifecycleRule) -> None:
    assert groups(rule) == {}


def test_a_place_in_another_bucket_is_nobodys_business() -> None:
    assert groups(a_rule(expire_days=1), places=(HERE._replace(bucket="other"),)) == {}


def test_of_overlapping_rules_the_earliest_counts() -> None:
    wide, narrow = a_rule(id="wide", expire_days=30), a_rule(id="narrow", expire_days=7, prefix="v2/artifacts/")
    assert groups(wide, narrow) == {GroupKey("mlpipeline", 1, "cache"): 1}


def test_a_rule_that_kfp_will_write_counts_like_those_that_are_there() -> None:
    [group] = sweep([HERE], [BucketRules("mlpipeline", (), (a_rule(expire_days=7),))]).values()
    assert group.coming


def test_what_breaks_differently_is_told_apart() -> None:
    places = (HERE, HERE._replace(breaks="logs"), HERE._replace(path="v2/artifacts/x"))
    assert groups(a_rule(expire_days=1), places=places) == {
        GroupKey("mlpipeline", 0, "cache"): 2,
        GroupKey("mlpipeline", 0, "logs"): 1,
    }


def test_only_the_first_to_go_are_remembered_and_those_of_unknown_age_before_them() -> None:
    ages = random.Random(3).sample(range(1000), 500)
    places = [HERE._replace(path=f"v2/{age}", since=age * DAY) for age in ages]
    places.insert(250, HERE._replace(path="v2/unknown", since=None))
    [group] = sweep(places, [BucketRules("mlpipeline", (a_rule(expire_days=1),))]).values()
    assert group.places == 501
    assert [p.path for p in group.first] == ["v2/unknown", *(f"v2/{age}" for age in sorted(ages)[: MOST - 1])]
