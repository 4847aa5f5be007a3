"""Messages of ML Metadata → rows and events as `knowledge.mlmd` reads them, whatever server they came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kfpops.knowledge.mlmd import ARTIFACT_STATES, EVENT_KINDS, EVENT_TYPES, EXECUTION_STATES, Row, finite, moment, word
from kfpops.model.lineage import Event, JsonValue

Types = Mapping[int, str]
"""Type id → name. Needed for servers that say only the id (before 1.2)."""


def artifact_row(message: Any, types: Types) -> Row:
    return _row(message, types, uri=_text(message.uri), state=_state(message, "state", ARTIFACT_STATES))


def execution_row(message: Any, types: Types) -> Row:
    return _row(message, types, state=_state(message, "last_known_state", EXECUTION_STATES))


def context_row(message: Any, types: Types) -> Row:
    return _row(message, types)


def events_of(messages: Iterable[Any]) -> list[Event]:
    """The events that say input or output. `port` is the path's first key: KFP writes one, others an index behind it."""
    events = []
    for message in messages:
        kind = EVENT_KINDS.get(word(EVENT_TYPES, message.type))
        if kind is None:
            continue
        port = next((_text(step.key) for step in message.path.steps if step.key), "")
        at = moment(message.milliseconds_since_epoch)
        events.append(Event(str(message.artifact_id), str(message.execution_id), kind, port, at))
    return events


def untyped(message: Any) -> bool:
    """Whether it tells its type by id only."""
    return not message.type


def _row(message: Any, types: Types, *, uri: str = "", state: str = "") -> Row:
    return Row(
        id=message.id,
        type=_text(message.type) or types.get(message.type_id, ""),
        name=_text(message.name),
        uri=uri,
        state=state,
        created_ms=message.create_time_since_epoch,
        updated_ms=message.last_update_time_since_epoch,
        # The custom ones last: they win.
        properties={**_properties(message.properties), **_properties(message.custom_properties)},
    )


def _state(message: Any, field: str, words: tuple[str, ...]) -> str:
    return word(words, getattr(message, field)) if message.HasField(field) else ""


def _properties(entries: Iterable[Any]) -> dict[str, JsonValue]:
    values: dict[str, JsonValue] = {}
    for entry in entries:
        value = entry.value
        match value.WhichOneof("value"):
            case "string_value":
                values[_text(entry.key)] = _text(value.string_value)
            case "int_value":
                values[_text(entry.key)] = value.int_value
            case "double_value":
                values[_text(entry.key)] = finite(value.double_value)
            case "bool_value":
                values[_text(entry.key)] = value.bool_value
            case "struct_value":
                values[_text(entry.key)] = _struct(value.struct_value)
    return values


def _struct(message: Any) -> JsonValue:
    # A map's entries come in any order: sorted, equal structs are equal texts.
    return {_text(entry.key): _struct_value(entry.value) for entry in sorted(message.fields, key=lambda entry: entry.key)}


def _struct_value(value: Any) -> JsonValue:
    match value.WhichOneof("value"):
        case "number_value":
            return finite(value.number_value)
        case "string_value":
            return _text(value.string_value)
        case "bool_value":
            return bool(value.bool_value)
        case "struct_value":
            return _struct(value.struct_value)
        case "list_value":
            return [_struct_value(one) for one in value.list_value.values]
        case _:
            return None


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
