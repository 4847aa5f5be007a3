"""Filters as KFP reads them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

from kfpops.cluster.kfp_filter import contains, equals_number, filter_of, not_after, not_before, one_of

AT = datetime(2026, 11, 21, 9, 0, 0, 999_000, tzinfo=timezone(timedelta(hours=1)))


def test_without_predicates_there_is_no_filter() -> None:
    assert filter_of([]) == ()


def test_predicates() -> None:
    ((name, text),) = filter_of([one_of("id", ["a", "b"]), equals_number("type", 2), contains("uri", "s3://ü")])
    assert name == "filter"
    assert json.loads(text)["predicates"] == [
        {"operation": "IN", "key": "id", "stringValues": {"values": ["a", "b"]}},
        {"operation": "EQUALS", "key": "type", "intValue": 2},
        {"operation": "IS_SUBSTRING", "key": "uri", "stringValue": "s3://ü"},
    ]


def test_one_value_is_asked_for_as_such() -> None:
    assert one_of("uri", ["s3://b"]) == {"operation": "EQUALS", "key": "uri", "stringValue": "s3://b"}


def test_times_are_whole_seconds_of_utc() -> None:
    stamp = "2026-11-21T08:00:00Z"
    assert not_before("created_at", AT) == {"operation": "GREATER_THAN_EQUALS", "key": "created_at", "timestampValue": stamp}
    assert not_after("created_at", AT)["timestampValue"] == stamp
