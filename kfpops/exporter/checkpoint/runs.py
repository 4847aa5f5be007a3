"""Runs in a table: how many attempts of each are counted, and when one may be forgotten.

Of a run that was deleted a row of some 25 bytes is kept for a while, then only the day of its creation, in one number for
all of them: a run of that day or before which nobody knows was counted once, and is not again, however late it comes back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import datetime
from typing import Final, NamedTuple

from kfpops.exporter.checkpoint.listed import Listed

_AT_ONCE: Final = 400
"""Ids in one question: SQLite before 3.32 takes 999 at most."""
_ROWS_AT_ONCE: Final = 5000
ABSENT_DAYS: Final = 7
"""So long listings must leave a run out: a workflow that outlives its run brings it back within its time to live, a day."""
OLD_DAYS: Final = 30
"""So old a run must be: new runs must not be taken for forgotten ones, although clocks of servers are wrong at times."""


class RunRow(NamedTuple):
    """`day`: of creation, 0 for unknown. `absent`: since which day listings leave it out, 0 when they do not."""

    key: bytes
    counted: int
    day: int
    absent: int
    space: int


def day_of(moment: datetime | None) -> int:
    """Days since 1970, 0 for none."""
    return 0 if moment is None else max(0, int(moment.timestamp() // 86400))


def rows_of(database: sqlite3.Connection, keys: Sequence[bytes]) -> Iterator[RunRow]:
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        question = f"SELECT id, counted, day, absent, space FROM runs WHERE id IN ({','.join('?' * len(some))})"
        yield from map(RunRow._make, database.execute(question, some))


def write_rows(database: sqlite3.Connection, rows: Iterable[RunRow]) -> None:
    database.executemany("REPLACE INTO runs (id, counted, day, absent, space) VALUES (?, ?, ?, ?, ?)", sorted(rows))


class Judged(NamedTuple):
    """`marked`: rows whose `absent` changed. `dropped`: rows to be forgotten."""

    marked: list[RunRow]
    dropped: list[RunRow]


def judged(rows: Iterable[RunRow], listed: Listed, still_open: Set[bytes], today: int) -> Judged:
    """What a whole listing says of runs: who is absent now, who was for long enough. An open run is never forgotten."""
    marked, dropped = [], []
    for row in rows:
        if row.key in listed or row.key in still_open:
            if row.absent:
                marked.append(row._replace(absent=0))
        elif not row.absent:
            marked.append(row._replace(absent=today))
        elif row.day and today - row.absent >= ABSENT_DAYS and today - row.day >= OLD_DAYS:
            dropped.append(row)
    return Judged(marked, dropped)


def some_rows(database: sqlite3.Connection, space: int, above: bytes) -> list[RunRow]:
    """The next rows of a namespace by key, a few thousand at most; none at the end."""
    question = "SELECT id, counted, day, absent, space FROM runs WHERE id > ? AND space = ? ORDER BY id LIMIT ?"
    return [RunRow._make(row) for row in database.execute(question, (above, space, _ROWS_AT_ONCE))]


def drop_rows(database: sqlite3.Connection, rows: Iterable[RunRow]) -> None:
    database.executemany("DELETE FROM runs WHERE id = ?", [(row.key,) for row in rows])
