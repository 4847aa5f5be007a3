"""What users recorded, as it may leave the core: without what looks like a credential."""

from __future__ import annotations

from kfpops.knowledge.redaction import MARKER, redact, redact_value
from kfpops.model.lineage import JsonValue


def redacted(name: str, value: JsonValue) -> JsonValue:
    """The value, with every text in it redacted; `name` (of a parameter, a property, a key) may say that it is a secret."""
    match value:
        case str():
            return redact_value(name, value)
        case dict():
            return {redact(key): redacted(key, inner) for key, inner in value.items()}
        case list():
            return [redacted(name, inner) for inner in value]
        case bool() | None:
            return value
        case int() | float():
            # A PIN is a number, too.
            return MARKER if redact_value(name, str(value)) == MARKER else value
