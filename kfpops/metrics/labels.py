"""Values of labels: what people call their pipelines, made fit for a series."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

LONGEST: Final = 200
"""Characters of a value. Longer ones end in `~` and a hash of the whole, so that two of them stay two."""

UNNAMED: Final = "__unnamed__"
"""A pipeline, task or schedule whose name nobody tells: an empty value would be the same as no label."""


@lru_cache(maxsize=1 << 14)
def label_value(text: str) -> str:
    """The text without control characters (they are escaped: `\\x07`), at most `LONGEST` characters long."""
    shown = text if text.isprintable() else "".join(_shown(c) for c in text)
    if len(shown) <= LONGEST:
        return shown
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{shown[: LONGEST - len(digest) - 1]}~{digest}"


def name_value(text: str) -> str:
    """The same for a name, which is never empty."""
    return label_value(text) if text else UNNAMED


def _shown(character: str) -> str:
    """Line ends, control and format characters, lone surrogates, blanks other than a space: as Python writes them."""
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
