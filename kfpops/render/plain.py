"""Report values → what JSON and YAML both know: dicts, lists, text, numbers, null."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone


def rfc3339(at: datetime) -> str:
    """UTC with a `Z`; fractions of a second only where there are some. A time without a zone is taken as UTC."""
    known = at.replace(tzinfo=timezone.utc) if at.tzinfo is None else at.astimezone(timezone.utc)
    return known.isoformat().replace("+00:00", "Z")


def plain(value: object) -> object:
    """Times become RFC 3339 text, tuples lists; floats that are whole become integers, so that 3600.0 reads 3600.

    Raises TypeError for any other kind of value: a report is made of data.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return int(value) if value.is_integer() else value
        case datetime():
            return rfc3339(value)
        case Mapping():
            return {str(k): plain(v) for k, v in value.items()}
        case tuple() | list():
            return [plain(v) for v in value]
        case _:
            raise TypeError(f"a report cannot hold a {type(value).__name__}")
