"""One pass over sorted marks beside keys that rise: what is around each key.

A mark holds for its path exactly and for all below `path/`, which are two places of the order: `a/model-v2/f` lies between
`a/model` and `a/model/f`, because `-` and `.` come before `/`. So a mark that was met waits until its `path/` is reached; of
those that wait the last met is the first reached, and those that are around a key enclose each other: two stacks, as deep as
keys are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from kfpops.cleanup.around import NOTHING, Around, with_mark
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.terms import Terms, ordered

_END: Final = "\u0100"
"""Behind every key: the texts that are compared hold bytes, see `ordered`."""
_NO_MARK: Final = Mark("", "root", False, "foreign", "outside-roots")

MANY: Final = 1000
"""So many missed marks are handed over together."""


class OutOfOrder(Exception):
    """A listing, or marks, whose keys do not rise in byte order. `key` is the first that does not."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key!r} does not come after the key before it")
        self.key = key


class Cursor:
    """Walks marks beside keys that rise. All texts in it are `ordered`.

    `around`: what is around the key that was reached; `alone`: only around this one, not around those before `until`.
    `missed`: marks that were passed without a key, for the caller to take.
    """

    def __init__(self, marks: Iterable[Mark], terms: Terms) -> None:
        self._ahead = _told_once(_with_standing(marks, terms))
        self._stack: list[tuple[str, Around]] = []
        self._waiting: list[tuple[str, list[Mark], bool]] = []
        self._here: list[Mark] = []
        self._key = ""
        self._next, self._mark = self._read()
        self.around, self.alone = NOTHING, False
        self.missed: list[Mark] = []

    def advance(self, key: str) -> bool:
        """To a key. False: not there yet, `missed` has become many; ask again."""
        stack, waiting = self._stack, self._waiting
        while stack and key >= stack[-1][0]:
            stack.pop()
        while waiting and f"{waiting[-1][0]}/" <= key:
            self._is_reached(*waiting.pop(), key)
        if key != self._key:
            self._key, self._here = key, []
        while self._next <= key:
            self._is_met(self._next, self._mark, key)
            self._next, self._mark = self._read()
            if len(self.missed) >= MANY:
                return False
        self.around = stack[-1][1] if stack else NOTHING
        self.alone = bool(self._here)
        for mark in self._here:
            self.around = with_mark(self.around, mark)
        return True

    @property
    def until(self) -> str:
        """The place at which something else is around the keys."""
        until = self._next
        if self._waiting:
            until = min(until, f"{self._waiting[-1][0]}/")
        return min(until, self._stack[-1][0]) if self._stack else until

    def finish(self) -> bool:
        """Goes on without keys, to the last mark. False: `missed` has become many; ask again."""
        for _, marks, met in self._waiting:
            self.missed += marks if not met else ()
        self._waiting.clear()
        while self._next < _END:
            self.missed.append(self._mark)
            self._next, self._mark = self._read()
            if len(self.missed) >= MANY:
                return False
        return True

    def _is_reached(self, path: str, marks: list[Mark], met: bool, key: str) -> None:
        """The place below a mark that waited."""
        if key.startswith(f"{path}/"):
            for mark in marks:
                self._enter(path, mark)
        elif not met:
            self.missed += marks

    def _is_met(self, path: str, mark: Mark, key: str) -> None:
        if not path or key.startswith(f"{path}/"):
            self._enter(path, mark)
        elif key >= f"{path}/":
            self.missed.append(mark)
        else:
            if self._waiting and self._waiting[-1][0] == path:
                self._waiting[-1][1].append(mark)
            else:
                self._waiting.append((path, [mark], path == key))
            if path == key:
                self._here.append(mark)

    def _enter(self, path: str, mark: Mark) -> None:
        stack = self._stack
        around = with_mark(stack[-1][1] if stack else NOTHING, mark)
        end = f"{path}0" if path else _END
        if stack and stack[-1][0] == end:
            stack[-1] = (end, around)
        else:
            stack.append((end, around))

    def _read(self) -> tuple[str, Mark]:
        return next(self._ahead, (_END, _NO_MARK))


def _with_standing(marks: Iterable[Mark], terms: Terms) -> Iterator[tuple[str, Mark]]:
    """Raises `OutOfOrder` for marks that do not rise: one that comes too late would be missed."""
    standing = deque((ordered(mark.path), mark) for mark in terms.standing())
    last = ""
    for mark in marks:
        path = ordered(mark.path)
        if path < last:
            raise OutOfOrder(mark.path)
        last = path
        while standing and standing[0][0] <= path:
            yield standing.popleft()
        yield path, mark
    yield from standing


def _told_once(marks: Iterable[tuple[str, Mark]]) -> Iterator[tuple[str, Mark]]:
    """Of the marks on one path those that say something else: a dataset may be imported ten thousand times."""
    last: str | None = None
    said: set[tuple[object, ...]] = set()
    for one in marks:
        path, mark = one
        if path != last:
            last, before = path, mark
            said.clear()
            yield one
            continue
        said.add(_says(before))
        if _says(mark) not in said:
            said.add(_says(mark))
            yield one


def _says(mark: Mark) -> tuple[object, ...]:
    _, kind, goes, label, reason, _, _, since, _, empty = mark
    return kind, goes, label, reason, since, empty
