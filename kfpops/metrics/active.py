"""Gauges of the runs that are under way: they follow from the set of open runs alone, each time anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kfpops.metrics import runs
from kfpops.metrics.attempt import known, open_attempt
from kfpops.metrics.family import Series
from kfpops.metrics.labels import label_value, name_value
from kfpops.metrics.page import OpenRun
from kfpops.metrics.seen import SeenRun

USUAL: Final = ("PENDING", "RUNNING")
"""States of which a pipeline without such runs shows 0."""


def open_run(seen: SeenRun) -> OpenRun | None:
    """None when the run has ended. Its state is KFP's word, also one that is not known here."""
    attempt = open_attempt(seen.run)
    if attempt is None:
        return None
    created_at = known(seen.run.created_at)
    return OpenRun(seen.run.id, seen.namespace, seen.pipeline, attempt.state, created_at, attempt.began_at)


def active(open_runs: Iterable[OpenRun], pipelines: Iterable[tuple[str, str]] = ()) -> dict[Series, float]:
    """All series of open runs; what is not in it is not there any more.

    `pipelines`: namespace and name of those that show 0 when nothing of them is under way.
    """
    usual = ((label_value(namespace), name_value(name), state) for namespace, name in pipelines for state in USUAL)
    found = {Series(runs.ACTIVE.name, labels): 0.0 for labels in usual}
    for run in open_runs:
        labels = (label_value(run.namespace), name_value(run.pipeline), label_value(run.state))
        count, oldest = Series(runs.ACTIVE.name, labels), Series(runs.OLDEST.name, labels)
        found[count] = found.get(count, 0.0) + 1.0
        if run.began_at is not None:
            began_at = run.began_at.timestamp()
            found[oldest] = min(began_at, found.get(oldest, began_at))
    return found
