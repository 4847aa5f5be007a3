"""Which runs of a batch count: those that have more attempts than are counted, from the number they were counted from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kfpops.exporter.checkpoint.runs import RunRow, day_of
from kfpops.metrics.change import Put
from kfpops.metrics.page import Counting


class Seen(NamedTuple):
    """`counted`: runs whose changes are to be taken. `rows`: as they are from now on, those that change. `stale`: ids."""

    counted: tuple[Counting, ...]
    rows: tuple[RunRow, ...]
    stale: tuple[str, ...]


def look(runs: Iterable[tuple[bytes, Counting]], known: dict[bytes, RunRow], forgotten: int, space: int) -> Seen:
    """`runs`: each with its key. `known`: what is remembered of them, kept up, so that a run that is told twice counts once.

    `forgotten`: an unknown run created on this day or before was counted once, so it is known again and adds nothing. A run
    without new attempts may still put gauges, which comes to the same however often it is done.
    """
    counted: list[Counting] = []
    stale: list[str] = []
    changed: dict[bytes, RunRow] = {}
    for key, run in runs:
        row = known.get(key)
        if row is None:
            day = day_of(run.created_at)
            returned = 0 < day <= forgotten
            row = changed[key] = RunRow(key, run.after if returned else 0, day, 0, space)
            known[key] = row
        if run.before == row.counted < run.after:
            counted.append(run)
            row = changed[key] = row._replace(counted=run.after)
        elif run.after > row.counted:
            stale.append(run.run_id)
        elif run.changes:
            counted.append(run._replace(changes=tuple(change for change in run.changes if isinstance(change, Put))))
        if row.absent:
            row = changed[key] = row._replace(absent=0)
        known[key] = row
    return Seen(tuple(counted), tuple(changed.values()), tuple(stale))
