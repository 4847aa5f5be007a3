"""What is counted on the way to a plan: what keeps something, all that is known, and the objects that were listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from threading import Lock

from kfpops.cleanup.mark import Mark
from kfpops.render.words import count

_EVERY = 50_000


class Counting:
    """`live`: marks that keep something; `known`: all of runs and artifacts. Safe for several threads."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say, self._lock = say, Lock()
        self.live = self.known = self.objects = 0

    def marks(self, marks: Iterable[tuple[str, Mark]]) -> Iterator[tuple[str, Mark]]:
        """The same marks, counted on their way."""
        for bucket, mark in marks:
            if mark.kind in ("run", "artifact", "pin"):
                self.known += mark.kind != "pin"
                self.live += not mark.goes
            yield bucket, mark

    def of(self, bucket: str) -> Callable[[int], None]:
        """To be told of each page of a bucket how many objects it held."""

        def add(number: int) -> None:
            with self._lock:
                before, self.objects = self.objects, self.objects + number
                if before // _EVERY != self.objects // _EVERY or not before:
                    self._say(f"listing {bucket}: {count(self.objects, 'object')}")

        return add
