"""One family's series in the order of their label values, in blocks: a change touches its block only."""

from __future__ import annotations

from bisect import bisect_right, insort

from kfpops.exporter.exposition.body import Chapter, Sheet
from kfpops.exporter.exposition.entry import Entry, Layout
from kfpops.metrics.value import Exemplar, Value

_LINES = 512
"""Lines of a block, about 50 kB: more than gzip looks back (32 kB), little enough to be compressed in a moment."""


class _Block:
    """`sheet`: what was made of it, None after a change."""

    __slots__ = ("entries", "keys", "sheet")

    def __init__(self, keys: list[tuple[str, ...]], entries: dict[tuple[str, ...], Entry]) -> None:
        self.keys, self.entries = keys, entries
        self.sheet: Sheet | None = None

    def first(self) -> tuple[str, ...]:
        return self.keys[0]

    def upper_half(self) -> _Block:
        middle = len(self.keys) // 2
        keys, self.keys = self.keys[middle:], self.keys[:middle]
        return _Block(keys, {key: self.entries.pop(key) for key in keys})

    def as_sheet(self) -> Sheet:
        if self.sheet is None:
            self.sheet = Sheet(tuple(self.entries[key] for key in self.keys))
        return self.sheet


class Shelf:
    """Of one thread, the writer's. What it hands out as a chapter never changes."""

    def __init__(self, layout: Layout) -> None:
        family = layout.family
        self._layout = layout
        self._room = max(1, _LINES // (len(family.buckets) + 3 if family.kind == "histogram" else 1))
        self._blocks: list[_Block] = []
        self._chapter: Chapter | None = None

    def put(self, labels: tuple[str, ...], value: Value, exemplar: Exemplar | None) -> bool:
        """Whether anything is different now."""
        if not self._blocks:
            self._blocks.append(_Block([], {}))
        place = self._place(labels)
        block = self._blocks[place]
        before = block.entries.get(labels)
        if before is not None and before.says(value, exemplar):
            return False
        if before is None:
            block.entries[labels] = Entry.first(self._layout, labels, value, exemplar)
            insort(block.keys, labels)
        else:
            block.entries[labels] = before.then(value, exemplar)
        block.sheet = self._chapter = None
        if len(block.keys) > 2 * self._room:
            self._blocks.insert(place + 1, block.upper_half())
        return True

    def drop(self, labels: tuple[str, ...]) -> bool:
        """Whether it was there."""
        place = self._place(labels)
        if not self._blocks or self._blocks[place].entries.pop(labels, None) is None:
            return False
        block = self._blocks[place]
        block.keys.remove(labels)
        block.sheet = self._chapter = None
        if not block.keys:
            del self._blocks[place]
        return True

    def chapter(self) -> Chapter:
        if self._chapter is None:
            self._chapter = Chapter(self._layout, tuple(block.as_sheet() for block in self._blocks))
        return self._chapter

    def _place(self, labels: tuple[str, ...]) -> int:
        if len(self._blocks) < 2:
            return 0
        return max(0, bisect_right(self._blocks, labels, key=_Block.first) - 1)
