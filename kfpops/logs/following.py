"""Following a log by reading its end again and again: which lines are new."""

from __future__ import annotations

from collections.abc import Sequence


def new_lines(before: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """The lines of `now` behind those that were there before; all of them when nothing fits together any more.

    Both are ends of the same growing log, so the longest end of `before` that `now` contains from some point on is the
    seam. A log that repeats one line is ambiguous; then the fewest lines count as new.
    """
    if not before:
        return tuple(now)
    for end in range(len(now), 0, -1):
        size = min(end, len(before))
        if tuple(now[end - size : end]) == tuple(before[-size:]):
            return tuple(now[end:])
    return tuple(now)
