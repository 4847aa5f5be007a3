"""The port `BucketChanges` over a bucket of the world's store: deletes by condition, or what is broken of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kfpops.errors import Unreachable
from kfpops.model.bucket import Deleted, Deletion, StoreTraits, Upload
from tests.cleanup.world.bucket import MemoryBucket
from tests.cleanup.world.deleting import aborted, deleted, version_deleted
from tests.cleanup.world.hostile import Faults
from tests.cleanup.world.process import Process
from tests.cleanup.world.store import BUCKET

Going = tuple[str, str, str]
"""Bucket, key, and the id of a version or an upload."""


@dataclass
class MemoryBucketChanges:
    """`before`: told of every batch, and of every upload, right before the first effect: is it journalled?"""

    process: Process
    faults: Faults
    name: str = BUCKET
    before: Callable[[Sequence[Going]], None] = lambda batch: None

    def __post_init__(self) -> None:
        self.bucket = MemoryBucket(self.process, self.faults, self.name)
        self.store, self.reader = self.bucket.store, self.bucket.reader
        self.broken = self.process.world.broken

    def probe(self) -> StoreTraits:
        """A liar is found out, because the probe looks afterwards."""
        honours = not self.faults.ignores_conditions
        versioning = "enabled" if self.store.versioned else "off"
        return self.bucket.call("probe", lambda: StoreTraits("memory", honours, honours, None, True, versioning))  # type: ignore[arg-type]

    def delete(self, batch: Sequence[Deletion], traits: StoreTraits) -> Sequence[Deleted]:
        self.before([(self.name, one.key, one.version_id) for one in batch])
        if traits.honours_etag_in_batch or traits.honours_etag:
            return self.bucket.call("delete", lambda: self._at_once(batch))
        return [self._one_by_one(wanted) for wanted in batch]

    def _at_once(self, batch: Sequence[Deletion]) -> Sequence[Deleted]:
        if self.faults.halves:
            self.faults.halves -= 1
            for wanted in batch[: (len(batch) + 1) // 2]:
                self._delete(wanted)
            raise Unreachable("The connection was lost while the store answered.")
        return [self._delete(wanted) for wanted in batch]

    def _one_by_one(self, wanted: Deletion) -> Deleted:
        if not wanted.version_id:
            found = self.bucket.head(wanted.key)
            if found is None:
                return Deleted(wanted.key, "absent")
            if found.etag != wanted.etag:
                return Deleted(wanted.key, "changed")
        return self.bucket.call("delete one", lambda: self._delete(wanted))

    def _delete(self, wanted: Deletion) -> Deleted:
        if wanted.version_id and "version" not in self.broken:
            return self._delete_version(wanted)
        place = self.bucket.place(wanted.key)
        found = self.store.objects.get(place)
        if found is None:
            return Deleted(wanted.key, "absent")
        ignores = self.faults.ignores_conditions or wanted.version_id or "condition" in self.broken
        if found.etag != wanted.etag and not ignores:
            return Deleted(wanted.key, "changed", "PreconditionFailed")
        marker = self._remove(place)
        if "bucket" in self.broken:
            for other in [p for p in self.store.objects if p.partition("/")[2] == wanted.key]:
                self._remove(other)
        return Deleted(wanted.key, "gone", marker_id=marker)

    def _remove(self, place: str) -> str:
        written_at = self.store.objects[place].modified_at
        marker = self.reader.markers[place] = self.store.remove(place, self.bucket.kfp.store_time)
        deleted(self.reader, place, written_at)
        return marker

    def _delete_version(self, wanted: Deletion) -> Deleted:
        """For good. No condition says that it must be an old one: S3 has none."""
        place = self.bucket.place(wanted.key)
        before, could = self.store.objects.get(place), self.store.can_come_back(place)
        if not self.store.remove_version(place, wanted.version_id):
            return Deleted(wanted.key, "absent", version_id=wanted.version_id)
        if could:
            version_deleted(self.reader, place, before)
        return Deleted(wanted.key, "gone", version_id=wanted.version_id)

    def undelete(self, key: str, marker_id: str) -> bool:
        """Only a marker: a version of an object is never removed so."""

        def effect() -> bool:
            rows = self.store.versions.get(self.bucket.place(key), ())
            if "undelete" in self.broken or not any(row.version_id == marker_id and row.is_marker for row in rows):
                return "undelete" in self.broken
            return self.store.remove_version(self.bucket.place(key), marker_id)

        return self.bucket.call("undelete", effect)

    def abort(self, upload: Upload) -> bool:
        self.before([(self.name, upload.key, upload.upload_id)])

        def effect() -> bool:
            ids = {upload.upload_id}
            if "upload" in self.broken:
                ids |= {id for id, (_, other) in self.store.uploads.items() if other.key == upload.key}
            there = ids & self.store.uploads.keys()
            for id in there:
                aborted(self.reader, self.store.uploads.pop(id)[1])
            self.store.aborted |= there
            return bool(there)

        return self.bucket.call("abort", effect)
