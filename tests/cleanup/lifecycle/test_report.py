"""The JSON object and the page of a check."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from kfpops.cleanup.lifecycle.check import Check, dangers_of
from kfpops.cleanup.lifecycle.installation import Installed, notes
from kfpops.cleanup.lifecycle.place import LivePlace, Seen
from kfpops.cleanup.lifecycle.present import present_check, present_rules, when
from kfpops.cleanup.lifecycle.report import lifecycle_report
from kfpops.cleanup.lifecycle.rules import DAY
from kfpops.cleanup.lifecycle.sweep import BucketRules, sweep
from kfpops.model.bucket import LifecycleRule
from kfpops.model.diagnosis import Source
from kfpops.render.json import to_json
from kfpops.render.text import to_text
from tests.cleanup.lifecycle.test_rules import a_rule, at
from tests.schemas import validates

NOW = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
MODEL = LivePlace("mlpipeline", "v2/artifacts/train/1/fit/2/model", "cache", "run a (3e420000)", at("2026-11-10"))
SPECS = LivePlace("mlpipeline", "pipelines", "specifications", "KFP")
RULES = (a_rule(id="old", prefix="v2/", expire_days=30), a_rule(id="", expire_at=at("2026-11-20"), enabled=False))


def a_check(*rules: LifecycleRule, places: tuple[LivePlace, ...] = (MODEL, SPECS), gaps: tuple[str, ...] = ()) -> Check:
    buckets = (BucketRules("mlpipeline", rules, versioned=True),)
    sight = {("mlpipeline", "pipelines"): (Seen(at("2020-01-01"), 64),)}
    found = dangers_of(sweep(places, buckets), sight)
    return Check(buckets, found, notes(Installed(), buckets), len(places), gaps, bool(gaps))


def text(check: Check) -> str:
    return to_text(present_check(check, NOW), 100)


def test_rules_that_are_no_danger_are_said_to_be_none() -> None:
    assert "No rule will delete any of the 2 live places." in text(a_check(RULES[1]))
    assert "as far as could be read" in text(a_check(RULES[1], gaps=("lineage: there is no lineage store",)))


def test_the_answer_names_the_rule_the_place_who_needs_it_and_the_days() -> None:
    page = text(a_check(*RULES))
    assert "1 rule will delete 1 live place, the first in 18 days (2026-12-10)." in page
    assert "the next step gets an empty input without any error" in page
    assert "run a (3e420000)" in page
    assert MODEL.path in page
    assert "objects that begin with v2/: deletes 30 days after they were written" in page


def test_what_should_be_gone_already() -> None:
    assert "now (since 2020-01-31)" in text(a_check(a_rule(expire_days=30)))


@pytest.mark.parametrize(
    "hours, expected", [(-1, "now (since"), (1, "in less than a day"), (25, "in 1 day"), (49, "in 2 days")]
)
def test_rules_work_once_a_day(hours: int, expected: str) -> None:
    now = NOW.timestamp()
    assert when(now + hours * DAY / 24, now).startswith(expected)


def test_a_bucket_without_rules() -> None:
    page = to_text(present_rules((BucketRules("mlpipeline", ()),), ()), 100)
    assert "There are none." in page


@pytest.mark.parametrize("rules", [(), RULES, (a_rule(expire_days=30, tags=(("a", "b"),)), *RULES)])
def test_the_report_is_valid(rules: tuple[LifecycleRule, ...]) -> None:
    check = a_check(*rules, gaps=("lineage: gone",))
    source = Source("cluster", "kind")
    validates(to_json(lifecycle_report(source, check.buckets, check.notes, NOW, check)))
    validates(to_json(lifecycle_report(source, check.buckets, check.notes, NOW, None)))


def test_the_report_counts_seconds() -> None:
    report = lifecycle_report(Source("cluster", ""), (), (), NOW, a_check(*RULES))
    [danger] = report["dangers"]  # type: ignore[misc]
    assert danger["seconds_until"] == at("2026-12-10") - NOW.timestamp()  # type: ignore[index]
