"""ports.Bucket over one bucket of an S3 store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from kfpops.cluster.bucket.control import Control
from kfpops.cluster.bucket.heading import Heads, clock_of
from kfpops.cluster.bucket.line import Line
from kfpops.cluster.bucket.listing import list_pages
from kfpops.model.bucket import BucketObject, LifecycleRule, ObjectVersion, Upload, Versioning


class S3Bucket:
    """ports.Bucket. Safe for use by several threads, each with pages of its own."""

    def __init__(self, line: Line, control: Control) -> None:
        self.name = line.bucket
        self._line, self._control = line, control
        self._heads = Heads(line)

    def pages(self, prefix: str = "", *, start_after: str = "") -> Iterator[Sequence[BucketObject]]:
        """Page by page, in the store's own order. Raises `BadAnswer` for a listing that cannot be trusted."""
        return (page.objects for page in list_pages(self._line, prefix, start_after=start_after))

    def folders(self, prefix: str = "") -> Sequence[str]:
        """What stands between `prefix` and the next `/`, each with both, in the store's order."""
        return [name for page in list_pages(self._line, prefix, delimiter="/") for name in page.folders]

    def head(self, key: str) -> BucketObject | None:
        """None when there is no object of exactly this key. A bucket that is not there raises `NotFound`."""
        return self._heads.head(key)

    def versions(self, prefix: str = "") -> Iterator[Sequence[ObjectVersion]]:
        return self._control.versions(prefix)

    def uploads(self, prefix: str = "") -> Iterator[Sequence[Upload]]:
        return self._control.uploads(prefix)

    def versioning(self) -> Versioning:
        return self._control.versioning()

    def lifecycle(self) -> Sequence[LifecycleRule]:
        return self._control.lifecycle()

    def clock(self) -> datetime:
        """The Date header of an answer of this moment."""
        return clock_of(self._line)
