"""Ids of the rows that meet conditions, newest first: through an index where few meet one, else by walking the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kfpops.cluster.mlmd_database.database import Database, chunks, marks

FEW: Final = 50_000
"""So many ids are read and sorted in a tenth of a second. Of conditions that more rows meet, a walk soon finds a page."""
_PAGE = 200
# Ids of one step of a walk: each query ends well before its time-out, however large the table.
_STEP = 20_000


@dataclass(frozen=True, slots=True)
class Condition:
    """`where` is said of a row `a`. `ids`, where there is an index: a select of the ids of all rows that meet it."""

    where: str
    values: tuple[object, ...] = ()
    ids: str = ""
    id_values: tuple[object, ...] = ()


def newest_first(database: Database, table: str, conditions: Sequence[Condition]) -> Iterator[Sequence[int]]:
    """Pages of ids that meet all conditions, the largest first. The next page is asked for when it is wanted."""
    few = _few(database, conditions)
    return _walk(database, table, conditions) if few is None else _chosen(database, table, conditions, few)


def _few(database: Database, conditions: Sequence[Condition]) -> list[int] | None:
    """The ids that meet the first condition that few meet; None when there is none."""
    for condition in conditions:
        if condition.ids:
            found = database.rows(f"{condition.ids} LIMIT {FEW + 1}", condition.id_values)
            if len(found) <= FEW:
                return sorted({row[0] for row in found}, reverse=True)
    return None


def _chosen(database: Database, table: str, conditions: Sequence[Condition], ids: list[int]) -> Iterator[Sequence[int]]:
    where, values = _all(conditions)
    for some in chunks(ids, _PAGE):
        statement = f"SELECT a.id FROM {table} a WHERE a.id IN {marks(some)}{where}"
        found = sorted((row[0] for row in database.rows(statement, (*some, *values))), reverse=True)
        if found:
            yield found


def _walk(database: Database, table: str, conditions: Sequence[Condition]) -> Iterator[Sequence[int]]:
    where, values = _all(conditions)
    scan = database.dialect.by_id
    statement = f"SELECT a.id FROM {table} a {scan} WHERE a.id <= ? AND a.id > ?{where} ORDER BY a.id DESC"
    top = database.rows(f"SELECT max(id) FROM {table}")[0][0]
    while top is not None:
        found = [row[0] for row in database.rows(statement, (top, top - _STEP, *values))]
        yield from chunks(found, _PAGE)
        top = database.rows(f"SELECT max(id) FROM {table} WHERE id <= ?", (top - _STEP,))[0][0]


def _all(conditions: Sequence[Condition]) -> tuple[str, tuple[object, ...]]:
    where = "".join(f" AND ({c.where})" for c in conditions)
    return where, tuple(value for c in conditions for value in c.values)
