"""Stores for the tests of this package: SQLite files that the real C++ store made."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from kfpops.cluster.mlmd_database import open_database
from kfpops.cluster.mlmd_database.lineage import DatabaseLineage
from tests.mlmd_rows import Rows


def written(rows: Rows, folder: Path) -> DatabaseLineage:
    """These rows in a file of their own, opened."""
    return opened(rows.write(folder / "mlmd.db"))


def opened(path: Path) -> DatabaseLineage:
    return open_database(f"sqlite:///{path}", timeout=5)


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            database.execute(statement)
