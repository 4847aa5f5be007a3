"""A bucket in memory that lists as some stores do: in byte order, by the parts of paths, in no order, twice, broken off."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from threading import Lock
from typing import Literal, TypeAlias

from kfpops.cleanup.gather.spans import by_components
from kfpops.errors import BadAnswer
from kfpops.model.bucket import BucketObject, LifecycleRule, ObjectVersion, Upload, Versioning
from tests.cleanup.building import BUCKET, NOW, OLD

Listed: TypeAlias = Literal["bytes", "components", "shuffled"]


def an_object(key: str, size: int = 10, modified_at: float = OLD) -> BucketObject:
    return BucketObject(key, size, f"{abs(hash(key)):032x}"[:32], modified_at)


@dataclass
class MemoryBucket:
    """`twice`: keys that are told once more, at the end of their page. `breaks_after`: so many pages of a listing are told.

    `between`: called after every page, from the thread that reads. `asked`: (prefix, start_after) of every listing.
    """

    objects: Iterable[BucketObject]
    listed: Listed = "bytes"
    page: int = 1
    name: str = BUCKET
    twice: frozenset[str] = frozenset()
    breaks_after: int | None = None
    between: Callable[[MemoryBucket], None] = field(default=lambda bucket: None)
    pending: Sequence[Upload] = ()
    old: Sequence[ObjectVersion] = ()
    now: float = NOW
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.by_key = {o.key: o for o in self.objects}
        self.lock = Lock()

    def rows(self) -> list[BucketObject]:
        rows = sorted(self.by_key.values(), key=lambda o: o.key if self.listed == "bytes" else by_components(o.key))
        if self.listed == "shuffled":
            random.Random(5).shuffle(rows)
        return rows

    def pages(self, prefix: str = "", *, start_after: str = "") -> Iterator[Sequence[BucketObject]]:
        """A store in no order goes on after where the key stands, or would begin at the start."""
        self.asked.append((prefix, start_after))
        last, told = start_after, 0
        while True:
            if self.breaks_after is not None and told == self.breaks_after:
                raise BadAnswer("The store's listing is cut off.")
            with self.lock:
                rows = [o for o in self.rows() if o.key.startswith(prefix)]
            rows = self._after(rows, last)
            page = rows[: self.page]
            if page:
                yield page + [o for o in page if o.key in self.twice]
            told += 1
            self.between(self)
            if len(rows) <= self.page:
                return
            last = page[-1].key

    def _after(self, rows: list[BucketObject], last: str) -> list[BucketObject]:
        if not last:
            return rows
        if self.listed == "shuffled":
            keys = [o.key for o in rows]
            return rows[keys.index(last) + 1 :] if last in keys else [o for o in rows if o.key > last]
        rank = by_components if self.listed == "components" else str
        return [o for o in rows if rank(o.key) > rank(last)]

    def folders(self, prefix: str = "") -> Sequence[str]:
        rests = [o.key[len(prefix) :] for o in self.rows() if o.key.startswith(prefix)]
        return list(dict.fromkeys(f"{prefix}{rest.partition('/')[0]}/" for rest in rests if "/" in rest))

    def head(self, key: str) -> BucketObject | None:
        return self.by_key.get(key)

    def versions(self, prefix: str = "") -> Iterator[Sequence[ObjectVersion]]:
        yield self.old

    def uploads(self, prefix: str = "") -> Iterator[Sequence[Upload]]:
        yield self.pending

    def versioning(self) -> Versioning:
        return "enabled" if self.old else "off"

    def lifecycle(self) -> Sequence[LifecycleRule]:
        return ()

    def clock(self) -> datetime:
        return datetime.fromtimestamp(self.now, timezone.utc)
