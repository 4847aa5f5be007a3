"""A report as JSON: one object, two spaces, keys in the report's own order, nothing escaped that need not be."""

from __future__ import annotations

import json
from collections.abc import Mapping

from kfpops.render.plain import plain


def to_json(report: Mapping[str, object]) -> str:
    """The text, with a newline at its end. NaN and infinity are no JSON and raise ValueError."""
    return json.dumps(plain(report), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
