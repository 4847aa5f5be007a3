"""Series in tables: read once at the start, written when they change."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Final

import msgspec

from kfpops.exporter.checkpoint.held import NEVER, First, Held
from kfpops.exporter.checkpoint.recent import pairs_of
from kfpops.metrics.family import Family, Series

_LABELS: Final = msgspec.json.Decoder(tuple[str, ...])
_NUMBER: Final = attrgetter("number")


def read_series(database: sqlite3.Connection, families: Mapping[str, Family]) -> tuple[dict[Series, Held], int]:
    """All series of families that are known, and the highest number that any has."""
    recent = {number: _pairs(pairs) for number, pairs in database.execute("SELECT number, pairs FROM recent")}
    held: dict[Series, Held] = {}
    highest = 0
    columns = "number, family, labels, shown, value, at, buckets, first, first_buckets"
    for row in database.execute(f"SELECT {columns} FROM series JOIN sums USING (number) ORDER BY number"):
        highest, name, labels, shown, value, at, buckets, first, first_buckets = row
        family = families.get(name)
        if family is None:
            continue
        start = None if first is None else First(first, _numbers(first_buckets))
        held[Series(name, _LABELS.decode(labels))] = Held(
            highest,
            bool(shown),
            family.buckets,
            value,
            NEVER if at is None else at,
            [*_numbers(buckets)],
            start,
            recent=recent.get(highest, b""),
        )
    return held, highest


def write_series(database: sqlite3.Connection, changed: Mapping[Series, Held], above: int) -> None:
    """`above`: series with higher numbers are new, and their names are written too."""
    born = [
        (held.number, series.family, msgspec.json.encode(series.labels).decode())
        for series, held in changed.items()
        if held.number > above
    ]
    database.executemany("INSERT INTO series VALUES (?, ?, ?)", born)
    database.executemany("REPLACE INTO sums VALUES (?, ?, ?, ?, ?, ?, ?)", map(_row, sorted(changed.values(), key=_NUMBER)))


def write_recent(database: sqlite3.Connection, changed: Iterable[Held]) -> None:
    database.executemany("REPLACE INTO recent VALUES (?, ?)", ((held.number, held.recent) for held in changed))


def settle_shapes(database: sqlite3.Connection, families: Mapping[str, Family]) -> tuple[str, ...]:
    """Rows of a family whose labels or bounds changed mean nothing any more: they go, and it is said."""
    before = dict(database.execute("SELECT name, shape FROM families"))
    now = {name: _shape(family) for name, family in families.items()}
    changed = [name for name in now if before.get(name, now[name]) != now[name]]
    database.execute("BEGIN IMMEDIATE")
    for name in changed:
        database.execute("DELETE FROM recent WHERE number IN (SELECT number FROM series WHERE family = ?)", (name,))
        database.execute("DELETE FROM sums WHERE number IN (SELECT number FROM series WHERE family = ?)", (name,))
        database.execute("DELETE FROM series WHERE family = ?", (name,))
    database.executemany("REPLACE INTO families VALUES (?, ?)", [(n, s) for n, s in now.items() if before.get(n) != s])
    database.execute("COMMIT")
    return tuple(f"The labels or buckets of {name} are others than before: it begins anew." for name in changed)


def _shape(family: Family) -> str:
    return f"{family.kind} {' '.join(family.labels)} {' '.join(map(str, family.buckets))}"


def _row(held: Held) -> tuple[int, bool, float, float | None, bytes | None, float | None, bytes | None]:
    at = None if held.at == NEVER else held.at
    first = held.first
    if first is None:
        return held.number, held.shown, held.value, at, _packed(held.buckets), None, None
    return held.number, held.shown, held.value, at, _packed(held.buckets), first.value, _packed(first.buckets)


def _pairs(pairs: bytes) -> bytes:
    """Raises `struct.error` for others than were written."""
    pairs_of(pairs)
    return pairs


def _packed(numbers: Sequence[int]) -> bytes | None:
    """Four bytes for each number, eight when one is too large."""
    if not numbers:
        return None
    kind = "I" if max(numbers) < 1 << 32 else "Q"
    return struct.pack(f"<B{len(numbers)}{kind}", ord(kind), *numbers)


def _numbers(packed: bytes | None) -> tuple[int, ...]:
    if packed is None:
        return ()
    kind = chr(packed[0])
    return struct.unpack_from(f"<{(len(packed) - 1) // struct.calcsize(f'<{kind}')}{kind}", packed, 1)
