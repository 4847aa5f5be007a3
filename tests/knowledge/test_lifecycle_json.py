"""Lifecycle rules as S3 gives them, in both forms of its API."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from kfpops.knowledge.lifecycle_json import lifecycle_rules
from kfpops.model.bucket import LifecycleRule


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({}, id="an empty answer has no rules"),
        pytest.param({"error": "NoSuchLifecycleConfiguration"}, id="a bucket without a configuration"),
        pytest.param({"Rules": []}, id="a configuration without rules"),
        pytest.param({"Rules": "x"}, id="a field of another type"),
    ],
)
def test_nothing(document: dict[str, Any]) -> None:
    assert lifecycle_rules(document) == ()


@pytest.mark.parametrize(
    "rule, read",
    [
        pytest.param({"ID": "a", "Status": "Disabled"}, LifecycleRule("a", False), id="a rule that is switched off"),
        pytest.param(
            {"ID": "a", "Status": "Enabled", "Prefix": "old/", "Expiration": {"Days": 7}},
            LifecycleRule("a", True, "old/", expire_days=7),
            id="the first API has the prefix beside the filter",
        ),
        pytest.param(
            {
                "Status": "Enabled",
                "Filter": {"And": {"Prefix": "v2/", "Tags": [{"Key": "a", "Value": "b"}], "ObjectSizeGreaterThan": 5}},
                "NoncurrentVersionExpiration": {"NoncurrentDays": 3, "NewerNoncurrentVersions": 2},
            },
            LifecycleRule("", True, "v2/", (("a", "b"),), 5, noncurrent_days=3, newer_noncurrent=2),
            id="several conditions",
        ),
        pytest.param(
            {
                "Status": "Enabled",
                "Filter": {"Tag": {"Key": "a", "Value": "b"}},
                "Expiration": {"Date": datetime(2027, 1, 1, tzinfo=timezone.utc)},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}],
            },
            LifecycleRule(
                "", True, tags=(("a", "b"),), expire_at=1798761600.0, abort_upload_days=1, transitions=("GLACIER",)
            ),
            id="a date, uploads and a transition",
        ),
        pytest.param(
            {"Status": "Enabled", "Expiration": {"ExpiredObjectDeleteMarker": True}},
            LifecycleRule("", True, expired_markers=True),
            id="markers of nothing",
        ),
        pytest.param(
            {"Status": "Enabled", "Filter": {"ObjectSizeLessThan": 9}, "Expiration": {"Date": "2027-01-01T00:00:00Z"}},
            LifecycleRule("", True, size_under=9, expire_at=1798761600.0),
            id="a date as a bundle keeps it",
        ),
    ],
)
def test_rules(rule: dict[str, Any], read: LifecycleRule) -> None:
    assert lifecycle_rules({"Rules": [rule]}) == (read,)
