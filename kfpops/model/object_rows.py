"""Rows of a listing kept by column: a page of a thousand objects is five lists, not a thousand tuples.

Whoever looks at single objects sees a sequence of `BucketObject`; whoever looks at a million of them takes the columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import overload

from kfpops.model.bucket import BucketObject


class ObjectRows(Sequence[BucketObject]):
    """Columns of one length, named as the fields of `BucketObject`; `version_ids` is empty when no row has one."""

    __slots__ = ("etags", "keys", "modified", "sizes", "version_ids")

    def __init__(
        self,
        keys: Sequence[str],
        sizes: Sequence[int],
        etags: Sequence[str],
        modified: Sequence[float],
        version_ids: Sequence[str] = (),
    ) -> None:
        self.keys, self.sizes, self.etags, self.modified, self.version_ids = keys, sizes, etags, modified, version_ids

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, at: int) -> BucketObject: ...
    @overload
    def __getitem__(self, at: slice) -> ObjectRows: ...
    def __getitem__(self, at: int | slice) -> BucketObject | ObjectRows:
        if isinstance(at, slice):
            return ObjectRows(self.keys[at], self.sizes[at], self.etags[at], self.modified[at], self.version_ids[at])
        version_id = self.version_ids[at] if self.version_ids else ""
        return BucketObject(self.keys[at], self.sizes[at], self.etags[at], self.modified[at], version_id)

    def __iter__(self) -> Iterator[BucketObject]:
        versions = self.version_ids or repeat("")
        return map(BucketObject, self.keys, self.sizes, self.etags, self.modified, versions)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ObjectRows | list | tuple) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


def in_columns(rows: Sequence[BucketObject]) -> ObjectRows:
    """The same rows; those that are in columns already as they are."""
    if isinstance(rows, ObjectRows):
        return rows
    if not rows:
        return ObjectRows((), (), (), ())
    keys, sizes, etags, modified, version_ids = zip(*rows)
    return ObjectRows(keys, sizes, etags, modified, version_ids if any(version_ids) else ())


def joined(parts: Sequence[ObjectRows]) -> ObjectRows:
    """The rows of all parts, one after the other."""
    if len(parts) == 1:
        return parts[0]
    if any(part.version_ids for part in parts):
        return in_columns([row for part in parts for row in part])
    columns = [(part.keys, part.sizes, part.etags, part.modified) for part in parts]
    keys, sizes, etags, modified = (list(chain.from_iterable(column)) for column in zip(*columns)) if parts else ((),) * 4
    return ObjectRows(keys, sizes, etags, modified)
