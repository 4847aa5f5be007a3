"""The end of a long stream of log bytes, kept in little memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

KEPT = 512 << 10
"""Bytes of a log's end that are kept: about 4,000 lines."""


@dataclass(frozen=True, slots=True)
class Tail:
    """The last bytes of a stream; `total` is how many bytes it had."""

    data: bytes
    total: int

    @property
    def cut(self) -> bool:
        return self.total > len(self.data)


def tail_of(chunks: Iterable[bytes], keep: int = KEPT) -> Tail:
    """Read a stream to its end and keep the last `keep` bytes."""
    pieces: deque[bytes] = deque()
    held = total = 0
    for chunk in chunks:
        pieces.append(chunk)
        held += len(chunk)
        total += len(chunk)
        while held - len(pieces[0]) >= keep:
            held -= len(pieces.popleft())
    return Tail(b"".join(pieces)[-keep:], total)
