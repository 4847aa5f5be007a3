"""The exporter itself: whether what it serves is fresh and whole."""

from __future__ import annotations

from typing import Final

from kfpops.metrics.family import Family

LAGS: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0)
"""Upper bounds in seconds: about a poll's interval, unless KFP reports late."""

BUILD: Final = Family("kfpops_exporter_build_info", "gauge", "1; version: that of kfpops", ("version",))
POLLED: Final = Family(
    "kfpops_exporter_last_poll_success_timestamp_seconds",
    "gauge",
    "When all of KFP that is watched was last read without an error: how old everything else is",
    unit="seconds",
)
POLL_ERRORS: Final = Family("kfpops_exporter_poll_errors_total", "counter", "Polls that failed, by reason", ("reason",))
LAG: Final = Family(
    "kfpops_exporter_ingest_lag_seconds",
    "histogram",
    "Time from the end of an attempt, as KFP tells it, until it was counted",
    unit="seconds",
    buckets=LAGS,
)
WATERMARK: Final = Family(
    "kfpops_exporter_watermark_timestamp_seconds",
    "gauge",
    "Creation of the newest run that was read",
    ("namespace",),
    "seconds",
)
OPEN_RUNS: Final = Family(
    "kfpops_exporter_open_runs", "gauge", "Runs that are read again until they have ended", ("namespace",)
)
SERIES: Final = Family("kfpops_exporter_series", "gauge", "Series that are held, by the budget's reckoning")
FOLDED: Final = Family(
    "kfpops_exporter_series_folded_total",
    "counter",
    'Events that were counted in pipeline="__other__" because the budget of series was used up',
)
WRITE_ERRORS: Final = Family(
    "kfpops_exporter_checkpoint_write_errors_total", "counter", "Writes of the checkpoint that failed; they are tried again"
)
DRIFT: Final = Family(
    "kfpops_exporter_reconcile_drift_runs",
    "gauge",
    "Runs that the last pass over all of KFP's history found otherwise than the polls had",
)
WITHOUT_TASKS: Final = Family(
    "kfpops_exporter_runs_without_tasks_total",
    "counter",
    "Runs that ended while the lineage store could not be read: their tasks are missing in what is counted of tasks",
)

FAMILIES: Final = (
    BUILD, POLLED, POLL_ERRORS, LAG, WATERMARK, OPEN_RUNS, SERIES, FOLDED, WRITE_ERRORS, DRIFT, WITHOUT_TASKS,
)  # fmt: skip
