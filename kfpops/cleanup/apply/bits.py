"""A set of numbers of a plan's entries: ten million of them take a little more than a megabyte."""

from __future__ import annotations

from collections.abc import Iterable


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
        if at >= len(self._bytes):
            self._bytes.extend(bytes(max(at + 1 - len(self._bytes), len(self._bytes), 64)))
        new = not self._bytes[at] & bit
        self._bytes[at] |= bit
        self.count += new
        return new

    def update(self, numbers: Iterable[int]) -> list[int]:
        """Adds all of them; those that were there before."""
        known = []
        for number in numbers:
            at, bit = number >> 3, 1 << (number & 7)
            try:
                before = self._bytes[at]
            except IndexError:
                known += [] if self.add(number) else [number]
                continue
            if before & bit:
                known.append(number)
            else:
                self._bytes[at] = before | bit
                self.count += 1
        return known

    def discard(self, number: int) -> bool:
        """Whether it was there."""
        there = number in self
        if there:
            self._bytes[number >> 3] &= ~(1 << (number & 7))
            self.count -= 1
        return there
