"""A bucket that is listed by its inventory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest

from kfpops.cluster.inventory_files.bucket import ListedBucket
from kfpops.cluster.inventory_files.listing import InventoryListing
from kfpops.compose import with_inventory
from kfpops.errors import UsageError
from kfpops.model.bucket import BucketObject, LifecycleRule, ObjectVersion, Upload, Versioning
from tests.cluster.inventory_files.building import NOON, Row, write_inventory
from tests.fakes import a_cluster


@dataclass
class Live:
    """ports.Bucket that answers and notes what it was asked."""

    name: str = "mlpipeline"
    asked: list[str] = field(default_factory=list)

    def pages(self, prefix: str = "", *, start_after: str = "") -> Iterator[Sequence[BucketObject]]:
        self.asked.append("pages")
        return iter(())

    def folders(self, prefix: str = "") -> Sequence[str]:
        self.asked.append("folders")
        return [prefix]

    def head(self, key: str) -> BucketObject | None:
        self.asked.append("head")
        return None

    def versions(self, prefix: str = "") -> Iterator[Sequence[ObjectVersion]]:
        self.asked.append("versions")
        return iter(())

    def uploads(self, prefix: str = "") -> Iterator[Sequence[Upload]]:
        self.asked.append("uploads")
        return iter(())

    def versioning(self) -> Versioning:
        self.asked.append("versioning")
        return "off"

    def lifecycle(self) -> Sequence[LifecycleRule]:
        self.asked.append("lifecycle")
        return ()

    def clock(self) -> datetime:
        self.asked.append("clock")
        return NOON


@pytest.fixture
def listing(tmp_path: Path) -> Iterator[InventoryListing]:
    found = InventoryListing(str(write_inventory(tmp_path, [[Row("b"), Row("a")]])), None, tmp_path)
    yield found
    found.close()


def test_another_buckets_inventory_is_refused(listing: InventoryListing) -> None:
    with pytest.raises(UsageError, match="inventory of bucket mlpipeline, but bucket other"):
        ListedBucket(Live("other"), listing)


def test_only_the_listing_comes_from_the_inventory(listing: InventoryListing) -> None:
    live = Live()
    bucket = ListedBucket(live, listing)
    assert [o.key for page in bucket.pages("", start_after="a") for o in page] == ["b"]
    assert live.asked == []
    assert (bucket.folders("a"), bucket.head("a"), bucket.versioning()) == (["a"], None, "off")
    assert (bucket.lifecycle(), bucket.clock(), list(bucket.versions()), list(bucket.uploads())) == ((), NOON, [], [])
    assert live.asked == ["folders", "head", "versioning", "lifecycle", "clock", "versions", "uploads"]


def test_several_readers_at_once_do_not_disturb_each_other(listing: InventoryListing) -> None:
    bucket = ListedBucket(Live(), listing)
    first, second = bucket.pages(), bucket.pages("b")
    assert [[o.key for o in next(second)], [o.key for o in next(first)]] == [["b"], ["a", "b"]]


def test_a_cluster_lists_only_the_bucket_of_the_inventory_by_it(tmp_path: Path) -> None:
    manifest = write_inventory(tmp_path, [[Row("b"), Row("a")]])
    cluster = replace(a_cluster(), bucket=lambda uri: Live(uri.removeprefix("s3://")))
    opened = with_inventory(cluster, str(manifest), tmp_path).bucket
    assert opened is not None
    assert isinstance(opened("s3://mlpipeline"), ListedBucket)
    assert isinstance(opened("s3://logs"), Live)


def test_without_an_object_store_an_inventory_is_of_no_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no object store here"):
        with_inventory(a_cluster(), str(tmp_path / "manifest.json"), tmp_path)
