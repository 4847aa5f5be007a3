"""An SQLite file, opened read only; a server may be writing to it."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from kfpops.cluster.mlmd_database.address import SqliteFile
from kfpops.cluster.mlmd_database.database import SCHEMA, SQLITE, Dialect
from kfpops.errors import BadAnswer, Unreachable, UsageError

_log = logging.getLogger(__name__)


class SqliteDatabase:
    """Raises `UsageError` when the file is missing, no database, or not ML Metadata's."""

    def __init__(self, file: SqliteFile, *, timeout: float) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._connection = _open(file, timeout)
        _check(file, self._connection)

    @property
    def dialect(self) -> Dialect:
        return SQLITE

    def __str__(self) -> str:
        return str(self._file)

    def close(self) -> None:
        self._connection.close()

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        began = time.monotonic()
        with self._lock, _translated(self._file):
            found = self._connection.execute(statement, tuple(values)).fetchall()
        _log.debug("%d rows in %.1f ms: %.100s", len(found), (time.monotonic() - began) * 1000, statement)
        return found


def _open(file: SqliteFile, timeout: float) -> sqlite3.Connection:
    if not file.path.is_file():
        what = "is a folder, no file" if file.path.is_dir() else "is not there"
        hint = "sqlite:///FILE has three slashes before a relative path, four before an absolute one."
        raise UsageError(f"The file of --metadata-db {what}: {file.path}.", hint)
    # Not `immutable`: that would leave out what a running server has written to its write-ahead log.
    url = f"file:{quote(str(file.path.absolute()))}?mode=ro"
    try:
        connection = sqlite3.connect(url, uri=True, timeout=timeout, check_same_thread=False, isolation_level=None)
    except sqlite3.Error as error:
        raise UsageError(f"{file.path} cannot be opened ({error}).", "Is it readable for you?") from None
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


def _check(file: SqliteFile, connection: sqlite3.Connection) -> None:
    try:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'MLMDEnv'").fetchone():
            raise UsageError(f"{file.path} is an SQLite file, but not ML Metadata's: it has no table MLMDEnv.")
        versions = [row[0] for row in connection.execute("SELECT schema_version FROM MLMDEnv")]
    except sqlite3.OperationalError as error:
        if _is_locked(error):
            raise _locked(file) from None
        hint = "A copy of a store that was in use needs its -wal and -journal files beside it, in a folder you can write to."
        raise UsageError(f"{file.path} cannot be read ({error}).", hint) from None
    except sqlite3.DatabaseError as error:
        raise UsageError(f"{file.path} is no SQLite database, or a damaged one ({error}).") from None
    if versions != [SCHEMA]:
        raise UsageError(wrong_schema(str(file.path), versions))


def _is_locked(error: sqlite3.OperationalError) -> bool:
    return "locked" in str(error) or "busy" in str(error)


def _locked(file: SqliteFile) -> Unreachable:
    return Unreachable(f"{file.path} is locked by a program that writes to it.", "Try again, or copy it.")


def wrong_schema(name: str, versions: Sequence[object]) -> str:
    """What is wrong with a store of another version."""
    found = f"is of schema version {versions[0]}" if versions else "does not tell its schema version"
    return f"The ML Metadata in {name} {found}; kfpops reads version {SCHEMA} (ml-metadata 1.14 to 1.17, as KFP 2 has it)."


@contextmanager
def _translated(file: SqliteFile) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if _is_locked(error):
            raise _locked(file) from None
        raise BadAnswer(f"{file.path} cannot be read as ML Metadata ({error}).") from None
    except sqlite3.DatabaseError as error:
        raise BadAnswer(f"{file.path} is damaged ({error}).") from None
