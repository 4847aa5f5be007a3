"""The slow passes: runs that began again after their end, and rows that came late or were changed behind the cursor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from kfpops.metrics.attempt import TERMINAL
from kfpops.metrics.gather.asked import Lists
from kfpops.metrics.gather.poll import Known, again
from kfpops.metrics.page import Page
from kfpops.model.run import RunQuery

LATE: Final = timedelta(hours=1)
"""KFP learns of an end from reports: so late may one come without waiting for `history`, for runs that were not open."""


def reconcile(lists: Lists, namespaces: Sequence[str], known: Known, since: datetime) -> Iterator[Page]:
    """What has not ended, whatever its age, and what ended since. `since`: when the last whole pass began, by our clock.

    Finds old runs that run again, rows that were written late, and ends that no poll saw. Two list calls for a namespace
    where little is going on.
    """
    for namespace in namespaces:
        states = tuple(sorted(TERMINAL))
        found: set[str] = set()
        for query in (RunQuery(not_in=states), RunQuery(finished_since=since - LATE)):
            for runs in lists.run_pages(namespace, query):
                found.update(run.id for run in runs)
                yield Page(namespace, tuple(runs))
        # Open when the pass began, and in neither list: ended long ago by Argo's clock, or gone.
        left = {id: run for id, run in known.open_in(namespace).items() if id not in found}
        yield from again(lists, namespace, left)


class Place(NamedTuple):
    """Where a pass over the whole history is. `created_at` None: at its beginning. `done`: it came to its end."""

    created_at: datetime | None = None
    done: bool = False


def history(lists: Lists, namespace: str, place: Place, pages: int) -> Iterator[tuple[Page, Place]]:
    """A portion of all runs, the oldest first, from a place on; with each page the place behind it.

    A place is a whole second, and read again by the next portion. A portion is `pages` long, or longer when one second has
    more than those.
    """
    at = place.created_at
    for number, runs in enumerate(lists.run_pages(namespace, RunQuery(created_since=at)), 1):
        at = max((run.created_at for run in runs if run.created_at), default=at)
        yield Page(namespace, tuple(runs)), Place(at)
        if number >= pages and at != place.created_at:
            return
    yield Page(namespace), Place(at, done=True)
