"""The runs that a listing told, kept small: to find those of the checkpoint that KFP does not have any more."""

from __future__ import annotations

import os
from hashlib import blake2b
from typing import Final

_BITS: Final = 16
"""Of the filter for each run: with four marks, one run in 400 that is gone is taken for listed, this time."""
_MARKS: Final = 4
_SIZE: Final = 12


def key_of(run_id: str) -> bytes:
    """What is remembered instead of an id: 96 bits, so that a thousand million runs share none (chance 10**-11)."""
    return blake2b(run_id.encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest()


class Listed:
    """A Bloom filter of runs: `in` may say yes for one that was not listed, never no for one that was.

    That is the safe side: a run too many is remembered until the next listing, whose filter has other marks.
    """

    def __init__(self, expected: int) -> None:
        self._size = _BITS * max(expected, 64)
        self._bits = bytearray(self._size // 8 + 1)
        self._salt = int.from_bytes(os.urandom(6), "little")

    def add(self, run_id: str) -> None:
        for place in self._places(key_of(run_id)):
            self._bits[place >> 3] |= 1 << (place & 7)

    def __contains__(self, key: bytes) -> bool:
        return all(self._bits[place >> 3] & (1 << (place & 7)) for place in self._places(key))

    def _places(self, key: bytes) -> list[int]:
        first = int.from_bytes(key[:6], "little") ^ self._salt
        step = int.from_bytes(key[6:], "little") ^ self._salt | 1
        return [(first + step * n) % self._size for n in range(_MARKS)]
