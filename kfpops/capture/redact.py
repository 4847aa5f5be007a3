"""Documents and logs as they may leave the cluster: credentials replaced wherever they stand, also in JSON in JSON."""

from __future__ import annotations

from typing import cast

import msgspec

from kfpops.capture.entry import Json
from kfpops.knowledge.credential_names import is_no_value, is_path, names_a_credential
from kfpops.knowledge.redaction import MARKER, redact, redact_value

# It repeats the whole object as it was sent, values of environment variables included (kubectl apply).
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
# `{"secretKey": "password", "envVar": "DB_PASSWORD"}` of kfp-kubernetes names the key of a Secret; it holds no value.
_KEY_OF_A_SECRET = frozenset({"secretKey", "secret_key"})
# `"api_key": {"string_value": "…"}` of ML Metadata: the name stands one level higher.
_VALUES = frozenset({"string_value", "int_value"})
_DEEPEST = 64


def redact_json(body: bytes) -> bytes:
    """A JSON document without credentials. What is no JSON is treated as text."""
    try:
        document = cast(Json, msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return redact_text(body)
    return msgspec.json.encode(redact_document(document))


def redact_lines(body: bytes) -> bytes:
    """JSON lines without credentials."""
    return b"".join(redact_json(line) + b"\n" for line in body.splitlines() if line.strip())


def redact_text(body: bytes) -> bytes:
    """A text without credentials; bytes that are no UTF-8 stay as they are."""
    return redact(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def redact_document(value: Json, name: str = "", depth: int = 0) -> Json:
    """A JSON value without credentials. `name`: the key or variable that it stands under."""
    if depth > _DEEPEST:
        return MARKER
    match value:
        case str():
            return _text(value, name, depth)
        case dict():
            return _object(value, name, depth)
        case list():
            return _list(value, name, depth)
        case int() if "pass" in name.lower() and not isinstance(value, bool) and names_a_credential(name):
            return MARKER
    return value


def _object(value: dict[str, Json], outer: str, depth: int) -> Json:
    name = value.get("name")
    named = name if isinstance(name, str) else ""
    names_keys = "envVar" in value or "env_var" in value
    found: dict[str, Json] = {}
    for key, inner in value.items():
        if key == _LAST_APPLIED:
            found[key] = MARKER
        elif key == "value" and named:
            # Environment variables, parameters of workflows, headers of probes.
            found[key] = redact_document(inner, named, depth + 1)
        elif key in _VALUES:
            found[key] = redact_document(inner, outer, depth + 1)
        elif names_keys and key in _KEY_OF_A_SECRET:
            found[key] = inner
        else:
            found[key] = redact_document(inner, key, depth + 1)
    return found


def _list(values: list[Json], name: str, depth: int) -> Json:
    """A list; in a command line, the value after an option that names a credential (`--token`, `abc`) goes too."""
    found: list[Json] = []
    option = ""
    for value in values:
        if isinstance(value, str):
            hidden = option and not value.startswith("-") and not is_no_value(value) and not is_path(value)
            found.append(MARKER if hidden else _text(value, name, depth))
            option = value if value.startswith("-") and "=" not in value and names_a_credential(value) else ""
        else:
            found.append(redact_document(value, name, depth + 1))
    return found


def _text(value: str, name: str, depth: int) -> str:
    """A text; one that is JSON itself (manifests, patches of pods, arguments of KFP's programs) is walked as JSON."""
    if value[:1] in ("{", "[") and not names_a_credential(name) and value.rstrip()[-1:] in ("}", "]"):
        try:
            inner = cast(Json, msgspec.json.decode(value))
        except (msgspec.DecodeError, RecursionError):
            return redact_value(name, value)
        if isinstance(inner, dict | list):
            safe = redact_document(inner, name, depth + 1)
            return value if safe == inner else msgspec.json.encode(safe).decode()
    return redact_value(name, value)
