"""The poll: what is new in KFP, and what became of the runs that had not ended. One list call when nothing is going on.

Every run is met by one of four ways. A new one by the cursor: the creation of the newest run that was read, less an overlap
(KFP keeps whole seconds, and writes a row a moment after the time that it gives it). One that has not ended by its id, until
it has. One that runs again after its end, or whose row comes late, by `reconcile`, and whatever that misses by `history`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from kfpops.metrics.gather.asked import Lists
from kfpops.metrics.page import OpenRun, Page
from kfpops.model.run import Run, RunQuery

OVERLAP: Final = timedelta(minutes=2)
_IDS: Final = 100
_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class Known:
    """What was read before: `cursors` by namespace (none: nothing), `open_runs` of all namespaces. `now`: our clock."""

    now: datetime
    cursors: Mapping[str, datetime] = field(default_factory=dict)
    open_runs: Sequence[OpenRun] = ()

    def open_in(self, namespace: str) -> dict[str, OpenRun]:
        """By id. A list of no namespace has the runs of all."""
        return {run.run_id: run for run in self.open_runs if namespace in ("", run.namespace)}


def poll(lists: Lists, namespaces: Sequence[str], known: Known) -> Iterator[Page]:
    """Pages as they come: what was given holds, also when a later one raises. `namespaces`: ("",) on a KFP without users."""
    for namespace in namespaces:
        fresh: set[str] = set()
        for page in _new(lists, namespace, known):
            fresh.update(run.id for run in page.runs)
            yield page
        left = {id: run for id, run in known.open_in(namespace).items() if id not in fresh}
        yield from again(lists, namespace, left)


def again(lists: Lists, namespace: str, runs: Mapping[str, OpenRun]) -> Iterator[Page]:
    """Runs by their ids, as they are now. Those that KFP does not know any more are `gone`."""
    ids = sorted(runs)
    for start in range(0, len(ids), _IDS):
        part = tuple(ids[start : start + _IDS])
        found: list[Run] = []
        # KFP has no index by which it could find several ids: the time narrows where it has to look.
        for answer in lists.run_pages(namespace, _between([runs[id].created_at for id in part], part)):
            found += answer
        told = {run.id for run in found}
        yield Page(namespace, tuple(found), gone=tuple(id for id in part if id not in told))


def _new(lists: Lists, namespace: str, known: Known) -> Iterator[Page]:
    """What was created since the cursor. The first time that is everything, and the cursor comes with the last page only.

    Who is stopped before it begins again, and sees by the missing cursor that all of it is history.
    """
    cursor = known.cursors.get(namespace)
    if cursor is None:
        yield from _first(lists, namespace, known.now)
        return
    newest: datetime | None = cursor
    for runs in lists.run_pages(namespace, RunQuery(created_since=cursor - OVERLAP)):
        newest = _newest(newest, runs, known.now)
        yield Page(namespace, tuple(runs), newest)


def _first(lists: Lists, namespace: str, now: datetime) -> Iterator[Page]:
    """Everything, several of KFP's pages in one: a transaction costs as much as a hundred runs."""
    newest: datetime | None = None
    waiting: list[Run] = []
    for runs in lists.run_pages(namespace, RunQuery()):
        if len(waiting) + len(runs) > _AT_ONCE:
            yield Page(namespace, tuple(waiting))
            waiting = []
        newest = _newest(newest, runs, now)
        waiting += runs
    yield Page(namespace, tuple(waiting), newest or now)


def _newest(before: datetime | None, runs: Sequence[Run], now: datetime) -> datetime | None:
    """Not later than now: after a run from the future, made by a clock that was set right since, nothing would be new."""
    times = [run.created_at for run in runs if run.created_at]
    found = max([*times, *([before] if before else [])], default=None)
    return min(found, now) if found else None


def _between(times: Sequence[datetime | None], ids: tuple[str, ...]) -> RunQuery:
    known = [at for at in times if at]
    return RunQuery(min(known), max(known), ids=ids) if len(known) == len(times) else RunQuery(ids=ids)
