"""Property rows of MLMD → JSON values."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from operator import itemgetter
from typing import Any, Final

from kfpops.cluster.mlmd import schema
from kfpops.cluster.mlmd_database.database import text
from kfpops.knowledge.mlmd import finite
from kfpops.model.lineage import JsonValue

COLUMNS: Final = "name, is_custom_property, int_value, double_value, string_value, bool_value"
"""Without `proto_value` and `byte_value`: what only a program can read is left out."""

# How the store keeps a google.protobuf.Struct in a text column: ml_metadata/util/struct_utils.cc.
_STRUCT = "mlmd-struct::"


def properties_of(rows: Iterable[tuple[Any, ...]]) -> dict[str, JsonValue]:
    """Rows of `COLUMNS`. A custom property wins over a typed one of its name; one without a value is left out."""
    found: dict[str, JsonValue] = {}
    custom: dict[str, JsonValue] = {}
    for name, is_custom, whole, number, words, truth in rows:
        value = _value(whole, number, words, truth)
        if value is not None:
            (custom if is_custom else found)[text(name)] = value
    return found | custom


def _value(whole: Any, number: Any, words: Any, truth: Any) -> JsonValue:
    """Exactly one column is set. SQLite keeps whatever a foreign writer put there: that comes as it is."""
    if whole is not None:
        return int(whole) if isinstance(whole, int) else text(whole)
    if number is not None:
        return finite(float(number)) if isinstance(number, int | float) else text(number)
    if words is not None:
        said = text(words)
        return _struct(said) if said.startswith(_STRUCT) else said
    return None if truth is None else bool(truth)


def _struct(said: str) -> JsonValue:
    """The text itself when it only looks like a struct."""
    from google.protobuf.message import DecodeError

    message = schema.message("Struct")()
    try:
        message.ParseFromString(base64.b64decode(said[len(_STRUCT) :], validate=True))
    except (binascii.Error, ValueError, DecodeError):
        return said
    return _fields(message)


def _fields(message: Any) -> dict[str, JsonValue]:
    """Sorted: the order in which a map is written means nothing."""
    return dict(sorted(((text(e.key), _json(e.value)) for e in message.fields), key=itemgetter(0)))


def _json(value: Any) -> JsonValue:
    match value.WhichOneof("value"):
        case "struct_value":
            return _fields(value.struct_value)
        case "list_value":
            return [_json(v) for v in value.list_value.values]
        case "number_value":
            return finite(value.number_value)
        case "string_value":
            return text(value.string_value)
        case "bool_value":
            return bool(value.bool_value)
        case _:
            return None
