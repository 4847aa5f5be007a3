"""From pages to the checkpoint, and from there to what is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from kfpops.exporter.checkpoint import Checkpoint
from kfpops.exporter.checkpoint.shown import Shown
from kfpops.exporter.exposition import Exposition
from kfpops.exporter.percentiles import Percentiles
from kfpops.exporter.tasks import Tasks
from kfpops.metrics import active, own, runs
from kfpops.metrics.attempt import attempts_of
from kfpops.metrics.catalog import by_name
from kfpops.metrics.change import Add, Change, Observe
from kfpops.metrics.counting import changes_of
from kfpops.metrics.family import Series
from kfpops.metrics.gather.naming import Names
from kfpops.metrics.labels import label_value, name_value
from kfpops.metrics.page import Batch, Counting, OpenRun, Page
from kfpops.metrics.pipelines import WINDOW
from kfpops.metrics.seeding import born
from kfpops.metrics.seen import SeenRun

OTHER: Final = "__other__"
_TRIES = 3
# Pipelines of which it is known that their series are born; to tell it again costs time, and nothing else.
_REMEMBERED = 20_000


class Ingest:
    """For one thread. Series of a namespace of which the history is still being read are held back.

    If half of it were shown, the other half would look as if it had just happened.
    """

    def __init__(
        self, checkpoint: Checkpoint, exposition: Exposition, names: Names, tasks: Tasks, now: Callable[[], datetime]
    ) -> None:
        self._checkpoint, self._exposition, self._now = checkpoint, exposition, now
        self._names, self._tasks = names, tasks
        self._unread: set[str] = set()
        self._born: set[tuple[str, str]] = set()
        self._room: dict[tuple[str, ...], None] = {}
        self._active: set[Series] = set()
        self._percentiles = Percentiles(checkpoint, exposition, self.is_held)

    def hold(self, namespace: str) -> None:
        """The history of this namespace is going to be read; "" for all there are."""
        self._unread.add(label_value(namespace))

    def release(self, namespace: str) -> None:
        """It was read whole."""
        if namespace in self._unread:
            self._unread.discard(label_value(namespace))
            self.show_all()

    def take(self, page: Page) -> int:
        """How many runs told something new. Raises what KFP says about names, and `Unwritable`: then nothing was taken."""
        seen = {run.id: self._names.seen(run, page.namespace) for run in page.runs}
        found, news, history = dict(seen), 0, label_value(page.namespace) in self._unread
        for _ in range(_TRIES):
            batch = self._batch(page, found, history)
            answer = self._checkpoint.ingest(batch)
            self._tasks.settle(found.keys() - answer.stale)
            if len(self._born) > _REMEMBERED:
                self._born.clear()
            self._born |= {(one.namespace, one.pipeline) for one in found.values()}
            news += sum(run.after > run.before for run in batch.runs) - len(answer.stale)
            if not history:
                self._show(answer.changed)
            found = {id: found[id] for id in answer.stale}
            if not found:
                break
        return news

    def show_all(self) -> None:
        """Everything that the checkpoint holds, but for what is held back."""
        self._show(Shown(series, value) for series, value in self._checkpoint.series())

    def show_exposed(self) -> None:
        """What was served before: it may be shown whatever else is known."""
        hidden = set(self._checkpoint.unexposed())
        self._show(Shown(series, value) for series, value in self._checkpoint.series() if series not in hidden)

    def show_active(self, open_runs: Iterable[OpenRun]) -> None:
        """The gauges of open runs. A pipeline for which the budget has no room is shown with the others of its kind."""
        known = [_placed(run, self._room) for run in open_runs]
        gauges = active.active(known, [(labels[0], labels[1]) for labels in self._room])
        for series, value in gauges.items():
            if not self.is_held(series):
                self._exposition.set(series, value)
        for series in self._active.difference(gauges):
            self._exposition.drop(series)
        self._active = set(gauges)

    def show_percentiles(self) -> None:
        """Of what lies within the window now."""
        self._percentiles.show(self._now().timestamp())

    def sent(self, series: Iterable[Series]) -> None:
        """First values of these were sent whole: now they are shown as they are."""
        self._show(self._checkpoint.exposed(series))

    def is_held(self, series: Series) -> bool:
        """Series of no namespace never are."""
        if not self._unread or "namespace" not in by_name[series.family].labels:
            return False
        return "" in self._unread or series.labels[0] in self._unread

    def _batch(self, page: Page, found: dict[str, SeenRun], history: bool) -> Batch:
        counted = self._checkpoint.counted(found)
        if not history:
            # Of a whole history it would take a question for each run.
            found = {id: self._with_tasks(one, counted.get(id, 0)) for id, one in found.items()}
        since = self._now().timestamp() - WINDOW
        counting = tuple(_counting(one, counted.get(id, 0), since) for id, one in found.items())
        opened = tuple(run for one in found.values() if (run := active.open_run(one)) is not None)
        still = {run.run_id for run in opened}
        return Batch(
            namespace=page.namespace,
            runs=counting,
            changes=(*self._births(found.values()), *([] if history else self._lags(found, counting))),
            opened=opened,
            closed=(*(id for id in found if id not in still), *page.gone),
            cursor=page.cursor,
            history=history,
        )

    def _with_tasks(self, seen: SeenRun, counted: int) -> SeenRun:
        return self._tasks.of(seen) if len(attempts_of(seen.run)) > counted else seen

    def _births(self, seen: Iterable[SeenRun]) -> Iterable[Change]:
        new = {(one.namespace, one.pipeline): None for one in seen}
        return [Add(series, 0.0) for pair in new if pair not in self._born for series in born(*pair)]

    def _lags(self, found: dict[str, SeenRun], counting: Iterable[Counting]) -> Iterable[Change]:
        now = self._now()
        for run in counting:
            for attempt in attempts_of(found[run.run_id].run)[run.before :] if run.after > run.before else ():
                if attempt.ended_at is not None:
                    yield Observe(Series(own.LAG.name), max(0.0, (now - attempt.ended_at).total_seconds()))

    def _show(self, changed: Iterable[Shown]) -> None:
        for series, value, exemplar in changed:
            if series.family == runs.ATTEMPTS.name:
                self._room[series.labels] = None
            if not self.is_held(series):
                self._exposition.set(series, value, exemplar)


def _counting(seen: SeenRun, before: int, since: float) -> Counting:
    after = len(attempts_of(seen.run))
    return Counting(seen.run.id, before, max(before, after), changes_of(seen, before, since), seen.run.created_at)


def _placed(run: OpenRun, room: dict[tuple[str, ...], None]) -> OpenRun:
    labels = (label_value(run.namespace), name_value(run.pipeline))
    if labels in room:
        return run
    return OpenRun(run.run_id, run.namespace, OTHER, run.state, run.created_at, run.began_at)
