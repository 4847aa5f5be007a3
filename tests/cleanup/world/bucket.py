"""The ports `Bucket` and `BucketChanges` over the world's store, with its faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial

from kfpops.errors import Unreachable
from kfpops.model.bucket import (
    BucketObject,
    Deleted,
    Deletion,
    LifecycleRule,
    ObjectVersion,
    StoreTraits,
    Upload,
    Versioning,
)
from tests.cleanup.world.hostile import Faults
from tests.cleanup.world.process import Process, T
from tests.cleanup.world.store import BUCKET


@dataclass
class MemoryBucket:
    process: Process
    faults: Faults
    name: str = BUCKET

    def __post_init__(self) -> None:
        self.kfp = self.process.world.kfp
        self.store = self.kfp.store

    def call(self, name: str, effect: Callable[[], T]) -> T:
        if self.faults.storm and self.process.world.points >= self.faults.storm_from:
            self.faults.storm -= 1
            raise Unreachable(f"The store answered {name} with 503 Slow Down.")
        return self.process.call(name, effect)

    def pages(self, prefix: str = "", *, start_after: str = "") -> Iterator[Sequence[BucketObject]]:
        """A growing listing: each page is made of what is there when it is asked for."""
        given, last = 0, start_after
        while True:
            page, more = self.call("list", partial(self._page, prefix, start_after, given, last))
            given += len(page)
            if page:
                last = page[-1].key
                yield page
            if not more:
                return

    def _page(self, prefix: str, start_after: str, given: int, last: str) -> tuple[Sequence[BucketObject], bool]:
        rows = self.faults.listed([o for k, o in self.store.objects.items() if k.startswith(prefix)])
        # Only a store that lists in byte order goes on after a key; others remember how far they were.
        if self.faults.listing == "bytes":
            rows = [row for row in rows if row.key > last]
        else:
            rows = [row for row in rows if row.key > start_after][given:]
        return rows[: self.faults.page], len(rows) > self.faults.page

    def folders(self, prefix: str = "") -> Sequence[str]:
        def found() -> Sequence[str]:
            rests = (key[len(prefix) :] for key in self.store.objects if key.startswith(prefix))
            return sorted({f"{prefix}{rest.partition('/')[0]}/" for rest in rests if "/" in rest})

        return self.call("folders", found)

    def head(self, key: str) -> BucketObject | None:
        return self.call("head", lambda: self.store.objects.get(key))

    def versions(self, prefix: str = "") -> Iterator[Sequence[ObjectVersion]]:
        rows = [o for k, o in self.store.objects.items() if k.startswith(prefix)]
        yield self.call("versions", lambda: [ObjectVersion(o.key, "null", True, False, *o[1:4]) for o in rows])

    def uploads(self, prefix: str = "") -> Iterator[Sequence[Upload]]:
        yield self.call("uploads", lambda: [u for u in self.store.uploads.values() if u.key.startswith(prefix)])

    def versioning(self) -> Versioning:
        return self.call("versioning", lambda: "off")

    def lifecycle(self) -> Sequence[LifecycleRule]:
        return self.call("lifecycle", lambda: ())

    def clock(self) -> datetime:
        began = datetime(1970, 1, 1, tzinfo=timezone.utc)
        return self.call("clock", lambda: began + timedelta(seconds=self.kfp.store_time))


@dataclass
class MemoryBucketChanges:
    """`before`: told of every batch right before its first effect, to see whether it is journalled."""

    process: Process
    faults: Faults
    before: Callable[[Sequence[Deletion]], None] = lambda batch: None

    def __post_init__(self) -> None:
        self.bucket = MemoryBucket(self.process, self.faults)
        self.store = self.bucket.store

    def probe(self) -> StoreTraits:
        """A liar is found out, because the probe looks afterwards."""
        honours = not self.faults.ignores_conditions
        return self.bucket.call("probe", lambda: StoreTraits("memory", honours, honours, None, True, "off"))

    def delete(self, batch: Sequence[Deletion], traits: StoreTraits) -> Sequence[Deleted]:
        self.before(batch)
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
        found = self.bucket.head(wanted.key)
        if found is None:
            return Deleted(wanted.key, "absent")
        if found.etag != wanted.etag:
            return Deleted(wanted.key, "changed")
        return self.bucket.call("delete one", lambda: self._delete(wanted))

    def _delete(self, wanted: Deletion) -> Deleted:
        found = self.store.objects.get(wanted.key)
        if found is None:
            return Deleted(wanted.key, "absent")
        ignores = self.faults.ignores_conditions or "condition" in self.process.world.broken
        if found.etag != wanted.etag and not ignores:
            return Deleted(wanted.key, "changed", "PreconditionFailed")
        del self.store.objects[wanted.key]
        self.process.world.reader.deleted(wanted.key, found.modified_at)
        return Deleted(wanted.key, "gone")

    def undelete(self, key: str, marker_id: str) -> bool:
        return self.bucket.call("undelete", lambda: False)

    def abort(self, upload: Upload) -> bool:
        def effect() -> bool:
            self.store.aborted.add(upload.upload_id)
            return self.store.uploads.pop(upload.upload_id, None) is not None

        return self.bucket.call("abort", effect)
