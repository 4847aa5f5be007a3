"""The checkpoint: counts each attempt once, whenever it is killed and however often a run is seen."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Final

import msgspec

from kfpops.exporter.checkpoint.budget import Budget
from kfpops.exporter.checkpoint.file import opened
from kfpops.exporter.checkpoint.ingested import Ingested
from kfpops.exporter.checkpoint.listed import Listed, key_of
from kfpops.exporter.checkpoint.lock import Alone
from kfpops.exporter.checkpoint.runs import Judged, day_of, drop_rows, judged, rows_of, some_rows, write_rows
from kfpops.exporter.checkpoint.seen import look
from kfpops.exporter.checkpoint.shown import Shown
from kfpops.exporter.checkpoint.spaces import Spaces
from kfpops.exporter.checkpoint.sums import write_recent, write_series
from kfpops.exporter.checkpoint.tally import Staged, Tally
from kfpops.exporter.checkpoint.unwritable import unwritable
from kfpops.metrics.family import Family, Series
from kfpops.metrics.page import Batch, OpenRun
from kfpops.metrics.value import Value

_OPEN: Final = msgspec.json.Decoder(OpenRun)


class Checkpoint:
    """`with Checkpoint.open(path, families) as checkpoint: …`. Threads take turns; a second process is refused.

    A batch is one transaction: sums, attempts counted, open runs and cursor change together or not at all, and what is in
    memory follows what is on the disk. Whatever fails raises `Unwritable` and has changed nothing.
    """

    def __init__(self, path: Path, families: Collection[Family], budget: int) -> None:
        self._path, self._turn, self._alone = path, RLock(), Alone(path)
        rows = {family.name: family for family in families}
        try:
            found = opened(path, rows)
        except BaseException:
            self._alone.release()
            raise
        self.told: tuple[str, ...] = found.told
        """What a user should know of the start, in sentences."""
        self._database, self._spaces = found.database, Spaces(found.database)
        self._tally = Tally(rows, Budget(budget, len(rows)), found.held, found.number)

    @classmethod
    def open(cls, path: Path, families: Collection[Family], budget: int = 20_000) -> Checkpoint:
        """`budget`: series at most; a histogram is one.

        Raises `Busy` when another exporter has it, `UsageError` when it is no checkpoint or a newer version's.
        """
        return cls(path, families, budget)

    def close(self) -> None:
        with self._turn:
            with contextlib.suppress(sqlite3.Error):
                self._database.close()
            self._alone.release()

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def counted(self, run_ids: Iterable[str]) -> Mapping[str, int]:
        """How many attempts of these runs are counted; a run that was never seen is left out."""
        keys = {key_of(run_id): run_id for run_id in run_ids}
        with self._turn, self._trouble():
            return {keys[row.key]: row.counted for row in rows_of(self._database, list(keys))}

    def ingest(self, batch: Batch) -> Ingested:
        """Takes a batch whole. A run in it twice, or one that shows fewer attempts than before, adds nothing."""
        with self._turn:
            staged = Staged(self._tally, batch.history)
            with self._transaction():
                space = self._spaces.numbered(batch.namespace)
                keys = [key_of(run.run_id) for run in batch.runs]
                known = {row.key: row for row in rows_of(self._database, keys)}
                seen = look(zip(keys, batch.runs), known, self._spaces.forgotten(batch.namespace), space)
                staged.apply(batch.changes)
                for run in seen.counted:
                    staged.apply(run.changes)
                write_rows(self._database, seen.rows)
                self._write(staged)
                self._settle_open(batch)
                if batch.cursor is not None:
                    self._spaces.move(space, batch.cursor)
            self._tally.take(staged)
            return Ingested(staged.touched, seen.stale)

    def exposed(self, series: Iterable[Series]) -> tuple[Shown, ...]:
        """Their first values were sent whole: from now on they are shown with what was counted. On the disk on return."""
        with self._turn:
            held = self._tally.held
            sent = {one: held[one].copy() for one in series if one in held and not held[one].shown}
            for copy in sent.values():
                copy.sent()
            if sent:
                with self._transaction():
                    write_series(self._database, sent, self._tally.number)
                held.update(sent)
            return tuple(copy.as_shown(one) for one, copy in sent.items())

    def unexposed(self) -> tuple[Series, ...]:
        """Series whose first value was not sent yet, as far as is known."""
        with self._turn:
            return tuple(series for series, held in self._tally.held.items() if not held.shown)

    def series(self) -> Iterator[tuple[Series, Value]]:
        """All series as they are to be shown: with what was counted, or with their first value until that was sent."""
        with self._turn:
            shown = [held.as_shown(series) for series, held in self._tally.held.items()]
        for one in shown:
            yield one.series, one.value

    def recent(self) -> Sequence[tuple[Series, bytes]]:
        """The last values of series that have some, as `recent.py` reads them: another object when they have changed."""
        with self._turn:
            return [(series, held.recent) for series, held in self._tally.held.items() if held.recent]

    def open_runs(self) -> Sequence[OpenRun]:
        """Runs of all namespaces that had not ended when they were last seen."""
        with self._turn, self._trouble():
            return tuple(_OPEN.decode(run) for (run,) in self._database.execute("SELECT run FROM open ORDER BY id"))

    def cursor(self, namespace: str) -> datetime | None:
        """How far a namespace was read; None when it never was."""
        with self._turn, self._trouble():
            return self._spaces.cursor(namespace)

    @property
    def folded(self) -> int:
        """Changes that were counted under `__other__`, since the beginning."""
        with self._turn, self._trouble():
            return int(self._database.execute("SELECT changes FROM folded").fetchone()[0])

    def listed(self) -> Listed:
        """Takes up the ids of a listing of a namespace that is to be whole, for `forget`."""
        with self._turn, self._trouble():
            return Listed(2 * int(self._database.execute("SELECT count(*) FROM runs").fetchone()[0]))

    def forget(self, namespace: str, listed: Listed, now: datetime) -> int:
        """How many runs were forgotten: old ones that whole listings left out for days.

        Others have their turn in between, so rows are judged as they are then: a run that was seen meanwhile stays.
        """
        forgotten, above = 0, b""
        while True:
            with self._turn, self._trouble():
                space = self._spaces.number(namespace)
                rows = [] if space is None else some_rows(self._database, space, above)
                if space is None or not rows:
                    return forgotten
                still_open = {key_of(run.run_id) for run in self.open_runs()}
                verdict = judged(rows, listed, still_open, day_of(now))
                if verdict.marked or verdict.dropped:
                    self._forget(space, verdict)
                forgotten, above = forgotten + len(verdict.dropped), rows[-1].key

    def _forget(self, space: int, verdict: Judged) -> None:
        """A row goes in the same transaction in which its day begins to stand for it."""
        with self._transaction():
            write_rows(self._database, verdict.marked)
            drop_rows(self._database, verdict.dropped)
            self._spaces.forget(space, max((row.day for row in verdict.dropped), default=0))

    def _write(self, staged: Staged) -> None:
        write_series(self._database, staged.touched, self._tally.number)
        write_recent(self._database, staged.kept())
        if staged.folded:
            self._database.execute("UPDATE folded SET changes = changes + ?", (staged.folded,))

    def _settle_open(self, batch: Batch) -> None:
        rows = [(run.run_id, msgspec.json.encode(run)) for run in batch.opened]
        self._database.executemany("DELETE FROM open WHERE id = ?", [(run_id,) for run_id in batch.closed])
        self._database.executemany("REPLACE INTO open VALUES (?, ?)", rows)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._trouble():
            try:
                self._database.execute("BEGIN IMMEDIATE")
                yield
                self._database.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._database.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise unwritable(self._path, error) from error
