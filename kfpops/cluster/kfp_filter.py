"""The `filter` of KFP's lists: JSON of backend/api/v2beta1/filter.proto. All predicates must hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TypeAlias

import msgspec

Predicate: TypeAlias = "dict[str, object]"


def filter_of(predicates: Sequence[Predicate]) -> tuple[tuple[str, str], ...]:
    """The query parameter; none without predicates."""
    return (("filter", msgspec.json.encode({"predicates": predicates}).decode()),) if predicates else ()


def one_of(key: str, values: Sequence[str]) -> Predicate:
    """A single value is asked for as such: KFP looks up a URI by its index only then."""
    if len(values) == 1:
        return {"operation": "EQUALS", "key": key, "stringValue": values[0]}
    return {"operation": "IN", "key": key, "stringValues": {"values": list(values)}}


def equals_number(key: str, number: int) -> Predicate:
    return {"operation": "EQUALS", "key": key, "intValue": number}


def contains(key: str, part: str) -> Predicate:
    """`%` and `_` in the part stand for anything: the answer may hold more."""
    return {"operation": "IS_SUBSTRING", "key": key, "stringValue": part}


def not_before(key: str, at: datetime) -> Predicate:
    """KFP keeps whole seconds, and cuts what stands behind them."""
    return _time("GREATER_THAN_EQUALS", key, at)


def not_after(key: str, at: datetime) -> Predicate:
    return _time("LESS_THAN_EQUALS", key, at)


def _time(operation: str, key: str, at: datetime) -> Predicate:
    stamp = at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"operation": operation, "key": key, "timestampValue": stamp}
