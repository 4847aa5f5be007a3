"""What is remembered of a namespace: how far it was read, and up to which day its runs may have been forgotten."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timezone


class Spaces:
    """Few rows, read at every question. "" is a KFP without users: all namespaces at once."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def cursor(self, namespace: str) -> datetime | None:
        row = self._database.execute("SELECT cursor FROM spaces WHERE namespace = ?", (namespace,)).fetchone()
        return None if row is None or row[0] is None else datetime.fromtimestamp(row[0], timezone.utc)

    def number(self, namespace: str) -> int | None:
        row = self._database.execute("SELECT number FROM spaces WHERE namespace = ?", (namespace,)).fetchone()
        return None if row is None else int(row[0])

    def numbered(self, namespace: str) -> int:
        """Within a transaction: the namespace's number, new when it had none."""
        self._database.execute("INSERT OR IGNORE INTO spaces (namespace, forgotten) VALUES (?, 0)", (namespace,))
        number = self.number(namespace)
        assert number is not None
        return number

    def forgotten(self, namespace: str) -> int:
        """Runs created on this day or before count no more when they are unknown; 0 for none.

        Whoever changes between asking for all namespaces and for each finds the other's days too.
        """
        which, names = ("", ()) if namespace == "" else (" WHERE namespace IN ('', ?)", (namespace,))
        row = self._database.execute(f"SELECT coalesce(max(forgotten), 0) FROM spaces{which}", names).fetchone()
        return int(row[0])

    def forget(self, number: int, day: int) -> None:
        self._database.execute("UPDATE spaces SET forgotten = max(forgotten, ?) WHERE number = ?", (day, number))

    def move(self, number: int, cursor: datetime) -> None:
        self._database.execute("UPDATE spaces SET cursor = ? WHERE number = ?", (cursor.timestamp(), number))
