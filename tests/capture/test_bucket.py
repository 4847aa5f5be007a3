"""The bucket of a bundle lists what was listed, and says so when that was not everything."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from kfpops.capture.bucket import BundleBucket, bucket_of
from kfpops.capture.open import open_bundle, open_cluster
from kfpops.errors import BadAnswer, NotFound, NotInBundle, Unreachable
from kfpops.model.bucket import BucketObject, LifecycleRule
from tests.capture import bundles
from tests.capture.bundles import ENDED, RUN

ROWS = (
    {"bucket": "mlpipeline", "key": "a/2", "size": 2, "etag": '"e2"', "modified": "2026-11-21T10:00:00Z"},
    {"bucket": "mlpipeline", "key": "a-b", "size": 1, "etag": "e1", "modified": "2026-11-21T09:00:00.5Z"},
    {"bucket": "other", "key": "a/3", "size": 3},
    {"bucket": "mlpipeline", "key": f"v2/artifacts/p/{RUN}/t/x", "size": 9},
)
FILES: dict[str, Any] = {"store/buckets.json": ["mlpipeline", "other"], "store/objects.jsonl": ROWS}
ALL = {"everything": True}


def bucket(path: Path, content: dict[str, Any] = FILES, /, **more: Any) -> BundleBucket:
    return bucket_of(open_bundle(bundles.folder(path, content, **{"scope": ALL, **more})))("minio://mlpipeline/v2/artifacts")


def keys(found: BundleBucket, prefix: str = "", **more: str) -> list[str]:
    return [one.key for page in found.pages(prefix, **more) for one in page]


@pytest.mark.parametrize("prefix", ["", "a/", "v2/artifacts/p/other-run/"])
def test_a_bundle_of_single_runs_lists_nothing_of_others(tmp_path: Path, prefix: str) -> None:
    with pytest.raises(NotInBundle, match="only the objects of its runs"):
        keys(bucket(tmp_path, scope={"runs": [RUN]}), prefix)


def test_a_bundle_of_single_runs_that_asked_for_keys_lists_nothing(tmp_path: Path) -> None:
    asked = {**FILES, "store/asked.jsonl": ({"bucket": "mlpipeline", "key": "a/2"},)}
    with pytest.raises(NotInBundle):
        keys(bucket(tmp_path, asked, scope={"runs": [RUN]}), f"v2/artifacts/p/{RUN}/")


def test_a_bundle_without_a_listing_does_not_look_empty(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"holds no store/objects\.jsonl"):
        keys(bucket(tmp_path, {"store/buckets.json": ["mlpipeline"]}))


def test_a_store_that_could_not_be_read_says_why(tmp_path: Path) -> None:
    gaps = [{"source": "object store", "why": "403: AccessDenied"}]
    with pytest.raises(Unreachable, match="AccessDenied"):
        keys(bucket(tmp_path, {}, gaps=gaps))


def test_versions_and_uploads_were_not_recorded(tmp_path: Path) -> None:
    found = bucket(tmp_path)
    for ask in (found.versions, found.uploads, found.lifecycle):
        with pytest.raises(NotInBundle):
            ask()
    assert found.versioning() == "unknown"


def test_a_bucket_that_was_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no bucket gone"):
        bucket_of(open_bundle(bundles.folder(tmp_path, FILES, scope=ALL)))("s3://gone/x")


def test_a_listing_that_is_no_json(tmp_path: Path) -> None:
    with pytest.raises(BadAnswer):
        keys(bucket(tmp_path, {"store/objects.jsonl": b"{"}))


def test_lists_in_the_order_of_the_recording(tmp_path: Path) -> None:
    found = bucket(tmp_path)
    (page,) = found.pages()
    run = f"v2/artifacts/p/{RUN}/t/x"
    assert [one.key for one in page] == ["a/2", "a-b", run]
    assert page[0] == BucketObject("a/2", 2, "e2", datetime(2026, 11, 21, 10, tzinfo=timezone.utc).timestamp())
    assert page[2].modified_at > 4e9, "what has no time is young"
    assert keys(found, "a/") == ["a/2"]
    assert keys(found, start_after="a/2") == [run]
    assert list(found.pages("nothing")) == []
    assert found.folders() == ("a/", "v2/")
    assert found.folders("v2/artifacts/") == ("v2/artifacts/p/",)


def test_a_single_run_is_listed(tmp_path: Path) -> None:
    found = bucket(tmp_path, scope={"runs": [RUN]})
    assert keys(found, f"v2/artifacts/p/{RUN}/") == [f"v2/artifacts/p/{RUN}/t/x"]


def test_pages_hold_a_thousand(tmp_path: Path) -> None:
    rows = tuple({"bucket": "mlpipeline", "key": f"k/{n:05}", "size": 1} for n in range(2100))
    assert [len(page) for page in bucket(tmp_path, {"store/objects.jsonl": rows}).pages()] == [1000, 1000, 100]


def test_looks_at_one_object(tmp_path: Path) -> None:
    found = bucket(tmp_path)
    at = datetime(2026, 11, 21, 9, 0, 0, 500000, timezone.utc).timestamp()
    assert found.head("a-b") == BucketObject("a-b", 1, "e1", at)
    assert found.head("a") is None


def test_the_clock_stands_at_the_bundles_end(tmp_path: Path) -> None:
    assert bucket(tmp_path).clock() == datetime.fromisoformat(ENDED.replace("Z", "+00:00"))


def test_lifecycle_rules(tmp_path: Path) -> None:
    none = {**FILES, "store/lifecycle-mlpipeline.json": {"error": "NoSuchLifecycleConfiguration"}}
    assert bucket(tmp_path / "none", none).lifecycle() == ()
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "a/"}, "Expiration": {"Days": 3}}
    some = {**FILES, "store/lifecycle-mlpipeline.json": {"Rules": [rule]}}
    assert bucket(tmp_path / "some", some).lifecycle() == (LifecycleRule("old", True, "a/", expire_days=3),)


def test_a_cluster_of_a_bundle_has_its_buckets(tmp_path: Path) -> None:
    opened = open_cluster(bundles.folder(tmp_path / "with", FILES, scope=ALL)).bucket
    assert opened is not None
    assert opened("s3://other/x").name == "other"
    assert open_cluster(bundles.folder(tmp_path / "without", {}, scope=ALL)).bucket is None
