"""What a bucket holds: objects with their versions and markers, uploads, configuration. No HTTP here."""

from __future__ import annotations

import secrets
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import md5
from typing import Literal, NamedTuple, Protocol

from kfpops.sandbox.s3.faults import Order


class Entry(NamedTuple):
    """A version of an object, or a delete marker. `version_id` "null" is the one of a bucket without versions."""

    key: str
    version_id: str
    body: bytes
    etag: str
    modified_at: float
    is_marker: bool = False


class Disk(Protocol):
    """Where entries are kept beside memory."""

    def write(self, bucket: str, entry: Entry) -> None: ...

    def remove(self, bucket: str, entry: Entry) -> None: ...


@dataclass(slots=True)
class Unfinished:
    """A multipart upload that goes on: its parts by number."""

    key: str
    upload_id: str
    began_at: float
    parts: dict[int, bytes] = field(default_factory=dict)


class KeptBucket:
    """Not safe for several threads at once: whoever uses it holds a lock."""

    def __init__(self, name: str, clock: Callable[[], float], disk: Disk | None = None) -> None:
        self.name, self._clock, self._disk = name, clock, disk
        self.versioning: Literal["", "Enabled", "Suspended"] = ""
        self.lifecycle = b""
        self.uploads: dict[str, Unfinished] = {}
        self._entries: dict[str, list[Entry]] = {}
        self._keys: list[str] = []
        self._ordered: dict[Order, list[str]] = {}

    def put(self, key: str, body: bytes, modified_at: float | None = None) -> Entry:
        """`modified_at`: seconds since the epoch, now when not given."""
        return self.add(key, body, md5(body, usedforsecurity=False).hexdigest(), modified_at)

    def add(self, key: str, body: bytes, etag: str, modified_at: float | None = None) -> Entry:
        """An object with an ETag that is not its checksum: that of a multipart upload."""
        at = self._clock() if modified_at is None else modified_at
        return self._new(Entry(key, self._version_id(), body, etag, at))

    def get(self, key: str, version_id: str = "") -> Entry | None:
        """The newest entry, marker or not, or the one of this version; None when there is none."""
        entries = self._entries.get(key, [])
        if not version_id:
            return entries[-1] if entries else None
        return next((entry for entry in entries if entry.version_id == version_id), None)

    def current(self, key: str) -> Entry | None:
        """The object as a GET finds it: None also where a marker hides it."""
        entry = self.get(key)
        return None if entry is None or entry.is_marker else entry

    def delete(self, key: str, version_id: str = "") -> Entry | None:
        """What was removed for good, or the marker that was put; None when there was nothing to do."""
        if version_id:
            entry = self.get(key, version_id)
            if entry:
                self._drop(entry)
            return entry
        if self.versioning:
            return self._new(Entry(key, self._version_id(), b"", "", self._clock(), is_marker=True))
        entry = self.get(key)
        if entry:
            self._drop(entry)
        return entry

    def keys(self, order: Order) -> list[str]:
        """Keys of the current objects in this order."""
        if order not in self._ordered:
            self._ordered[order] = sorted(filter(self.current, self._keys), key=place_in(order))
        return self._ordered[order]

    def versions(self) -> Iterator[tuple[Entry, bool]]:
        """All entries and whether each is the newest: by key, the newest first."""
        for key in self._keys:
            for entry in reversed(self._entries[key]):
                yield entry, entry is self._entries[key][-1]

    def load(self, entry: Entry) -> None:
        """An entry that is on disk already."""
        self._insert(entry)

    def _new(self, entry: Entry) -> Entry:
        old = self.get(entry.key, "null") if entry.version_id == "null" else None
        if old:
            self._drop(old)
        self._insert(entry)
        if self._disk:
            self._disk.write(self.name, entry)
        return entry

    def _insert(self, entry: Entry) -> None:
        if entry.key not in self._entries:
            insort(self._keys, entry.key)
        self._entries.setdefault(entry.key, []).append(entry)
        self._ordered.clear()

    def _drop(self, entry: Entry) -> None:
        self._entries[entry.key].remove(entry)
        if not self._entries[entry.key]:
            del self._entries[entry.key]
            del self._keys[bisect_left(self._keys, entry.key)]
        if self._disk:
            self._disk.remove(self.name, entry)
        self._ordered.clear()

    def _version_id(self) -> str:
        return secrets.token_hex(16) if self.versioning == "Enabled" else "null"


def place_in(order: Order) -> Callable[[str], tuple[str, ...]]:
    """What keys are sorted by. Python compares text as UTF-8 compares bytes."""
    if order == "folders":
        return lambda key: tuple(key.split("/"))
    if order == "shuffled":
        return lambda key: (md5(key.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest(),)
    return lambda key: (key,)
