"""Rows of ML Metadata in JSON form → rows of the tables of its database (schema version 10)."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

Json = dict[str, Any]

# Enums of metadata_store.proto, as the database holds them.
ARTIFACT_STATES = {
    "UNKNOWN": 0,
    "PENDING": 1,
    "LIVE": 2,
    "MARKED_FOR_DELETION": 3,
    "DELETED": 4,
    "ABANDONED": 5,
    "REFERENCE": 6,
}
EXECUTION_STATES = {"UNKNOWN": 0, "NEW": 1, "RUNNING": 2, "COMPLETE": 3, "FAILED": 4, "CACHED": 5, "CANCELED": 6}
EVENTS = {"UNKNOWN": 0, "DECLARED_OUTPUT": 1, "DECLARED_INPUT": 2, "INPUT": 3, "OUTPUT": 4}
EVENTS |= {"INTERNAL_INPUT": 5, "INTERNAL_OUTPUT": 6, "PENDING_OUTPUT": 7}
_TYPE_KINDS = {"execution_types": 0, "artifact_types": 1, "context_types": 2}


def tables(rows: Mapping[str, list[Json]]) -> dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]:
    times = ("create_time_since_epoch", "last_update_time_since_epoch")
    types = [(int(r["id"]), r["name"], number) for kind, number in _TYPE_KINDS.items() for r in rows[kind]]

    def own(kind: str, *more: Any) -> list[tuple[Any, ...]]:
        return [
            (int(r["id"]), int(r["type_id"]), r.get("name"), *(f(r) for f in more), *(int(r.get(t, 0)) for t in times))
            for r in rows[kind]
        ]

    events = list(enumerate(rows["events"], 1))
    made: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {
        "Type": (("id", "name", "type_kind"), types),
        "Artifact": (
            ("id", "type_id", "name", "uri", "state", *times),
            own("artifacts", lambda r: r.get("uri"), lambda r: ARTIFACT_STATES.get(r.get("state", ""))),
        ),
        "Execution": (
            ("id", "type_id", "name", "last_known_state", *times),
            own("executions", lambda r: EXECUTION_STATES.get(r.get("last_known_state", ""))),
        ),
        "Context": (("id", "type_id", "name", *times), own("contexts")),
        "Event": (
            ("id", "artifact_id", "execution_id", "type", "milliseconds_since_epoch"),
            [
                (n, int(e["artifact_id"]), int(e["execution_id"]), EVENTS[e["type"]], int(e["milliseconds_since_epoch"]))
                for n, e in events
            ],
        ),
        "EventPath": (
            ("event_id", "is_index_step", "step_index", "step_key"),
            [
                (n, int("index" in s), int(s["index"]) if "index" in s else None, s.get("key"))
                for n, e in events
                for s in e.get("path", {}).get("steps", ())
            ],
        ),
        "Association": (
            ("context_id", "execution_id"),
            [(p["context_id"], p["execution_id"]) for p in rows["associations"]],
        ),
        "Attribution": (("context_id", "artifact_id"), [(p["context_id"], p["artifact_id"]) for p in rows["attributions"]]),
        "ParentContext": (
            ("context_id", "parent_context_id"),
            [(p["child_id"], p["parent_id"]) for p in rows["parent_contexts"]],
        ),
    }
    for noun in ("artifact", "execution", "context"):
        columns = (f"{noun}_id", "name", "is_custom_property", *_VALUES)
        made[f"{noun.title()}Property"] = (columns, list(_properties(rows[f"{noun}s"])))
    return made


_VALUES = ("int_value", "double_value", "string_value", "bool_value")


def _properties(rows: Iterable[Json]) -> Iterable[tuple[Any, ...]]:
    for row in rows:
        for custom, kind in ((0, "properties"), (1, "custom_properties")):
            for name, value in row.get(kind, {}).items():
                yield (int(row["id"]), name, custom, *(_column(value, column) for column in _VALUES))


def _column(value: Json, column: str) -> Any:
    if column == "string_value" and "struct_value" in value:
        return _struct(value["struct_value"])
    found = value.get(column)
    return int(found) if column == "int_value" and found is not None else found


def _struct(document: Any) -> str:
    """As the C++ store keeps a struct: a text of its own kind, ml_metadata/util/struct_utils.cc."""
    from google.protobuf import struct_pb2
    from google.protobuf.json_format import ParseDict

    # A list can only come from a hand-made row: KFP's structs are objects.
    message = ParseDict(document if isinstance(document, dict) else {"list": document}, struct_pb2.Struct())
    return "mlmd-struct::" + base64.b64encode(message.SerializeToString(deterministic=True)).decode()
