"""A report as JSON: one object, two spaces, keys in the report's own order, nothing escaped that need not be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from kfpops.render.plain import plain

_INDENT = 2
# C1 controls and what turns the writing direction; JSON escapes the other controls by itself.
_STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def to_json(report: Mapping[str, object]) -> str:
    """The text, with a newline at its end. NaN and infinity are no JSON and raise ValueError."""
    return _text(plain(report)) + "\n"


def json_chunks(report: Mapping[str, object]) -> Iterator[str]:
    """The same text, an item of each of the report's own lists at a time: for reports that are large."""
    margin = " " * _INDENT
    mark = "{"
    for key, value in report.items():
        yield f"{mark}\n{margin}{_text(key)}: "
        mark = ","
        if isinstance(value, list | tuple) and value:
            for number, item in enumerate(value):
                yield ("," if number else "[") + f"\n{margin * 2}" + _text(plain(item)).replace("\n", f"\n{margin * 2}")
            yield f"\n{margin}]"
        else:
            yield _text(plain(value)).replace("\n", f"\n{margin}")
    yield "\n}\n" if report else "{}\n"


def _text(value: object) -> str:
    return visible(json.dumps(value, indent=_INDENT, ensure_ascii=False, allow_nan=False))


def visible(text: str) -> str:
    """The same JSON, with an escape for each character that a terminal would obey: it may be where the JSON is read."""
    return text if text.isascii() else _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
