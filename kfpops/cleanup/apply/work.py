"""What an apply is given beside its ports: a journal, a folder, and what of the world a test takes in hand."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

T = TypeVar("T")


class Together(Protocol):
    """Runs calls that may overlap, and gives their results in order. No call raises anything but what ends the program."""

    def __call__(self, calls: Sequence[Callable[[], T]], /) -> Sequence[T]: ...


def one_by_one(calls: Sequence[Callable[[], T]], /) -> Sequence[T]:
    """Each when the one before has ended."""
    return [call() for call in calls]


@dataclass(frozen=True, slots=True)
class Work:
    """`folder` is for what is spilled to disk, and is emptied by whoever made it. `clock`: seconds since the epoch.

    `wait`: for runs and for the end of the quarantine; else an apply ends there and is to be called again. `say` tells what
    is being done, a line at a time. `together`: how requests that may overlap are made. `sync` is fsync(2).
    """

    journal: Path
    folder: Path
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    wait: bool = True
    say: Callable[[str], None] = print
    together: Together = one_by_one
    sync: Callable[[int], None] = os.fsync
