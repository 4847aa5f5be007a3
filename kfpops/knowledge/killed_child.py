"""What Python says of a child process that a signal ended."""

from __future__ import annotations

import re

# subprocess.CalledProcessError: `died with <Signals.SIGSEGV: 11>.`; PyTorch: `is killed by signal: Killed`.
_SIGNAL = re.compile(r"died with <Signals\.\w+: (\d+)>|died with unknown signal (\d+)")


def signal_of_child(message: str) -> int | None:
    """The number of the signal; None when the message names none."""
    found = _SIGNAL.search(message)
    return int(next(filter(None, found.groups()))) if found else None
