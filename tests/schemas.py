"""The JSON Schemas of docs/schemas, as a check on what a command prints."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

SCHEMAS = Path(__file__).parent.parent / "docs" / "schemas"


def validates(text: str) -> None:
    """Asserts that this is one JSON object, valid under the schema that it names (`kfpops/<name>/v1`)."""
    document = json.loads(text)
    name = document["schema"].split("/")[1]
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    assert schema["$id"] == document["schema"]
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(document)
