"""Tasks: how the steps of runs ended, how long they ran, and how often they were tried again.

They are read from the lineage store with each run that ends; those of runs that had ended before are not counted.
"""

from __future__ import annotations

from typing import Final

from kfpops.metrics.family import DURATIONS, Family

FINISHED: Final = Family(
    "kfp_tasks_finished_total",
    "counter",
    "Tasks of runs that ended since the exporter's first start, by state;"
    " CACHED: taken from KFP's cache instead of run; SKIPPED: not triggered",
    ("namespace", "pipeline", "component", "state"),
)
DURATION: Final = Family(
    "kfp_task_duration_seconds",
    "histogram",
    "Time from the start of a task to its end, of those that ran",
    ("namespace", "pipeline", "component"),
    "seconds",
    DURATIONS,
)
RETRIES: Final = Family(
    "kfp_task_retries_total",
    "counter",
    "How often tasks were tried again within one attempt of their run",
    ("namespace", "pipeline", "component"),
)

FAMILIES: Final = (FINISHED, DURATION, RETRIES)
