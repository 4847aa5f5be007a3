"""What there is instead, when a search finds nothing: names like those that were asked for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

_MOST = 8


def nearest(asked: str, names: Iterable[str]) -> tuple[str, ...]:
    """All names, those most like the one asked for first; whatever their case."""
    return tuple(sorted(set(names) - {""}, key=lambda name: (-likeness(asked, name), name)))


def listed(names: Sequence[str]) -> str:
    """`a, b and 3 more`, no more than a line or two."""
    return ", ".join(names[:_MOST]) + (f" and {len(names) - _MOST:,} more" if len(names) > _MOST else "")


def likeness(one: str, other: str) -> float:
    """From 0 to 1, which is equal but for the case."""
    return difflib.SequenceMatcher(None, one.lower(), other.lower()).ratio()
