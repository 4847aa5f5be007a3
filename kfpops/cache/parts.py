"""The parts of a fingerprint one by one, and what differs between those of two executions."""

from __future__ import annotations

import difflib
import hashlib
import json
import shlex
from collections.abc import Iterator

from kfpops.cache.explanation import Difference, Part, PartKind
from kfpops.knowledge.fingerprint import CUSTOM_KEY, CacheKey, Release, message
from kfpops.knowledge.go_json import go_json
from kfpops.knowledge.json_values import whole
from kfpops.knowledge.redaction import redact, redact_value
from kfpops.model.lineage import JsonValue

# Values up to so many characters are shown.
_SHORT = 300
# Lines of a diff that are kept; more are a different program.
_DIFF_LINES = 400

Values = dict[tuple[PartKind, str], JsonValue]


def values_of(key: CacheKey, release: Release) -> Values:
    """What a fingerprint is made of, by kind and name, in the order in which it is told."""
    if release is CUSTOM_KEY:
        return {("cache-key", ""): f"{key.component}: {key.custom}" if key.component else key.custom}
    code, command = code_and_command(key.command)
    whole = message(key, release)
    values: Values = {("image", ""): key.image}
    if code:
        values["code", ""] = code
    values["command", ""] = list(command)
    for kind, field in _GROUPS:
        part = whole[field]
        assert isinstance(part, dict)
        for name in sorted(part):
            values[kind, name] = part[name]
    if key.claims and release.claims:
        values["claims", ""] = list(key.claims)
    return values


_GROUPS: tuple[tuple[PartKind, str], ...] = (
    ("parameter", "inputParameterValues"),
    ("artifact", "inputArtifactNames"),
    ("output-artifact", "outputArtifactsSpec"),
    ("output-parameter", "outputParametersSpec"),
)


def parts_of(key: CacheKey, release: Release) -> tuple[Part, ...]:
    """The parts as they may be shown."""
    return tuple(_part(kind, name, value) for (kind, name), value in values_of(key, release).items())


def differences(before: Values, after: Values) -> Iterator[Difference]:
    """What differs, in the order of `after`; what `after` has no more comes last."""
    for kind, name in {**dict.fromkeys(after), **dict.fromkeys(before)}:
        old, new = before.get((kind, name), _ABSENT), after.get((kind, name), _ABSENT)
        # As bytes: for Python 1, 1.0 and True are the same.
        if old is _ABSENT or new is _ABSENT or go_json(old) != go_json(new):
            yield _difference(kind, name, old, new)


def code_and_command(command: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The source code of a Python component ("" when there is none), which the SDK puts as one argument, and the rest."""
    for index in range(len(command) - 1, -1, -1):
        text = command[index]
        if "\n" in text.strip() and ("def " in text or "import " in text):
            return text, (*command[:index], *command[index + 1 :])
    return "", command


# A text that no JSON value equals.
_ABSENT: JsonValue = "\0absent"


def _difference(kind: PartKind, name: str, old: JsonValue, new: JsonValue) -> Difference:
    before, after = (None if v is _ABSENT else _text(kind, v) for v in (old, new))
    long = any(text is not None and ("\n" in text or len(text) > _SHORT) for text in (before, after))
    if before is not None and after is not None and long:
        # Hidden before they are compared: a line of a diff alone would not show that it belongs to a credential.
        hidden = redact_value(name, before), redact_value(name, after)
        if hidden[0] != hidden[1]:
            return Difference(kind, name, diff=_unified(*hidden))
    one, other = (None if text is None else _shown(name, text, _SHORT * 4) for text in (before, after))
    # Two credentials look the same once they are hidden.
    return Difference(kind, name, one, other, note="the two differ where they are not shown" if one == other else "")


def _unified(before: str, after: str) -> str:
    lines = list(difflib.unified_diff(before.split("\n"), after.split("\n"), "before", "after", lineterm="", n=2))
    cut = [f"… {len(lines) - _DIFF_LINES} more lines"] if len(lines) > _DIFF_LINES else []
    return redact("\n".join([*lines[:_DIFF_LINES], *cut]))


def _part(kind: PartKind, name: str, value: JsonValue) -> Part:
    text = _text(kind, value)
    shown = redact_value(name, text)
    # The digest of a password is as good as the password to who can guess it.
    digest = hashlib.sha256(go_json(value)).hexdigest() if shown == text else None
    return Part(kind, name, digest, shown if len(shown) <= _SHORT and "\n" not in shown.strip() else None)


def _shown(name: str, text: str, most: int) -> str:
    text = redact_value(name, text)
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def _text(kind: PartKind, value: JsonValue) -> str:
    """A value as a person would write it."""
    match kind, value:
        case "command", list():
            # Scripts among the arguments keep their lines, for the diff.
            return "\n".join(str(word) if "\n" in str(word) else shlex.quote(str(word)) for word in value)
        case "claims", list():
            return ", ".join(map(str, value))
        case "artifact", dict():
            names = value.get("artifactNames")
            return ", ".join(map(str, names)) if isinstance(names, list) else ""
        case _, str():
            return value
    return json.dumps(whole(value), ensure_ascii=False, sort_keys=True)
