"""A bucket in memory with lifecycle rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kfpops.model.bucket import BucketObject, LifecycleRule, ObjectVersion, Upload, Versioning
from tests.builders import NOW


@dataclass
class RuledBucket:
    """ports.Bucket over what a test gives it."""

    name: str = "mlpipeline"
    objects: Sequence[BucketObject] = ()
    rules: Sequence[LifecycleRule] = ()
    versioned: Versioning = "off"

    def pages(self, prefix: str = "", *, start_after: str = "") -> Iterator[Sequence[BucketObject]]:
        yield [o for o in self.objects if o.key.startswith(prefix) and o.key > start_after]

    def folders(self, prefix: str = "") -> Sequence[str]:
        return ()

    def head(self, key: str) -> BucketObject | None:
        return next((o for o in self.objects if o.key == key), None)

    def versions(self, prefix: str = "") -> Iterator[Sequence[ObjectVersion]]:
        return iter(())

    def uploads(self, prefix: str = "") -> Iterator[Sequence[Upload]]:
        return iter(())

    def versioning(self) -> Versioning:
        return self.versioned

    def lifecycle(self) -> Sequence[LifecycleRule]:
        return self.rules

    def clock(self) -> datetime:
        return NOW
