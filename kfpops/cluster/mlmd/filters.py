"""What of a query a server can filter, as a `filter_query` of ML Metadata. It lets through at least what was asked for.

The server turns the text into SQL and leaves backslashes to its database, so that quoting means one thing in SQLite and
another in MySQL. Hence only texts of harmless letters go into a filter at all; what others would keep out, the caller does.
An integer is compared with integers only: MySQL knows no type FLOAT64, to which the server would convert.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Final

from kfpops.knowledge.lineage_query import type_names
from kfpops.knowledge.mlmd import CONTAINER
from kfpops.model.lineage import ArtifactQuery, ExecutionQuery, PropertyTest

_HARMLESS: Final = re.compile(r"[A-Za-z0-9 _.:/@=+,~#&?!()\[\]{}|;<>*-]*")
# `%` is harmless too, but not in LIKE, where a URI's own would only let more through.
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND: Final = timedelta(milliseconds=1)
_INT64: Final = 1 << 63
_WORDS: Final = frozenset({"true", "false", "NaN", "Infinity", "-Infinity"})
_COLUMNS: Final = ("int_value", "double_value", "string_value", "bool_value")


def literal(text: str) -> str | None:
    """A text in quotes; None when a server could misread it."""
    return f"'{text}'" if _HARMLESS.fullmatch(text) else None


def one_of(field: str, texts: Iterable[str]) -> str:
    """`field IN (…)` of harmless texts."""
    quoted = ", ".join(f"'{text}'" for text in texts)
    return f"{field} IN ({quoted})"


def artifact_filters(query: ArtifactQuery) -> Sequence[str]:
    """Filters whose answers together hold all that is asked for: a property may be a custom or a typed one."""
    own = [*_type(query.type), *_uri(query.uri_prefix), *_span(query.since, query.until)]
    for test in query.properties:
        if _NAME.fullmatch(test.name):
            # Naming a property leaves out artifacts without it, also under OR. One test is enough, the caller does the rest.
            return [" AND ".join([*own, _property(test, kind)]) for kind in ("custom_properties", "properties")]
    return [" AND ".join(own)]


def execution_filter(query: ExecutionQuery, pipeline_id: int | None) -> str:
    """`pipeline_id`: the id of the context that `query.pipeline` means."""
    parts = [f"type = '{CONTAINER}'"]
    if pipeline_id is not None:
        parts.append(f"contexts_a.id = {pipeline_id}")
    for name, text in (("task_name", query.task), ("cache_fingerprint", query.fingerprint)):
        if text and (quoted := literal(text)):
            parts.append(f"custom_properties.{name}.string_value = {quoted}")
    if query.before is not None:
        parts.append(f"create_time_since_epoch < {-((_EPOCH - query.before) // _MILLISECOND)}")
    return " AND ".join(parts)


def _type(type: str) -> list[str]:
    return [one_of("type", type_names(type))] if type and literal(type) else []


def _uri(prefix: str) -> list[str]:
    """As much of it as is harmless; `_` stands for any letter in LIKE."""
    found = _HARMLESS.match(prefix)
    return [f"uri LIKE '{found[0]}%'"] if found and found[0] else []


def _span(since: datetime | None, until: datetime | None) -> list[str]:
    parts = [f"create_time_since_epoch >= {(since - _EPOCH) // _MILLISECOND}"] if since else []
    return parts + ([f"create_time_since_epoch <= {(until - _EPOCH) // _MILLISECOND}"] if until else [])


def _property(test: PropertyTest, kind: str) -> str:
    name, value = f"{kind}.`{test.name}`", test.value
    parts = [f"{name}.{column} IS NOT NULL" for column in _COLUMNS]
    if isinstance(value, str):
        # Truths, and numbers that are not finite, read as these texts, but are none in the store.
        quoted = literal(value) if test.operator == "=" and value not in _WORDS else None
        parts = [f"{name}.string_value = {quoted}"] if quoted else parts
    elif test.operator != "!=" and math.isfinite(value):
        parts = _number(name, test.operator, float(value))
    return f"({' OR '.join(parts)})"


def _number(name: str, operator: str, value: float) -> list[str]:
    """The double as it is; the integer against the nearest integer on the right side of `value`."""
    bound = math.floor(value) if operator in (">", "<=") else math.ceil(value)
    parts = [f"{name}.double_value {operator} {value!r}"]
    if -_INT64 <= bound < _INT64 and (operator != "=" or bound == value):
        parts.append(f"{name}.int_value {operator} {bound}")
    elif operator != "=" and (bound > 0) == operator.startswith("<"):
        parts.append(f"{name}.int_value IS NOT NULL")
    return parts
