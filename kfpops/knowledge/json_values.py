"""Values as JSON holds them, as a person would write them."""

from __future__ import annotations

from kfpops.model.lineage import JsonValue


def whole(value: JsonValue) -> JsonValue:
    """Whole numbers as whole, at any depth: a protobuf struct, and so the lineage store, keeps every number as a float."""
    match value:
        case float() if value.is_integer() and abs(value) < 1e15:
            return int(value)
        case list():
            return [whole(part) for part in value]
        case dict():
            return {name: whole(part) for name, part in value.items()}
    return value
