"""The tasks of a run, read when an attempt of it is counted, so that they are counted with it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from kfpops.errors import KfpopsError, NotFound, reason_of
from kfpops.exporter.own_series import OwnSeries
from kfpops.metrics import own
from kfpops.metrics.attempt import attempts_of
from kfpops.metrics.run_tasks import tasks_of
from kfpops.metrics.seen import SeenRun
from kfpops.ports import Lineage

_log = logging.getLogger(__name__)
_PAUSE: Final = 15.0
"""Seconds for which a store that failed is not asked: each question may take as long as it may take to answer."""


class Tasks:
    """For one thread. A lineage store that cannot be read holds up no run: its tasks are missing then, which is counted."""

    def __init__(self, lineage: Lineage | None, mine: OwnSeries, seconds: Callable[[], float]) -> None:
        """`lineage` None: there is no such store, and nothing is missing. `seconds`: of a clock that never steps."""
        self._lineage, self._own, self._seconds = lineage, mine, seconds
        self._again = seconds()
        self._said = ""
        self._missing: set[str] = set()
        mine.add(own.WITHOUT_TASKS, 0.0)

    def of(self, seen: SeenRun) -> SeenRun:
        """The run with its tasks. A run that the store does not know, such as one that never began, has none."""
        if self._lineage is None:
            return seen
        self._missing.discard(seen.run.id)
        if self._seconds() >= self._again:
            try:
                executions = self._lineage.executions_of_run(seen.run.id)
                return replace(seen, tasks=tasks_of(executions, attempts_of(seen.run)))
            except NotFound:
                return seen
            except KfpopsError as error:
                self._failed(error)
        self._missing.add(seen.run.id)
        return seen

    def settle(self, counted: Iterable[str]) -> None:
        """These runs were counted with the tasks that they have: what was not read of them is missing for good."""
        gone = self._missing.intersection(counted)
        self._missing -= gone
        self._own.add(own.WITHOUT_TASKS, float(len(gone)))

    def _failed(self, error: KfpopsError) -> None:
        self._again = self._seconds() + _PAUSE
        if reason_of(error) != self._said:
            self._said = reason_of(error)
            _log.warning("The tasks of runs that ended are not counted: %s %s", self._said, error.hint)
