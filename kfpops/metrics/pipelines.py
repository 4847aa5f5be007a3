"""Pipelines: how many there are, when each last ended, and how long it usually takes."""

from __future__ import annotations

from typing import Final

from kfpops.metrics.family import Family

WINDOW: Final = 30 * 86_400.0
"""Seconds for which the durations of runs are kept for percentiles: a pipeline that runs weekly has four in it."""
MOST: Final = 200
"""Durations of a pipeline that are kept at most."""

COUNT: Final = Family(
    "kfp_pipelines",
    "gauge",
    "Pipelines that KFP holds; those that it shares with all namespaces are not counted where there are users",
    ("namespace",),
)
LAST_END: Final = Family(
    "kfp_pipeline_last_run_end_timestamp_seconds",
    "gauge",
    "When a run of the pipeline last ended in this state",
    ("namespace", "pipeline", "state"),
    "seconds",
)
LAST_DURATION: Final = Family(
    "kfp_pipeline_last_run_duration_seconds",
    "gauge",
    "How long the run took that last ended in this state",
    ("namespace", "pipeline", "state"),
    "seconds",
)
DURATION_QUANTILE: Final = Family(
    "kfp_pipeline_run_duration_quantile_seconds",
    "gauge",
    f"Exact percentile (50, 90, 99; by nearest rank) of the durations of runs that succeeded within the window (30d),"
    f" the last {MOST} of them at most; absent when none did",
    ("namespace", "pipeline", "percentile", "window"),
    "seconds",
)

FAMILIES: Final = (COUNT, LAST_END, LAST_DURATION, DURATION_QUANTILE)
