"""The object store as a bundle tells it: a listing, and the bytes of small objects."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec

from kfpops.capture.bundle import Bundle
from kfpops.errors import NotFound, Unreachable
from kfpops.knowledge.kfp_json import time_of
from kfpops.model.stored_object import StoredObject

OBJECTS, BYTES, BUCKETS = "store/objects.jsonl", "store/bytes.jsonl", "store/buckets.json"
ASKED = "store/asked.jsonl"


class ListedObject(msgspec.Struct, frozen=True):
    """A row of store/objects.jsonl; `size` in bytes, None when only the object's presence is known."""

    bucket: str
    key: str
    size: int | None = None
    etag: str | None = None
    modified: str | None = None


class StoredBytes(msgspec.Struct, frozen=True):
    """A row of store/bytes.jsonl: the file in the bundle that holds an object's bytes (or its end)."""

    bucket: str
    key: str
    path: str


class AskedObject(msgspec.Struct, frozen=True):
    """A row of store/asked.jsonl. Where that file is, only its keys were looked at; the listing has those that are there."""

    bucket: str
    key: str


class BundleStore:
    """`kfpops.ports.Store` on a bundle. Safe for several threads."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle

    def tail(self, uri: str, max_bytes: int) -> bytes:
        place = bucket_and_key(uri)
        path = self._bytes.get(place)
        if path is None:
            known = self._objects.get(place)
            why = f"; it has {known.size} bytes" if known and known.size else ""
            raise NotFound(f"The bundle does not hold the bytes of {uri}{why}.")
        body = self._bundle.read(path)
        return body[-max_bytes:] if max_bytes > 0 else b""

    def exists(self, uri: str) -> bool:
        """As the port says. Raises `Unreachable` for objects that a bundle of single runs has not looked at."""
        bucket, key = bucket_and_key(uri)
        folder = f"{key.rstrip('/')}/" if key else ""
        keys = self._keys.get(bucket, frozenset())
        if key in keys or any(k.startswith(folder) for k in keys):
            return True
        if self._buckets is not None and bucket not in self._buckets:
            return False
        if not self._listed(bucket, key):
            raise Unreachable(f"The bundle lists only the objects of its runs, so nothing is known of {uri}.")
        return False

    def stat(self, uri: str) -> StoredObject | None:
        """As the port says. Raises `Unreachable` where `exists` does."""
        row = self._objects.get(bucket_and_key(uri))
        if row is None:
            self.exists(uri)
            return None
        return StoredObject(row.size, (row.etag or "").strip('"'), time_of(row.modified))

    def _listed(self, bucket: str, key: str) -> bool:
        """Whether the listing would have this key: it was asked about, or holds the id of a run that was listed whole."""
        if self._bundle.exists(ASKED):
            return (bucket, key) in self._asked
        scope = self._bundle.recording.scope
        return scope.everything or any(run in key for run in scope.runs)

    @cached_property
    def _rows(self) -> tuple[ListedObject, ...]:
        return tuple(r for r in self._read(OBJECTS, ListedObject) if isinstance(r, ListedObject))

    @cached_property
    def _keys(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for row in self._rows:
            found.setdefault(row.bucket, set()).add(row.key)
        return {bucket: frozenset(keys) for bucket, keys in found.items()}

    @cached_property
    def _objects(self) -> Mapping[tuple[str, str], ListedObject]:
        return {(r.bucket, r.key): r for r in self._rows}

    @cached_property
    def _bytes(self) -> Mapping[tuple[str, str], str]:
        rows = self._read(BYTES, StoredBytes)
        return {(r.bucket, r.key): r.path for r in rows if isinstance(r, StoredBytes)}

    @cached_property
    def _asked(self) -> frozenset[tuple[str, str]]:
        return frozenset((r.bucket, r.key) for r in self._read(ASKED, AskedObject) if isinstance(r, AskedObject))

    @cached_property
    def _buckets(self) -> frozenset[str] | None:
        if not self._bundle.exists(BUCKETS):
            return None
        try:
            return frozenset(msgspec.json.decode(self._bundle.read(BUCKETS), type=list[str]))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._bundle.corrupt(BUCKETS, error) from error

    def _read(self, path: str, kind: type[msgspec.Struct]) -> tuple[msgspec.Struct, ...]:
        gap = self._bundle.gap("object store")
        if gap is not None and not self._bundle.exists(path):
            raise Unreachable(gap.sentence("object store"))
        return tuple(self._bundle.lines(path, kind))


def bucket_and_key(uri: str) -> tuple[str, str]:
    """`minio://bucket/a/b` → ("bucket", "a/b"). What KFP puts behind a `?` are settings of the connection."""
    bucket, _, key = uri.partition("://")[2].partition("/")
    return bucket, key.partition("?")[0].lstrip("/")
