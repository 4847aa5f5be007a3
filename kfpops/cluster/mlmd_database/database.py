"""What the two kinds of databases have in common, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

SCHEMA: Final = 10
"""The version of MLMD's schema that is read: ml-metadata 1.14 (KFP's server) to 1.17 (metadata_source_query_config.cc)."""
MOST_VALUES: Final = 500
"""Values of one statement. SQLite before 3.32 takes 999; above a thousand MariaDB makes a temporary table of them."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dialect:
    """`by_id` behind a table's name makes a range of ids be walked, whatever other index the server would rather use.

    `online` ends a CREATE INDEX that lets writers go on.
    """

    by_id: str
    online: str


SQLITE: Final = Dialect(by_id="NOT INDEXED", online="")
MYSQL: Final = Dialect(by_id="FORCE INDEX (PRIMARY)", online=" ALGORITHM=INPLACE LOCK=NONE")


class Database(Protocol):
    """A connection that is opened when it is first needed. Safe for use by several threads, one statement at a time."""

    @property
    def dialect(self) -> Dialect: ...

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows. `?` stands for a value, `%` nowhere. Texts are str or bytes.

        Raises `Unreachable`, `Forbidden`, `NotFound` or `BadAnswer`.
        """
        ...

    def close(self) -> None: ...

    def __str__(self) -> str:
        """File, or host and database: what may be shown."""
        ...


def text(value: object) -> str:
    """A text column: "" for NULL; U+FFFD where it is no UTF-8."""
    if value is None:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def marks(values: Sequence[object]) -> str:
    """`(?, ?, ?)`"""
    return f"({', '.join('?' * len(values))})"


def chunks(values: Sequence[T], size: int = MOST_VALUES) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def storable(value: str) -> bool:
    """A text that came from bytes that are no text (a surrogate) is in no database, and no driver takes it."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
