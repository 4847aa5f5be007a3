"""A bucket as a bundle tells it: the listing as it was, and the bucket's lifecycle rules where they were kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

import msgspec

from kfpops.capture.bundle import Bundle
from kfpops.capture.store import ASKED, OBJECTS, ListedObject
from kfpops.errors import NotFound, NotInBundle, Unreachable
from kfpops.knowledge.kfp_json import time_of
from kfpops.knowledge.lifecycle_json import lifecycle_rules
from kfpops.model.bucket import BucketObject, LifecycleRule, ObjectVersion, Upload, Versioning

_PAGE = 1000
# The end of the calendar: what was recorded without a time is young, and so it is kept.
_NEW = 253402300799.0
_AGAIN = "A plan needs a bundle of everything, with the store's listing; or a live cluster."


class BundleBucket:
    """`kfpops.ports.Bucket` on a bundle; its clock is the bundle's end. Safe for several threads.

    The objects come in the order of the recorded listing. A bundle of single runs lists their objects only, so that asking
    for others raises `NotInBundle`; so does asking for versions and uploads, which bundles do not keep.
    """

    def __init__(self, bundle: Bundle, name: str) -> None:
        self._bundle, self.name = bundle, name

    def pages(self, prefix: str = "", *, start_after: str = "") -> Iterator[Sequence[BucketObject]]:
        self._check(prefix)
        found = [o for o in self._objects if o.key.startswith(prefix) and o.key > start_after]
        return (found[start : start + _PAGE] for start in range(0, len(found), _PAGE))

    def folders(self, prefix: str = "") -> Sequence[str]:
        self._check(prefix)
        rests = ((o.key, o.key.find("/", len(prefix))) for o in self._objects if o.key.startswith(prefix))
        return tuple(dict.fromkeys(key[: end + 1] for key, end in rests if end >= 0))

    def head(self, key: str) -> BucketObject | None:
        found = self._by_key.get(key)
        if found is None:
            self._check(key)
        return found

    def versions(self, prefix: str = "") -> Iterator[Sequence[ObjectVersion]]:
        raise NotInBundle(f"The bundle does not hold the versions of the objects in {self.name}.")

    def uploads(self, prefix: str = "") -> Iterator[Sequence[Upload]]:
        raise NotInBundle(f"The bundle does not hold the incomplete uploads of {self.name}.")

    def versioning(self) -> Versioning:
        return "unknown"

    def lifecycle(self) -> Sequence[LifecycleRule]:
        path = f"store/lifecycle-{self.name}.json"
        if not self._bundle.exists(path):
            raise NotInBundle(f"The bundle does not hold the lifecycle rules of {self.name}.")
        try:
            return lifecycle_rules(msgspec.json.decode(self._bundle.read(path), type=dict[str, object]))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._bundle.corrupt(path, error) from error

    def clock(self) -> datetime:
        return self._bundle.recording.ended_at

    def _check(self, prefix: str) -> None:
        """Raise unless the listing has all that begins so: of single runs, what holds the id of one as a folder."""
        scope = self._bundle.recording.scope
        # Where it tells which keys were asked for, nothing was listed at all.
        own = not self._bundle.exists(ASKED) and any(f"/{run}/" in prefix for run in scope.runs)
        if not scope.everything and not own:
            where = f"below {prefix}" if prefix else "in the bucket"
            what = f"The bundle lists only the objects of its runs, so nothing is known of others {where}."
            raise NotInBundle(what, _AGAIN)

    @cached_property
    def _objects(self) -> Sequence[BucketObject]:
        gap = self._bundle.gap("object store")
        if not self._bundle.exists(OBJECTS):
            why = gap.sentence("The object store") if gap else f"The bundle holds no {OBJECTS}."
            raise Unreachable(why, _AGAIN)
        rows = self._bundle.lines(OBJECTS, ListedObject)
        return tuple(_object(row) for row in rows if isinstance(row, ListedObject) and row.bucket == self.name)

    @cached_property
    def _by_key(self) -> Mapping[str, BucketObject]:
        return {one.key: one for one in self._objects}


def bucket_of(bundle: Bundle) -> Callable[[str], BundleBucket]:
    """What `Cluster.bucket` is for a bundle. Raises `NotFound` for a bucket that the store did not have."""
    opened: dict[str, BundleBucket] = {}

    def open_bucket(uri: str) -> BundleBucket:
        name = uri.partition("://")[2].partition("/")[0].partition("?")[0]
        if name not in opened:
            _look_for(bundle, name)
            opened[name] = BundleBucket(bundle, name)
        return opened[name]

    return open_bucket


def _look_for(bundle: Bundle, name: str) -> None:
    path = "store/buckets.json"
    if not bundle.exists(path):
        return
    try:
        known = msgspec.json.decode(bundle.read(path), type=list[str])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise bundle.corrupt(path, error) from error
    if name not in known:
        raise NotFound(f"The object store had no bucket {name} when the bundle was made.")


def _object(row: ListedObject) -> BucketObject:
    modified = time_of(row.modified)
    return BucketObject(row.key, row.size or 0, (row.etag or "").strip('"'), modified.timestamp() if modified else _NEW)
