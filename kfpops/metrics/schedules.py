"""Schedules: KFP's recurring runs, when they last ran, and whether they run when they should."""

from __future__ import annotations

from typing import Final

from kfpops.metrics.family import Family

INFO: Final = Family(
    "kfp_recurring_run_info",
    "gauge",
    "1 for each recurring run; enabled: true or false; cron: its cron line, or every N s; concurrency: most runs at a time",
    ("namespace", "recurring_run", "enabled", "cron", "concurrency"),
)
LAST_SCHEDULED: Final = Family(
    "kfp_recurring_run_last_scheduled_timestamp_seconds",
    "gauge",
    "For which moment the last run of a recurring run was scheduled",
    ("namespace", "recurring_run"),
    "seconds",
)
NEXT_EXPECTED: Final = Family(
    "kfp_recurring_run_next_expected_timestamp_seconds",
    "gauge",
    "When a recurring run should start its next run, as of the last reconcile pass: long past, it was missed;"
    " absent while it is disabled, and where its ScheduledWorkflow cannot be read",
    ("namespace", "recurring_run"),
    "seconds",
)
FAMILIES: Final = (INFO, LAST_SCHEDULED, NEXT_EXPECTED)
