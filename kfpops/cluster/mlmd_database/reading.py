"""Rows of artifacts, executions, contexts and events by their ids, each found through an index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from kfpops.cluster.mlmd_database.database import Database, chunks, marks, text
from kfpops.cluster.mlmd_database.properties import COLUMNS, properties_of
from kfpops.knowledge.mlmd import (
    ARTIFACT_STATES,
    EVENT_KINDS,
    EVENT_TYPES,
    EXECUTION_STATES,
    Row,
    moment,
    word,
)
from kfpops.model.lineage import Event

_TIMES = "create_time_since_epoch, last_update_time_since_epoch"
TypeKind: TypeAlias = Literal["execution", "artifact", "context"]
# TypeKind of ml_metadata/metadata_store/types.h.
_TYPE_KINDS: Final[dict[TypeKind, int]] = {"execution": 0, "artifact": 1, "context": 2}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of nodes, the one of their properties, and that one's column for the node."""

    name: str
    columns: str
    properties: str
    key: str
    states: tuple[str, ...] = ()


ARTIFACT: Final = Table(
    "Artifact", f"id, type_id, name, {_TIMES}, state, uri", "ArtifactProperty", "artifact_id", ARTIFACT_STATES
)
EXECUTION: Final = Table(
    "Execution", f"id, type_id, name, {_TIMES}, last_known_state", "ExecutionProperty", "execution_id", EXECUTION_STATES
)
CONTEXT: Final = Table("Context", f"id, type_id, name, {_TIMES}", "ContextProperty", "context_id")

_KINDS_OF_EVENTS: Final = {n: EVENT_KINDS[w] for n, w in enumerate(EVENT_TYPES) if w in EVENT_KINDS}


class Reader:
    """Reads by id. The few types are read once, and again when a row has a new one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._types: dict[int, tuple[int, str]] = {}

    def rows(self, table: Table, ids: Sequence[int]) -> list[Row]:
        """In the order of `ids`; those that are not there are left out."""
        found = {row.id: row for some in chunks(ids) for row in self._found(table, "id", some)}
        return [found[i] for i in ids if i in found]

    def artifacts_at(self, uris: Sequence[str]) -> list[Row]:
        """Those with one of these URIs, by id. MySQL also gives some with another case, or with spaces behind."""
        found = {row.id: row for some in chunks(uris) for row in self._found(ARTIFACT, "uri", some)}
        return [found[i] for i in sorted(found)]

    def type_ids(self, kind: TypeKind, *names: str) -> list[int]:
        """The types that are called so; a type may have several versions."""
        self._read_types()
        return sorted(id for id, known in self._types.items() if known[0] == _TYPE_KINDS[kind] and known[1] in names)

    def events(self, column: Literal["artifact_id", "execution_id"], ids: Sequence[int]) -> list[Event]:
        """In the order in which they were written. `port` is the first key of the event's path."""
        heads: dict[int, tuple[Any, ...]] = {}
        ports: dict[int, str] = {}
        for some in chunks(ids):
            rows = self._database.rows(
                "SELECT e.id, e.artifact_id, e.execution_id, e.type, e.milliseconds_since_epoch, p.step_key"
                f" FROM Event e LEFT JOIN EventPath p ON p.event_id = e.id WHERE e.{column} IN {marks(some)}",
                some,
            )
            for row in rows:
                heads.setdefault(row[0], row)
                if row[5]:
                    ports.setdefault(row[0], text(row[5]))
        return _events([heads[id] for id in sorted(heads)], ports)

    def _found(self, table: Table, column: Literal["id", "uri"], some: Sequence[object]) -> list[Row]:
        own = self._database.rows(f"SELECT {table.columns} FROM {table.name} WHERE {column} IN {marks(some)}", some)
        values = self._properties(table, [row[0] for row in own])
        return [self._row(table, row, values[row[0]]) for row in own]

    def _properties(self, table: Table, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        rows: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for some in chunks(ids):
            statement = f"SELECT {table.key}, {COLUMNS} FROM {table.properties} WHERE {table.key} IN {marks(some)}"
            for owner, *rest in self._database.rows(statement, some):
                rows[owner].append(tuple(rest))
        return defaultdict(dict, {owner: properties_of(own) for owner, own in rows.items()})

    def _row(self, table: Table, row: tuple[Any, ...], properties: dict[str, Any]) -> Row:
        id, type_id, name, created, updated, state, uri = (*row, None, None)[:7]
        if type_id not in self._types:
            self._read_types()
            # A type that nobody has described stays nameless, and is not asked for again.
            self._types.setdefault(type_id, (-1, ""))
        return Row(
            id=id,
            type=self._types[type_id][1],
            name=text(name),
            uri=text(uri),
            state=word(table.states, state),
            created_ms=created or 0,
            updated_ms=updated or 0,
            properties=properties,
        )

    def _read_types(self) -> None:
        known = self._database.rows("SELECT id, type_kind, name FROM Type")
        self._types.update((id, (kind, text(name))) for id, kind, name in known)


def _events(rows: Sequence[tuple[Any, ...]], ports: Mapping[int, str]) -> list[Event]:
    """Without those that are neither inputs nor outputs. Texts that stand in many events are held once."""
    once: dict[str, str] = {}
    events = []
    for id, artifact, execution, type, at, _ in rows:
        kind = _KINDS_OF_EVENTS.get(type)
        if kind is not None:
            artifact_id, execution_id = str(artifact), str(execution)
            artifact_id, execution_id = (
                once.setdefault(artifact_id, artifact_id),
                once.setdefault(execution_id, execution_id),
            )
            port = once.setdefault(ports.get(id, ""), ports.get(id, ""))
            events.append(Event(artifact_id, execution_id, kind, port, moment(at or 0)))
    return events
