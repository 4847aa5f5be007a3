"""Tasks: how the steps of runs ended, how long they ran, and how often they were tried again."""

from __future__ import annotations

from typing import Final

from kfpops.metrics.family import DURATIONS, Family

FINISHED: Final = Family(
    "kfp_tasks_finished_total",
    "counter",
    "Tasks that ended, by state; CACHED: taken from KFP's cache instead of run",
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
