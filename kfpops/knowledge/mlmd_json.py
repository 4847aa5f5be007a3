"""ML Metadata's messages in JSON, as bundles keep them (one a line) → rows. Field names: metadata_store.proto.

64-bit numbers stand as text or as numbers; a field of an unexpected form counts as absent. Ids are texts here: bundles of
KFP's own API hold UUIDs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar

import msgspec

from kfpops.knowledge.mlmd import EVENT_KINDS, EVENT_TYPES, Row, artifact_of, execution_of, finite, word
from kfpops.model.lineage import Artifact, EventKind, Execution, JsonValue

W = TypeVar("W")

_NOT_FINITE: Final = frozenset({"NaN", "Infinity", "-Infinity"})


class Thing(msgspec.Struct, frozen=True):
    """A type, an artifact, an execution or a context."""

    id: int | str
    type: str | None = None
    type_id: int | str | None = None
    name: str | None = None
    uri: str | None = None
    state: str | None = None
    last_known_state: str | None = None
    properties: object = None
    custom_properties: object = None
    create_time_since_epoch: int | None = None
    last_update_time_since_epoch: int | None = None


class Step(msgspec.Struct, frozen=True, gc=False):
    key: str | None = None


class Steps(msgspec.Struct, frozen=True, gc=False):
    steps: tuple[Step, ...] | None = None


class Link(msgspec.Struct, frozen=True, gc=False):
    """An event."""

    artifact_id: int | str
    execution_id: int | str
    type: int | str | None = None
    path: Steps | None = None
    milliseconds_since_epoch: int | None = None

    @property
    def kind(self) -> EventKind | None:
        """None for an event of a type that says neither in nor out."""
        named = word(EVENT_TYPES, self.type) if isinstance(self.type, int) else self.type or ""
        return EVENT_KINDS.get(named)

    @property
    def port(self) -> str:
        """KFP's events have one step with a key; others' may have indexes beside it."""
        steps = self.path.steps if self.path else None
        return next((step.key for step in steps or () if step.key), "")


class Pair(msgspec.Struct, frozen=True, gc=False):
    """A row of associations (context, execution), attributions (context, artifact) or parent_contexts (child, parent)."""

    context_id: int | str = ""
    artifact_id: int | str = ""
    execution_id: int | str = ""
    child_id: int | str = ""
    parent_id: int | str = ""


def decoder(kind: type[W]) -> msgspec.json.Decoder[W]:
    """Reads numbers that stand as text."""
    return msgspec.json.Decoder(kind, strict=False)


def read_line(reading: msgspec.json.Decoder[W], line: bytes | memoryview) -> W | None:
    """A line as a value; None when it cannot be read. Bytes that are no UTF-8 become U+FFFD."""
    try:
        return reading.decode(line)
    except UnicodeDecodeError:
        pass
    except (msgspec.DecodeError, RecursionError):
        return None
    try:
        return reading.decode(bytes(line).decode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        return None


def row_of(thing: Thing, types: Mapping[str, str]) -> Row:
    """`types`: names of types by id, for rows of servers that give no names. The id is 0 when it is no number."""
    id = str(thing.id)
    return Row(
        id=int(id) if id.isdecimal() else 0,
        type=thing.type or types.get(str(thing.type_id), ""),
        name=thing.name or "",
        uri=thing.uri or "",
        state=thing.state or thing.last_known_state or "",
        created_ms=thing.create_time_since_epoch or 0,
        updated_ms=thing.last_update_time_since_epoch or 0,
        properties={**_values(thing.properties), **_values(thing.custom_properties)},
    )


def artifact_in(thing: Thing, types: Mapping[str, str]) -> Artifact:
    return replace(artifact_of(row_of(thing, types)), id=str(thing.id))


def execution_in(thing: Thing, types: Mapping[str, str]) -> Execution:
    return replace(execution_of(row_of(thing, types)), id=str(thing.id))


def _values(properties: object) -> Mapping[str, JsonValue]:
    if not isinstance(properties, dict):
        return {}
    read = {name: _value(value) for name, value in properties.items() if isinstance(name, str) and isinstance(value, dict)}
    return {name: value for name, value in read.items() if value is not None}


def _value(value: dict[str, JsonValue]) -> JsonValue:
    """A property's value; None for one without, and for a message (`proto_value`)."""
    match value:
        case {"int_value": int() | str() as number}:
            return _int(number)
        case {"double_value": int() | float() | str() as number}:
            return _float(number)
        case {"string_value": str() as text}:
            return text
        case {"bool_value": bool() as truth}:
            return truth
        case {"struct_value": dict() | list() as struct}:
            return struct_value(struct)
    return None


def _int(number: int | str) -> int | None:
    try:
        return int(number)
    except ValueError:
        return None


def _float(number: float | str) -> float | str | None:
    if number in _NOT_FINITE:
        return number
    try:
        return finite(float(number))
    except (ValueError, OverflowError):
        return None


def struct_value(value: JsonValue) -> JsonValue:
    """A struct's numbers are doubles, whatever they look like in JSON."""
    match value:
        case bool():
            return value
        case int():
            return _float(value)
        case list():
            return [struct_value(inner) for inner in value]
        case dict():
            return {key: struct_value(inner) for key, inner in value.items()}
    return value
