"""The last values of a series, with their moments: 16 bytes each, the oldest first."""

from __future__ import annotations

import struct
from typing import Final

from kfpops.metrics.pipelines import MOST

_PAIR: Final = struct.Struct("<2d")


def added(pairs: bytes, at: float, value: float) -> bytes:
    """With one more, in its place by time; without the oldest when there are more than `MOST`."""
    place = len(pairs)
    while place and _PAIR.unpack_from(pairs, place - _PAIR.size)[0] > at:
        place -= _PAIR.size
    return (pairs[:place] + _PAIR.pack(at, value) + pairs[place:])[-MOST * _PAIR.size :]


def pairs_of(pairs: bytes) -> tuple[tuple[float, float], ...]:
    """Moment (seconds since the epoch) and value of each. Raises `struct.error` for what is no pairs."""
    return tuple(_PAIR.iter_unpack(pairs))
