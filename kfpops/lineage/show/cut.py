"""How to go on where a limit cut a graph: the option as it has to be typed."""

from __future__ import annotations


def wider(read: int, left: int) -> str:
    """`--limit 500`: the next round number with room for twice what is known. `left`: nodes known but not followed."""
    wanted = 2 * (read + left)
    step = 10 ** (len(str(wanted)) - 1)
    return f"--limit {next(n * step for n in (1, 2, 5, 10) if n * step >= wanted)}"
