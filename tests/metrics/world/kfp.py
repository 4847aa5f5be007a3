"""A KFP that keeps its own books: what its runs did, what its rows show of it, and which attempts are there to be counted.

It writes histories as KFP does (backend/src/apiserver/storage/run_store.go): whole seconds of the server's clock, which may
be set back, an entry for each report that tells another state, empty states and repetitions now and then.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from kfpops.model.run import Run, StateChange

BEGIN = datetime(2026, 11, 1, tzinfo=timezone.utc)
Key = tuple[str, str, str]
"""Namespace, pipeline, state."""


@dataclass
class Row:
    """`run`: as the list shows it. `attempts`: states of those that it shows ended. `settled`: all of them were there to see
    for a whole round of whoever reads (see `Kfp.round_is_over`)."""

    run: Run
    namespace: str
    attempts: list[str] = field(default_factory=list)
    settled: int = 0
    is_shown: bool = True
    is_cancelled: bool = False


class Kfp:
    """`seconds`: true time since the beginning; the server's clock is off by `skew`."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.skew = 0.0
        self.rows: dict[str, Row] = {}
        self.must: Counter[Key] = Counter()
        self.may: Counter[Key] = Counter()
        self._reports: list[tuple[float, int, Callable[[], None]]] = []
        self._made = 0

    def now(self) -> datetime:
        """True time."""
        return BEGIN + timedelta(seconds=self.seconds)

    def server_time(self) -> datetime:
        return (self.now() + timedelta(seconds=self.skew)).replace(microsecond=0)

    def wait(self, seconds: float) -> None:
        """Reports that are due by then come on their way, each at its time."""
        until = self.seconds + seconds
        while self._reports and self._reports[0][0] <= until:
            self.seconds, _, report = heapq.heappop(self._reports)
            report()
        self.seconds = until

    def create(self, run_id: str, namespace: str, pipeline: str, *, late: float = 0.0) -> None:
        """`late`: seconds until there is a row: KFP makes one for a workflow that it did not start when it is reported."""
        run = Run(
            id=run_id, name=run_id, state="PENDING", namespace=namespace, pipeline_name=pipeline,
            created_at=self.server_time(), state_history=(StateChange(self.server_time(), "PENDING"),),
        )  # fmt: skip
        row = self.rows[run_id] = Row(run, namespace, is_shown=not late)
        if late:
            self._later(late, lambda: setattr(row, "is_shown", True))

    def report(self, run_id: str, state: str) -> None:
        """A state that ends nothing: RUNNING, an empty one, one of a newer KFP."""
        row = self.rows.get(run_id)
        if row is None or self._has_ended(row):
            return
        row.run = replace(row.run, state=state or row.run.state, state_history=(*row.run.state_history, self._entry(state)))

    def cancel(self, run_id: str) -> None:
        """TerminateRun: the entry is written at once; the end comes as a failure."""
        row = self.rows.get(run_id)
        if row is not None and not self._has_ended(row):
            row.is_cancelled = True
            self.report(run_id, "CANCELING")

    def end(self, run_id: str, state: str, *, late: float = 0.0) -> None:
        """Ends now by Argo's clock; the row shows it `late` seconds later, with the time of the end."""
        row = self.rows.get(run_id)
        if row is None or self._has_ended(row):
            return
        state, at = ("FAILED" if row.is_cancelled else state), self.server_time()
        if late:
            self._later(late, lambda: self._ended(run_id, row, state, at))
        else:
            self._ended(run_id, row, state, at)

    def retry(self, run_id: str) -> None:
        """RetryRun: of failed runs, however old."""
        row = self.rows.get(run_id)
        if row is not None and row.run.state == "FAILED":
            history = (*row.run.state_history, self._entry("PENDING"))
            row.run = replace(row.run, state="PENDING", finished_at=None, state_history=history)
            row.is_cancelled = False

    def delete(self, run_id: str) -> None:
        """What nobody can have seen for sure needs not be counted: it was not there for a whole round."""
        row = self.rows.pop(run_id, None)
        if row is None:
            return
        for state in row.attempts[row.settled :]:
            key = self._key(row, state)
            self.must[key] -= 1
            self.may[key] += 1

    def round_is_over(self) -> None:
        """Whoever reads has read all that it ever reads: what was there when that began is its own fault now."""
        for row in self.rows.values():
            if row.is_shown:
                row.settled = len(row.attempts)

    def shown(self, namespace: str) -> list[Run]:
        """What the database holds, the oldest first."""
        runs = [row.run for row in self.rows.values() if row.is_shown and namespace in ("", row.namespace)]
        return sorted(runs, key=lambda run: (run.created_at or BEGIN, run.id))

    def _ended(self, run_id: str, row: Row, state: str, at: datetime) -> None:
        if self.rows.get(run_id) is not row or self._has_ended(row):
            return
        cancelled = state == "FAILED" and any(entry.state == "CANCELING" for entry in self._current(row))
        counted = "CANCELED" if cancelled else state
        row.run = replace(row.run, state=state, finished_at=at, state_history=(*row.run.state_history, self._entry(state)))
        row.attempts.append(counted)
        self.must[self._key(row, counted)] += 1

    def _current(self, row: Row) -> tuple[StateChange, ...]:
        ends = [n for n, entry in enumerate(row.run.state_history) if entry.state in ("SUCCEEDED", "FAILED", "SKIPPED")]
        return row.run.state_history[ends[-1] + 1 :] if ends else row.run.state_history

    def _has_ended(self, row: Row) -> bool:
        return row.run.state in ("SUCCEEDED", "FAILED", "SKIPPED")

    def _entry(self, state: str) -> StateChange:
        return StateChange(self.server_time(), state)

    def _key(self, row: Row, state: str) -> Key:
        return (row.namespace, row.run.pipeline_name, state)

    def _later(self, seconds: float, what: Callable[[], None]) -> None:
        self._made += 1
        heapq.heappush(self._reports, (self.seconds + seconds, self._made, what))
