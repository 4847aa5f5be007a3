"""Runs: how they ended, how long they took and waited, and which are under way."""

from __future__ import annotations

from typing import Final

from kfpops.metrics.family import DURATIONS, Family

DELAYS: Final = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 21600.0, 86400.0)
"""Upper bounds in seconds of what should be short: a schedule's runs are created within seconds."""

FINISHED: Final = Family(
    "kfp_runs_finished_total",
    "counter",
    "Attempts of runs that ended, by state; what failed while it was being cancelled is CANCELED;"
    " trigger: schedule for the runs of a recurring run, manual for all others",
    ("namespace", "pipeline", "state", "trigger"),
)
ATTEMPTS: Final = Family(
    "kfp_run_attempts_total",
    "counter",
    "Attempts of runs that ended, of any state: a run's first and each that a retry of it began",
    ("namespace", "pipeline"),
)
RETRIES: Final = Family(
    "kfp_run_retries_total",
    "counter",
    "Attempts that ended and that a retry of a run had begun",
    ("namespace", "pipeline"),
)
DURATION: Final = Family(
    "kfp_run_duration_seconds",
    "histogram",
    "Time from the creation of a run, or its retry, to the end of that attempt, waiting included",
    ("namespace", "pipeline", "state"),
    "seconds",
    DURATIONS,
)
QUEUE: Final = Family(
    "kfp_run_queue_duration_seconds",
    "histogram",
    "Time from the creation of a run, or its retry, until KFP first saw it running, of attempts that ended",
    ("namespace", "pipeline"),
    "seconds",
    DURATIONS,
)
SCHEDULE_DELAY: Final = Family(
    "kfp_run_schedule_delay_seconds",
    "histogram",
    "Time from the moment for which a recurring run had scheduled a run until KFP created it, of runs that ended",
    ("namespace", "pipeline"),
    "seconds",
    DELAYS,
)
ACTIVE: Final = Family(
    "kfp_runs_active",
    "gauge",
    "Runs that have not ended, by KFP's own word for their state",
    ("namespace", "pipeline", "state"),
)
OLDEST: Final = Family(
    "kfp_run_active_oldest_start_timestamp_seconds",
    "gauge",
    "When the attempt began that has been under way the longest, by state; absent while there is none",
    ("namespace", "pipeline", "state"),
    "seconds",
)

FAMILIES: Final = (FINISHED, ATTEMPTS, RETRIES, DURATION, QUEUE, SCHEDULE_DELAY, ACTIVE, OLDEST)
