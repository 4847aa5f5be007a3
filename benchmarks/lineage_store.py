"""A generated ML Metadata store of KFP's shape, in SQLite or MariaDB, with one closure in it whose size is known.

At scale 1 it has 100,000 runs of ten executions and ten artifacts each, and ten events for each artifact: 10⁶ artifacts, 10⁷
events. The schema is made by the real C++ store, the rows by SQL. `python -m benchmarks.lineage_store FILE|mysql://… SCALE`;
a scale of 0 drops a server's database.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from benchmarks.lineage_closure import Closure, insert_closure, runs_of
from benchmarks.lineage_shape import EVENTS, HELPERS, STATEMENTS, TYPES

_BATCH = 5_000


class Sql(Protocol):
    """A connection that one program writes through; `?` stands for a value."""

    def run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]: ...

    def many(self, statement: str, rows: Sequence[Sequence[object]]) -> None: ...

    def without_indexes(self) -> list[str]:
        """Drops what is not unique; gives the statements that bring it back."""
        ...

    def done(self) -> None: ...


class Sqlite:
    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1500000", "locking_mode = EXCLUSIVE"):
            self._connection.execute(f"PRAGMA {pragma}")

    def run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement, tuple(values)).fetchall()

    def many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        self._connection.execute("BEGIN")
        self._connection.executemany(statement, rows)
        self._connection.execute("COMMIT")

    def without_indexes(self) -> list[str]:
        known = self.run("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        for name, _ in known:
            self.run(f"DROP INDEX {name}")
        return [sql for _, sql in known]

    def done(self) -> None:
        self._connection.close()


class Mysql:
    """A database of its own on a MySQL or MariaDB server, made anew."""

    def __init__(self, url: str) -> None:
        import pymysql

        at = urlsplit(url)
        self.database = at.path.removeprefix("/")
        self._connection = pymysql.connect(
            host=at.hostname, port=at.port or 3306, user=at.username, password=unquote(at.password or ""), charset="utf8mb4"
        )
        self.run(f"USE {self.database}")
        self.run("SET SESSION sql_mode = 'PIPES_AS_CONCAT', unique_checks = 0, foreign_key_checks = 0")

    def run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement.replace("?", "%s") if values else statement, tuple(values) or None)
            found = list(cursor.fetchall())
        self._connection.commit()
        return found

    def many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(statement.replace("?", "%s"), rows)
        self._connection.commit()

    def without_indexes(self) -> list[str]:
        known = self.run(
            "SELECT table_name, index_name, GROUP_CONCAT(column_name || COALESCE('(' || sub_part || ')', '') ORDER BY"
            " seq_in_index) FROM information_schema.statistics WHERE table_schema = DATABASE() AND non_unique = 1"
            " GROUP BY table_name, index_name"
        )
        back: dict[str, list[str]] = {}
        for table, index, columns in known:
            self.run(f"ALTER TABLE {table} DROP INDEX {index}")
            back.setdefault(table, []).append(f"ADD INDEX {index} ({columns})")
        return [f"ALTER TABLE {table} {', '.join(added)}" for table, added in back.items()]

    def done(self) -> None:
        self._connection.close()


@dataclass(frozen=True, slots=True)
class Made:
    """`start`: the artifact whose closure upwards is known."""

    closure: Closure
    runs: int
    seconds: float


def make_sqlite(path: Path, scale: float) -> Made:
    _schema(path=path)
    return _fill(Sqlite(path), scale)


def make_mysql(url: str, scale: float) -> Made:
    """The database is dropped first, if it is there."""
    server(url, "DROP DATABASE IF EXISTS {0}", "CREATE DATABASE {0} CHARACTER SET utf8mb4")
    _schema(url=url)
    return _fill(Mysql(url), scale)


def server(url: str, *statements: str) -> None:
    """Statements to the server itself; `{0}` is the name of the URL's database."""
    import pymysql

    at = urlsplit(url)
    connection = pymysql.connect(
        host=at.hostname, port=at.port or 3306, user=at.username, password=unquote(at.password or "")
    )
    with connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(at.path.removeprefix("/")))


def _schema(path: Path | None = None, url: str = "") -> None:
    from ml_metadata.metadata_store import metadata_store
    from ml_metadata.proto import metadata_store_pb2 as messages

    config = messages.ConnectionConfig()
    if path is not None:
        config.sqlite.filename_uri = str(path)
        config.sqlite.connection_mode = messages.SqliteMetadataSourceConfig.READWRITE_OPENCREATE
    else:
        at = urlsplit(url)
        config.mysql.host, config.mysql.port = at.hostname or "", at.port or 3306
        config.mysql.user, config.mysql.password = at.username or "", unquote(at.password or "")
        config.mysql.database = at.path.removeprefix("/")
    store = metadata_store.MetadataStore(config)
    for kind, names in TYPES.items():
        for name in names:
            getattr(store, f"put_{kind}_type")(getattr(messages, f"{kind.title()}Type")(name=name))


def _fill(sql: Sql, scale: float) -> Made:
    began, runs = time.perf_counter(), runs_of(scale)
    types: Mapping[str, int] = {name: id for id, name in sql.run("SELECT id, name FROM Type")}
    closure = Closure.within(runs)
    back = sql.without_indexes()
    for table, (columns, rows) in HELPERS.items():
        sql.run(f"CREATE TABLE {table} ({', '.join(columns)})")
        names = [column.split()[0] for column in columns]
        sql.many(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", rows(types))
    sql.run("CREATE TABLE bench_run (r INTEGER PRIMARY KEY, closed INTEGER)")
    sql.many("INSERT INTO bench_run (r, closed) VALUES (?, ?)", [(r, int(r in closure.runs)) for r in range(runs)])
    # All of a few runs, then the next: rows come into each table nearly in the order of its key.
    for low, high in _batches(runs):
        for statement in STATEMENTS:
            sql.run(statement.format(within=f"r >= {low} AND r < {high}", **_ids(types)))
    insert_closure(sql.many, types, closure)
    for table in ("bench_run", *HELPERS):
        sql.run(f"DROP TABLE {table}")
    for statement in back:
        sql.run(statement)
    sql.done()
    return Made(closure, runs, time.perf_counter() - began)


def _ids(types: Mapping[str, int]) -> dict[str, int]:
    """Type ids by the last word of their names, in small letters."""
    return {name.removeprefix("system.").lower(): id for name, id in types.items() if name.startswith("system.")}


def _batches(runs: int) -> Iterator[tuple[int, int]]:
    for low in range(0, runs, _BATCH):
        yield low, min(low + _BATCH, runs)


def main() -> None:
    where, scale = sys.argv[1], float(sys.argv[2])
    if not scale:
        server(where, "DROP DATABASE IF EXISTS {0}")
        return
    made = make_mysql(where, scale) if where.startswith("mysql") else make_sqlite(Path(where), scale)
    print(f"{made.runs * 10:,} artifacts, about {made.runs * EVENTS:,} events in {made.seconds:.0f} s")


if __name__ == "__main__":
    main()
