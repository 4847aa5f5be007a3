"""Numbers, times and names as words: "412 pods", "2 h 5 min", "2026-11-21 12:00:05 UTC"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone


def count(number: int, singular: str, plural: str = "") -> str:
    """`1 pod`, `412 pods`, `10,000 pods`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def moment(at: datetime) -> str:
    """A time in UTC, to the second."""
    return f"{at.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S} UTC"


def clock(at: datetime, near: datetime) -> str:
    """The time of day when it is within a day of `near`, else with its date."""
    if abs((at - near).total_seconds()) < 86_400:
        return f"{at.astimezone(timezone.utc):%H:%M:%S} UTC"
    return moment(at)


def duration(seconds: float) -> str:
    """At most two units: `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. Negative spans (skewed clocks) are 0 s."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    for size, unit, smaller, small_unit in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size} {unit}" + (f" {rest} {small_unit}" if rest else "")
    return f"{whole} s"


def age(seconds: float) -> str:
    """One unit only, for tables: `45 s`, `3 min`, `2 h`, `3 d`."""
    number, unit, *_ = duration(seconds).split(" ")
    return f"{number} {unit}"


def some(names: Sequence[str], most: int = 3) -> str:
    """`a, b, c and 37 more`."""
    listed = ", ".join(names[:most])
    return listed if len(names) <= most else f"{listed} and {len(names) - most:,} more"


def sentence(text: str) -> str:
    """The text with a full stop, when it has no end of its own."""
    return text if text.endswith((".", "!", "?", ":")) else f"{text}."
