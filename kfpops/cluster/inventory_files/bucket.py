"""A bucket that is listed by its S3 Inventory, and asked for everything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from kfpops.cluster.inventory_files.listing import InventoryListing
from kfpops.errors import UsageError
from kfpops.model.bucket import BucketObject, LifecycleRule, ObjectVersion, Upload, Versioning
from kfpops.ports import Bucket


class ListedBucket:
    """ports.Bucket. What is younger than the inventory is not listed, so it stays; what is gone since is found absent.

    `from_inventory`: its pages come sorted from the disk, so there is nothing to gain by listing it in parts.
    """

    from_inventory = True

    def __init__(self, live: Bucket, listing: InventoryListing) -> None:
        """Raises `UsageError` when the inventory is another bucket's."""
        if listing.bucket != live.name:
            raise UsageError(
                f"{listing.uri} is an inventory of bucket {listing.bucket}, but bucket {live.name} is to be cleaned.",
                "Name the inventory of the bucket that holds the pipeline roots.",
            )
        self.name = live.name
        self._live, self._listing = live, listing

    def pages(self, prefix: str = "", *, start_after: str = "") -> Iterator[Sequence[BucketObject]]:
        return self._listing.pages(prefix, start_after=start_after)

    def folders(self, prefix: str = "") -> Sequence[str]:
        return self._live.folders(prefix)

    def head(self, key: str) -> BucketObject | None:
        return self._live.head(key)

    def versions(self, prefix: str = "") -> Iterator[Sequence[ObjectVersion]]:
        return self._live.versions(prefix)

    def uploads(self, prefix: str = "") -> Iterator[Sequence[Upload]]:
        return self._live.uploads(prefix)

    def versioning(self) -> Versioning:
        return self._live.versioning()

    def lifecycle(self) -> Sequence[LifecycleRule]:
        return self._live.lifecycle()

    def clock(self) -> datetime:
        return self._live.clock()
