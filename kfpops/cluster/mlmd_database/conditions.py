"""What a query asks for, as conditions on rows of `Artifact` and `Execution`."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from kfpops.cluster.mlmd_database.database import SQLITE, Dialect, marks
from kfpops.cluster.mlmd_database.search import Condition
from kfpops.model.lineage import ArtifactQuery, PropertyTest

# Texts that may stand for a truth, or for a number that is not finite.
_WORDS = frozenset({"true", "false", "NaN", "Infinity", "-Infinity"})
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def of_types(table: str, ids: Sequence[int]) -> Condition:
    within = f"type_id IN {marks(ids)}"
    return Condition(f"a.{within}", tuple(ids), f"SELECT id FROM {table} WHERE {within}", tuple(ids))


def below(prefix: str, dialect: Dialect) -> Condition:
    """At least the URIs that begin so.

    In SQLite a range, as LIKE uses no index there. In MySQL LIKE: there a range goes by a collation, in which é is e.
    """
    where = "uri >= ? AND uri < ?" if dialect is SQLITE else "uri LIKE ? ESCAPE '!'"
    values = (prefix, after(prefix)) if dialect is SQLITE else (_like(prefix) + "%",)
    return Condition(where, values, f"SELECT id FROM Artifact WHERE {where}", values)


def after(prefix: str) -> str:
    """The first text behind all that begin with this one, where texts are ordered by their characters' numbers."""
    last = ord(prefix[-1])
    if last == 0x10FFFF:
        return after(prefix[:-1]) if len(prefix) > 1 else prefix + prefix[-1]
    # What stands between is reserved for surrogates: no text has it.
    return prefix[:-1] + chr(0xE000 if last == 0xD7FF else last + 1)


def named(part: str) -> list[Condition]:
    """A part of the display name, or of the artifact's own where it has none. No index helps.

    LIKE knows capitals of ASCII only, so the longest ASCII piece is asked for: the caller looks at the rest.
    """
    piece = max(re.findall(r"[ -~]+", part), key=len, default="")
    if not piece:
        return []
    like = f"%{_like(piece)}%"
    shown = "SELECT 1 FROM ArtifactProperty p WHERE p.artifact_id = a.id AND p.name = 'display_name'"
    return [Condition(f"a.name LIKE ? ESCAPE '!' OR EXISTS ({shown} AND p.string_value LIKE ? ESCAPE '!')", (like, like))]


def tested(test: PropertyTest) -> Condition:
    """At least what passes."""
    own = "SELECT 1 FROM ArtifactProperty p WHERE p.artifact_id = a.id AND p.name = ?"
    if test.operator == "!=" or not _tellable(test.value):
        return Condition(f"EXISTS ({own})", (test.name,))
    columns = ("string_value",) if isinstance(test.value, str) else ("double_value", "int_value")
    either = " OR ".join(f"p.{column} {test.operator} ?" for column in columns)
    values = (test.value,) * len(columns)
    select = "SELECT artifact_id FROM ArtifactProperty WHERE name = ? AND is_custom_property IN (0, 1)"
    ids = " UNION ALL ".join(f"{select} AND {column} {test.operator} ?" for column in columns)
    return Condition(f"EXISTS ({own} AND ({either}))", (test.name, *values), ids, (test.name, test.value) * len(columns))


def _tellable(value: float | str) -> bool:
    """Whether the value stands in one column only, as it is."""
    return value not in _WORDS and "\ufffd" not in value if isinstance(value, str) else math.isfinite(value)


def made_between(query: ArtifactQuery) -> list[Condition]:
    """Both ends belong to it."""
    bounds = []
    if query.since:
        bounds.append(("create_time_since_epoch >= ?", milliseconds(query.since)))
    if query.until:
        bounds.append(("create_time_since_epoch <= ?", milliseconds(query.until)))
    if not bounds:
        return []
    where, values = " AND ".join(text for text, _ in bounds), tuple(value for _, value in bounds)
    return [Condition(where, values, f"SELECT id FROM Artifact WHERE {where}", values)]


def made_before(at: datetime) -> Condition:
    """Strictly. No ids: nearly all executions are older than the one that asks."""
    return Condition("a.create_time_since_epoch < ?", (-((_EPOCH - at) // timedelta(milliseconds=1)),))


def has_text(name: str, value: str) -> Condition:
    """Executions with this text as a property."""
    own = "p.name = ? AND p.is_custom_property IN (0, 1) AND p.string_value = ?"
    return Condition(
        f"EXISTS (SELECT 1 FROM ExecutionProperty p WHERE p.execution_id = a.id AND {own})",
        (name, value),
        f"SELECT p.execution_id FROM ExecutionProperty p WHERE {own}",
        (name, value),
    )


def in_context(id: int) -> Condition:
    return Condition(
        "EXISTS (SELECT 1 FROM Association s WHERE s.context_id = ? AND s.execution_id = a.id)",
        (id,),
        "SELECT execution_id FROM Association WHERE context_id = ?",
        (id,),
    )


def _like(words: str) -> str:
    """As a part of a LIKE with ESCAPE '!'."""
    return re.sub(r"([%_!])", r"!\1", words)


def milliseconds(at: datetime) -> int:
    """Since 1970, rounded down."""
    return (at - _EPOCH) // timedelta(milliseconds=1)
