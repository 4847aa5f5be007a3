"""`sqlite:///FILE` and `mysql://user:password@host:port/database` → where a database lies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from kfpops.errors import UsageError

MYSQL_PORT: Final = 3306
_MYSQL = frozenset({"mysql", "mysql+pymysql", "mariadb", "mariadb+pymysql"})
_FILES = frozenset({"ssl_ca", "ssl_cert", "ssl_key"})
# Written by tools that take the same URL; the connection always speaks utf8mb4.
_IGNORED = frozenset({"charset"})
_FORMS = "Write mysql://user:password@host:port/database, or sqlite:///FILE (sqlite:////… for an absolute path)."
_ENCODE = "Special characters of the password must be percent-encoded: @ is %40, / is %2F, # is %23, ? is %3F. "


@dataclass(frozen=True, slots=True)
class SqliteFile:
    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class MysqlServer:
    """`user` "": as the driver chooses. `tls`: files by the driver's names (`ssl_ca` …); empty: no TLS is asked for."""

    host: str
    port: int
    database: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Host and database, all that may be shown."""
        port = "" if self.port == MYSQL_PORT else f":{self.port}"
        return f"{self.host}{port}/{self.database}"


Address: TypeAlias = SqliteFile | MysqlServer


def parse_address(url: str) -> Address:
    """Raises `UsageError`, which never quotes the URL: a piece of a password may stand anywhere in a wrong one."""
    scheme = url.partition(":")[0].lower()
    if scheme == "sqlite":
        return _sqlite(url)
    if scheme in _MYSQL:
        return _mysql(url)
    known = "only SQLite, MySQL and MariaDB can be read"
    said = f"{scheme}: {known}" if re.match(r"[a-z][a-z0-9+]{0,30}://", url, re.IGNORECASE) else known
    raise UsageError(f"--metadata-db names no database that kfpops reads ({said}).", _FORMS)


def _sqlite(url: str) -> SqliteFile:
    """Three slashes, then the path as it is: nothing in it is decoded."""
    slashes, path = url[len("sqlite:") :][:3], url[len("sqlite:///") :]
    if slashes != "///" or path in ("", "/", ":memory:"):
        raise UsageError("--metadata-db names no SQLite file.", _FORMS)
    return SqliteFile(Path(path).expanduser())


def _mysql(url: str) -> MysqlServer:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or MYSQL_PORT
    except ValueError:
        # Its text quotes what it could not read: a piece of the password.
        raise UsageError("--metadata-db is no URL of a database.", _ENCODE + _FORMS) from None
    database = unquote(parts.path.removeprefix("/"))
    if parts.fragment or "/" in database or "@" in database:
        raise UsageError("--metadata-db is no URL of a database.", _ENCODE + _FORMS)
    if not host or not database:
        raise UsageError(f"--metadata-db names no {'database' if host else 'host'}.", _FORMS)
    return MysqlServer(host, port, database, unquote(parts.username or ""), unquote(parts.password or ""), _tls(parts))


def _tls(parts: SplitResult) -> tuple[tuple[str, str], ...]:
    options = parse_qsl(parts.query, keep_blank_values=True)
    if any(name not in _FILES | _IGNORED for name, _ in options):
        raise UsageError(f"--metadata-db has an option that kfpops does not know; it knows {', '.join(sorted(_FILES))}.")
    return tuple(sorted((name, value) for name, value in options if name in _FILES))
