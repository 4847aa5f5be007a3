"""What could not be read, as gaps: an error of one source must not hide what the others tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from kfpops.cleanup.inventory import Gap
from kfpops.errors import KfpopsError, UsageError, reason_of

V = TypeVar("V")
W = TypeVar("W")

_AGAIN = "See to it that this can be read, and plan again."


@dataclass
class Gaps:
    """Filled step by step. Wrong settings are no gap: `UsageError` passes through."""

    found: list[Gap] = field(default_factory=list)

    def read(self, source: str, read: Callable[[], V], otherwise: W, hint: str = "", *, fatal: bool = True) -> V | W:
        """What `read` gives; when it fails, `otherwise` and a gap."""
        try:
            return read()
        except UsageError:
            raise
        except KfpopsError as error:
            self.add(source, error, hint, fatal=fatal)
            return otherwise

    def stream(self, source: str, begin: Callable[[], Iterator[V]]) -> Iterator[V]:
        """What an iterator gives until it breaks; a break is a gap, also one in the middle."""
        try:
            yield from begin()
        except UsageError:
            raise
        except KfpopsError as error:
            self.add(source, error)

    def add(self, source: str, error: KfpopsError, hint: str = "", *, fatal: bool = True) -> None:
        self.tell(source, reason_of(error), hint or error.hint or _AGAIN, fatal=fatal)

    def tell(self, source: str, why: str, hint: str = "", *, fatal: bool = True) -> None:
        """Each only once."""
        gap = Gap(source, why, hint, fatal)
        if gap not in self.found:
            self.found.append(gap)
