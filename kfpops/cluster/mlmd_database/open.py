"""A URL → a database of ML Metadata."""

from __future__ import annotations

from kfpops.cluster.mlmd_database.address import MysqlServer, SqliteFile, parse_address
from kfpops.cluster.mlmd_database.lineage import DatabaseLineage
from kfpops.cluster.mlmd_database.mysql import MysqlDatabase
from kfpops.cluster.mlmd_database.sqlite import SqliteDatabase


def open_database(url: str, *, timeout: float = 30.0) -> DatabaseLineage:
    """ports.Lineage. `timeout` in seconds, of one query.

    Raises `UsageError` for a wrong URL, and for a file that is missing or not ML Metadata's; a server is asked later.
    """
    match parse_address(url):
        case SqliteFile() as file:
            return DatabaseLineage(SqliteDatabase(file, timeout=timeout))
        case MysqlServer() as server:
            return DatabaseLineage(MysqlDatabase(server, timeout=timeout))
