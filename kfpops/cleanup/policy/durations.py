"""Durations as a policy writes them: a whole number and one unit, `30s 90m 24h 7d 2w`."""

from __future__ import annotations

import re
from typing import Final

PATTERN: Final = r"^[0-9]{1,9}[smhdw]$"
"""Months and years are no units: they are not always equally long."""

HINT: Final = "Write a whole number and a unit: 30s, 90m, 24h, 7d or 2w."
_SECONDS: Final = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0}


def parse_duration(text: str) -> float | None:
    """Seconds; None when it is no duration."""
    return float(text[:-1]) * _SECONDS[text[-1]] if re.fullmatch(PATTERN[1:-1], text) else None


def format_duration(seconds: float) -> str:
    """As a policy would write it: the largest of d, h, m, s that it is a whole number of (weeks as days)."""
    for unit in "dhm":
        if seconds and seconds % _SECONDS[unit] == 0:
            return f"{seconds / _SECONDS[unit]:.0f}{unit}"
    return f"{seconds:.0f}s"
