"""A MySQL or MariaDB server through PyMySQL, in a session that can only read."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import Any

from kfpops.cluster.mlmd_database.address import MysqlServer
from kfpops.cluster.mlmd_database.database import MYSQL, SCHEMA, Dialect
from kfpops.cluster.mlmd_database.sqlite import wrong_schema
from kfpops.errors import BadAnswer, Forbidden, KfpopsError, NotFound, Unreachable, UsageError

_log = logging.getLogger(__name__)

_CONNECT_TIMEOUT = 10.0
# Error numbers of MySQL's and MariaDB's reference: server (1000 and 3000), client (2000).
_REFUSED = frozenset({1044, 1045, 1142, 1143, 1227, 1698})
_NO_DATABASE = 1049
_NO_TABLE = frozenset({1054, 1146})
_TOO_LONG = frozenset({1969, 3024})
_BROKEN_OFF = frozenset({0, 2006, 2013, 2014, 2055})


class MysqlDatabase:
    """Connects when it is first asked, and again after the connection broke. Raises `UsageError` without PyMySQL."""

    def __init__(self, server: MysqlServer, *, timeout: float) -> None:
        if find_spec("pymysql") is None:
            raise UsageError("Reading a MySQL database needs PyMySQL.", "pip install 'kfpops[mysql]'")
        self._server = server
        self._timeout = timeout
        self._lock = threading.Lock()
        self._connection: Any = None

    @property
    def dialect(self) -> Dialect:
        return MYSQL

    def __str__(self) -> str:
        return str(self._server)

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        began = time.monotonic()
        with self._lock, self._translated():
            if self._connection is None:
                self._connection = _connected(self._server, self._timeout)
            found = _fetch(self._connection, statement.replace("?", "%s"), values)
        _log.debug("%d rows in %.1f ms: %.100s", len(found), (time.monotonic() - began) * 1000, statement)
        return found

    def close(self) -> None:
        with self._lock:
            self._drop()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The driver's errors as ours. Their texts are not passed on: some quote what was sent."""
        import pymysql

        try:
            yield
        except pymysql.err.MySQLError as error:
            number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
            self._drop()
            raise _error(self._server, number, self._timeout) from None
        except RuntimeError:
            self._drop()
            # PyMySQL's for an authentication that it needs another package for.
            hint = "pip install 'PyMySQL[rsa]', or connect with TLS: …?ssl_ca=FILE."
            raise Unreachable(f"The database {self._server} asks for an encrypted password.", hint) from None
        except OSError as error:
            self._drop()
            raise Unreachable(f"The database {self._server} cannot be reached ({type(error).__name__}).") from None
        except KfpopsError:
            raise
        except Exception as error:
            # What PyMySQL raises on a greeting or an answer that is none depends on where its parser stumbles.
            self._drop()
            kind = type(error).__name__
            raise BadAnswer(f"What listens at {self._server} does not answer as MySQL does ({kind}).") from None

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()


def _connected(server: MysqlServer, timeout: float) -> Any:
    import pymysql

    connection = pymysql.connect(
        host=server.host,
        port=server.port,
        user=server.user or None,
        password=server.password,
        database=server.database,
        charset="utf8mb4",
        # Texts come as bytes: this adapter decodes them, also when they are no UTF-8.
        use_unicode=False,
        autocommit=True,
        connect_timeout=min(timeout, _CONNECT_TIMEOUT),
        read_timeout=timeout,
        write_timeout=timeout,
        **dict(server.tls),
    )
    _fetch(connection, "SET SESSION TRANSACTION READ ONLY")
    # A query that nobody waits for any more is ended by the server too.
    limit = f"max_statement_time = {timeout:.3f}" if "MariaDB" in connection.server_version else _milliseconds(timeout)
    with suppress(pymysql.err.MySQLError):
        _fetch(connection, f"SET SESSION {limit}")
    versions = [row[0] for row in _fetch(connection, "SELECT schema_version FROM MLMDEnv")]
    if versions != [SCHEMA]:
        connection.close()
        raise BadAnswer(wrong_schema(str(server), versions))
    return connection


def _milliseconds(timeout: float) -> str:
    return f"max_execution_time = {max(1, int(timeout * 1000))}"


def _fetch(connection: Any, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, tuple(values))
        return list(cursor.fetchall())


def _error(server: MysqlServer, number: int, timeout: float) -> NotFound | Unreachable:
    who = f"the user {server.user}" if server.user else "the user"
    if number in _REFUSED:
        hint = f"Check name and password, and that it may read: GRANT SELECT ON {server.database}.* TO …"
        return Forbidden(f"The database {server} refuses {who} ({number}).", hint, f"SELECT on {server.database}.*")
    if number == _NO_DATABASE:
        return NotFound(f"There is no database {server}.", "KFP calls ML Metadata's database metadb.")
    if number in _NO_TABLE:
        return BadAnswer(f"The database {server} does not hold ML Metadata.", "KFP calls ML Metadata's database metadb.")
    if number in _TOO_LONG:
        return Unreachable(f"The database {server} gave up a query after {timeout:g} s.", "Raise --request-timeout.")
    if number in _BROKEN_OFF:
        return Unreachable(
            f"The database {server} broke the connection off, or did not answer within {timeout:g} s ({number})."
        )
    return Unreachable(
        f"The database {server} cannot be reached or failed ({number}).", "Is the port-forward still running?"
    )
