"""The checkpoint's file: opened by one alone, brought to the newest schema, set aside when it is damaged."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from kfpops.errors import KfpopsError, UsageError
from kfpops.exporter.checkpoint.held import Held
from kfpops.exporter.checkpoint.schema import STEPS
from kfpops.exporter.checkpoint.sums import read_series, settle_shapes
from kfpops.exporter.checkpoint.unwritable import damaged, unwritable
from kfpops.metrics.family import Family, Series

APPLICATION: Final = 0x6B66706F
"""SQLite's application_id of a checkpoint ("kfpo"): no other program's database is taken for one."""


class Opened(NamedTuple):
    """`held`: all series of the families. `number`: the highest of a series. `told`: what is to be said, in sentences."""

    database: sqlite3.Connection
    held: dict[Series, Held]
    number: int
    told: tuple[str, ...]


def opened(path: Path, families: Mapping[str, Family]) -> Opened:
    """A connection that is ready, and what it holds. The caller holds the lock.

    Raises `UsageError` for a file that is no checkpoint or one of a newer version, `Unwritable` when it cannot be made.
    """
    try:
        return _ready(path, families)
    except sqlite3.DatabaseError as error:
        if not damaged(error):
            raise _cannot(path, error) from error
    aside = _set_aside(path)
    told = (
        f"The checkpoint {path} is damaged and was set aside as {aside}. "
        "Counting begins anew from what KFP still has: counters start again, runs that were deleted are not in them."
    )
    try:
        found = _ready(path, families)
        return found._replace(told=(told, *found.told))
    except sqlite3.DatabaseError as error:
        raise _cannot(path, error) from error


def _ready(path: Path, families: Mapping[str, Family]) -> Opened:
    # The transactions are said aloud here, and threads take turns by the checkpoint's own lock.
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
    try:
        _settle(database)
        _check(path, database)
        _migrate(database)
        told = settle_shapes(database, families)
        held, number = read_series(database, families)
        return Opened(database, held, number, told)
    except (msgspec.DecodeError, struct.error) as error:
        database.close()
        raise sqlite3.DatabaseError(f"malformed: {error}") from error
    except BaseException:
        database.close()
        raise


def _settle(database: sqlite3.Connection) -> None:
    """How SQLite is to work. Pages of 1 KB: ids of runs are spread evenly, so that each one rewrites a page of its own."""
    database.execute("PRAGMA page_size = 1024")
    # Alone, and without a file of shared memory, which volumes of a network do not have.
    database.execute("PRAGMA locking_mode = EXCLUSIVE")
    database.execute("PRAGMA journal_mode = WAL")
    # What was shown must not be forgotten with the power, so every commit is on the disk.
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA wal_autocheckpoint = 8000")
    database.execute("PRAGMA journal_size_limit = 16777216")
    database.execute("PRAGMA cache_size = -16000")


def _check(path: Path, database: sqlite3.Connection) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION and (tables or version or application):
        raise UsageError(f"{path} is another program's database, not a checkpoint.", "Name another file with --checkpoint.")
    if version > len(STEPS):
        message = f"The checkpoint {path} is of a newer kfpops (schema {version}, this one knows {len(STEPS)})."
        raise UsageError(message, "Run that version, or give this one a checkpoint of its own.")
    (fault,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if fault != "ok":
        raise sqlite3.DatabaseError(f"malformed: {fault}")


def _migrate(database: sqlite3.Connection) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    for number, step in enumerate(STEPS[version:], start=version + 1):
        database.execute("BEGIN IMMEDIATE")
        for statement in step:
            database.execute(statement)
        database.execute(f"PRAGMA application_id = {APPLICATION}")
        database.execute(f"PRAGMA user_version = {number}")
        database.execute("COMMIT")


def _set_aside(path: Path) -> Path:
    """Database first: SQLite throws away a log without one, so a kill in between does no harm."""
    number = 1
    while (aside := path.with_name(f"{path.name}.corrupt-{number}")).exists():
        number += 1
    try:
        path.rename(aside)
        log = path.with_name(f"{path.name}-wal")
        if log.exists():
            log.rename(aside.with_name(f"{aside.name}-wal"))
    except OSError as error:
        raise UsageError(f"The checkpoint {path} is damaged and cannot be set aside: {error.strerror}.") from error
    return aside


def _cannot(path: Path, error: sqlite3.Error) -> KfpopsError:
    if "unable to open" in str(error):
        return UsageError(f"The checkpoint {path} cannot be opened.", "Name a file that can be written with --checkpoint.")
    if "locked" in str(error):
        return UsageError(f"Another program has the checkpoint {path} open.", "Close it.")
    return unwritable(path, error)
