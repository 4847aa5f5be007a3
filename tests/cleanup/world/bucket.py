"""The port `Bucket` over a bucket of the world's store, with its faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial

from kfpops.errors import Unreachable
from kfpops.model.bucket import BucketObject, LifecycleRule, ObjectVersion, Upload, Versioning
from tests.cleanup.world.hostile import Faults
from tests.cleanup.world.process import Process, T
from tests.cleanup.world.store import BUCKET, path_of


@dataclass
class MemoryBucket:
    process: Process
    faults: Faults
    name: str = BUCKET

    def __post_init__(self) -> None:
        self.kfp = self.process.world.kfp
        self.store, self.reader = self.kfp.store, self.process.world.reader

    def call(self, name: str, effect: Callable[[], T]) -> T:
        if self.faults.storm and self.process.world.points >= self.faults.storm_from:
            self.faults.storm -= 1
            raise Unreachable(f"The store answered {name} with 503 Slow Down.")
        return self.process.call(name, effect)

    def place(self, key: str) -> str:
        return f"{self.name}/{key}"

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
        self.reader.store_seen[self.place(prefix)] = self.kfp.store_time
        rows = self.faults.listed(self._below(prefix))
        # Only a store that lists in byte order goes on after a key; others remember how far they were.
        if self.faults.listing == "bytes":
            rows = [row for row in rows if row.key > last]
        else:
            rows = [row for row in rows if row.key > start_after][given:]
        return rows[: self.faults.page], len(rows) > self.faults.page

    def _below(self, prefix: str) -> list[BucketObject]:
        begin = self.place(prefix)
        return [row for place, row in self.store.objects.items() if place.startswith(begin)]

    def folders(self, prefix: str = "") -> Sequence[str]:
        def found() -> Sequence[str]:
            rests = (row.key[len(prefix) :] for row in self._below(prefix))
            return sorted({f"{prefix}{rest.partition('/')[0]}/" for rest in rests if "/" in rest})

        return self.call("folders", found)

    def head(self, key: str) -> BucketObject | None:
        return self.call("head", lambda: self.store.objects.get(self.place(key)))

    def versions(self, prefix: str = "") -> Iterator[Sequence[ObjectVersion]]:
        """The newest of a key first, as S3 lists them; without versions each object is its own, called null."""

        def found() -> Sequence[ObjectVersion]:
            if not self.store.versioned:
                return [ObjectVersion(o.key, "null", True, False, *o[1:4]) for o in self._below(prefix)]
            places = [place for place in sorted(self.store.versions) if place.startswith(self.place(prefix))]
            self.reader.versions_seen.update(dict.fromkeys(places, self.reader.turn))
            return [row for place in places for row in reversed(self.store.versions[place])]

        yield self.call("versions", found)

    def uploads(self, prefix: str = "") -> Iterator[Sequence[Upload]]:
        every = self.store.uploads
        yield self.call(
            "uploads", lambda: [u for name, u in every.values() if name == self.name and u.key.startswith(prefix)]
        )

    def versioning(self) -> Versioning:
        return self.call("versioning", lambda: "enabled" if self.store.versioned else "off")

    def lifecycle(self) -> Sequence[LifecycleRule]:
        return self.call("lifecycle", lambda: ())

    def clock(self) -> datetime:
        began = datetime(1970, 1, 1, tzinfo=timezone.utc)
        return self.call("clock", lambda: began + timedelta(seconds=self.kfp.store_time))


def name_of(uri: str) -> str:
    """The bucket of a URI."""
    return path_of(uri).partition("/")[0]
