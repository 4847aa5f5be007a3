"""What lifecycle rules cover and when: what stays first."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from kfpops.cleanup.lifecycle.rules import covers, covers_size, expires, expiry
from kfpops.model.bucket import LifecycleRule


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp()


def a_rule(**changes: object) -> LifecycleRule:
    return LifecycleRule(**{"id": "r", "enabled": True, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(a_rule(enabled=False, expire_days=1), id="a rule that is switched off"),
        pytest.param(a_rule(abort_upload_days=1), id="ending unfinished uploads"),
        pytest.param(a_rule(noncurrent_days=1), id="old versions"),
        pytest.param(a_rule(expired_markers=True), id="markers that hide nothing"),
        pytest.param(a_rule(transitions=("STANDARD_IA",)), id="another storage class"),
    ],
)
def test_what_never_deletes_a_current_object(rule: LifecycleRule) -> None:
    assert not expires(rule)
    assert expiry(rule, at("2026-11-01")) is None


@pytest.mark.parametrize(
    "prefix, path, covered",
    [
        pytest.param("v2/artifacts/a/", "v2/artifacts/b", False, id="another folder"),
        pytest.param("v2/artifacts/train/", "v2/artifacts/train-2", False, id="a folder is not its longer neighbour"),
        pytest.param("pipelines/", "pipeline", False, id="the path is only a beginning of the prefix's first part"),
        pytest.param("", "v2/artifacts/a", True, id="the whole bucket"),
        pytest.param("private-artifacts", "private-artifacts/ns/x", True, id="a prefix without a slash, as KFP writes it"),
        pytest.param("private-art", "private-artifacts/ns/x", True, id="half a name: prefixes are text"),
        pytest.param("v2/artifacts/train", "v2/artifacts/train-2", True, id="without a slash also the longer neighbour"),
        pytest.param("a/b/c/", "a/b", True, id="a part of the place"),
        pytest.param("a/b", "a/b", True, id="exactly the object"),
    ],
)
def test_what_a_prefix_covers(prefix: str, path: str, covered: bool) -> None:
    assert covers(a_rule(prefix=prefix, expire_days=1), path) is covered


@pytest.mark.parametrize("size, covered", [(10, False), (11, True), (99, True), (100, False)])
def test_both_bounds_of_a_size_are_excluded(size: int, covered: bool) -> None:
    assert covers_size(a_rule(size_over=10, size_under=100), size) is covered


@pytest.mark.parametrize(
    "days, modified, expected",
    [
        pytest.param(3, "2014-01-15T10:30:00", "2014-01-19", id="the example of the user guide"),
        pytest.param(1, "2026-11-20T00:00:00", "2026-11-21", id="exactly at midnight nothing is added"),
        pytest.param(1, "2026-11-20T00:00:01", "2026-11-22", id="a second later a whole day is"),
        pytest.param(30, "2026-02-01T23:59:59", "2026-03-04", id="over the end of a month"),
    ],
)
def test_days_are_rounded_up_to_midnight(days: int, modified: str, expected: str) -> None:
    assert expiry(a_rule(expire_days=days), at(modified)) == at(expected)


def test_a_date_holds_for_all_that_is_there_and_at_once_for_what_comes_later() -> None:
    rule = a_rule(expire_at=at("2026-12-01"))
    assert expiry(rule, at("2020-01-01")) == at("2026-12-01")
    assert expiry(rule, at("2026-12-05T10:00:00")) == at("2026-12-05T10:00:00")


def test_of_days_and_a_date_the_earlier_counts() -> None:
    assert expiry(a_rule(expire_days=1, expire_at=at("2026-12-01")), at("2026-11-01")) == at("2026-11-02")
