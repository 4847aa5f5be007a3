"""Series that exist at 0 before anything happened: Prometheus cannot see the first event of a series that begins with it."""

from __future__ import annotations

from typing import Final

from kfpops.metrics import runs
from kfpops.metrics.family import Series
from kfpops.metrics.labels import label_value, name_value

USUAL: Final = ("SUCCEEDED", "FAILED", "CANCELED")
"""States in which runs of Argo end."""

TRIGGERS: Final = ("manual", "schedule")


def born(namespace: str, pipeline: str) -> tuple[Series, ...]:
    """The counters and histograms of a pipeline that is seen for the first time: each once, all of them at 0."""
    labels = (label_value(namespace), name_value(pipeline))
    return (
        *(Series(runs.FINISHED.name, (*labels, state, trigger)) for state in USUAL for trigger in TRIGGERS),
        Series(runs.ATTEMPTS.name, labels),
        Series(runs.RETRIES.name, labels),
        *(Series(runs.DURATION.name, (*labels, state)) for state in USUAL),
        Series(runs.QUEUE.name, labels),
    )
