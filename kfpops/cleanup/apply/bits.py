"""A set of numbers of a plan's entries: ten million of them take a little more than a megabyte."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from operator import eq


class Bits:
    """Numbers from 0 on. Grows as needed."""

    __slots__ = ("_bytes", "count")

    def __init__(self) -> None:
        self._bytes = bytearray()
        self.count = 0

    def __contains__(self, number: int) -> bool:
        at = number >> 3
        return at < len(self._bytes) and bool(self._bytes[at] & (1 << (number & 7)))

    def add(self, number: int) -> bool:
        """Whether it was not there before."""
        at, bit = number >> 3, 1 << (number & 7)
        self._reach(at)
        new = not self._bytes[at] & bit
        self._bytes[at] |= bit
        self.count += new
        return new

    def update(self, numbers: Sequence[int]) -> list[int]:
        """Adds all of them; those that were there before."""
        if not numbers or not all(map(eq, numbers, count(numbers[0]))):
            return [number for number in numbers if not self.add(number)]
        # A batch is mostly a stretch of the plan: its bits are set all at once.
        first, last = numbers[0] >> 3, numbers[-1] >> 3
        self._reach(last)
        bits = ((1 << len(numbers)) - 1) << (numbers[0] & 7)
        before = int.from_bytes(self._bytes[first : last + 1], "little")
        if before & bits:
            return [number for number in numbers if not self.add(number)]
        self._bytes[first : last + 1] = (before | bits).to_bytes(last + 1 - first, "little")
        self.count += len(numbers)
        return []

    def discard(self, number: int) -> bool:
        """Whether it was there."""
        there = number in self
        if there:
            self._bytes[number >> 3] &= ~(1 << (number & 7))
            self.count -= 1
        return there

    def _reach(self, at: int) -> None:
        if at >= len(self._bytes):
            self._bytes.extend(bytes(max(at + 1 - len(self._bytes), len(self._bytes), 64)))
