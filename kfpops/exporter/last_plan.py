"""The last clean-up plan, from its file: read again when the file changes, and only its first and last line."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from kfpops.cleanup.plan.entry import Count
from kfpops.cleanup.plan.read import read_ends
from kfpops.errors import KfpopsError, UsageError
from kfpops.knowledge.kfp_json import time_of
from kfpops.metrics.family import Series
from kfpops.metrics.told import of_plan

_State: TypeAlias = "tuple[int, int, int] | str"


class BadPlan(UsageError):
    """The file is no plan, or none that is whole."""


class LastPlan:
    """What is there may be replaced at any time by a newer plan, as `kfpops cleanup plan` does it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state: _State | None = None
        self._gauges: Mapping[Series, float] = {}

    def gauges(self) -> Mapping[Series, float]:
        """Empty while there is no file.

        Raises `BadPlan` for a file that is not there or cannot be read, once until it is another; of one that was spoilt
        the plan before it stays, with the time at which it was made.
        """
        before, self._state = self._state, _state_of(self._path)
        if isinstance(self._state, str):
            self._gauges = {}
            if self._state != before:
                raise BadPlan(f"The plan {self._path} cannot be read: {self._state}.")
        elif self._state != before:
            self._gauges = _read(self._path)
        return self._gauges


def _state_of(path: Path) -> _State:
    """By what a change of the file is seen; why there is none."""
    try:
        seen = path.stat()
    except OSError as error:
        return error.strerror or str(error)
    if not stat.S_ISREG(seen.st_mode):
        return "it is no file"
    return seen.st_ino, seen.st_size, seen.st_mtime_ns


def _read(path: Path) -> Mapping[Series, float]:
    """Its sums are believed: to check them is for those who delete by them."""
    try:
        header, footer = read_ends(path)
    except KfpopsError as error:
        raise BadPlan(error.message, error.hint) from error
    made_at = time_of(header.made_at)
    if made_at is None:
        raise BadPlan(f"The plan {path} was edited: {header.made_at} is no time.")
    return of_plan(made_at, _pairs(footer.labels), _pairs(footer.goes))


def _pairs(counts: Mapping[str, Count]) -> dict[str, tuple[int, int]]:
    return {key: (count.objects, count.bytes) for key, count in counts.items()}
