"""Pipelines: how many there are, when each last ended, and how long it usually takes."""

from __future__ import annotations

from typing import Final

from kfpops.metrics.family import Family

COUNT: Final = Family("kfp_pipelines", "gauge", "Pipelines that KFP holds", ("namespace",))
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
    "Exact percentile (50, 90, 99) of the durations of runs that succeeded within the window (as 7d), not of buckets",
    ("namespace", "pipeline", "percentile", "window"),
    "seconds",
)

FAMILIES: Final = (COUNT, LAST_END, LAST_DURATION, DURATION_QUANTILE)
