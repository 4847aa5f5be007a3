"""Failures: why runs failed, as `kfpops diagnose` tells it."""

from __future__ import annotations

from typing import Final

from kfpops.metrics.family import Family

NOT_DIAGNOSED: Final = "not-diagnosed"
"""`cause` of a failure at which nobody looked: an earlier attempt, or one that was over before the exporter existed."""

FAILURES: Final = Family(
    "kfpops_run_failures_total",
    "counter",
    "Attempts of runs that failed, by the id of the first cause found (docs/causes); unexplained: none was found;"
    f" {NOT_DIAGNOSED}: nobody looked",
    ("namespace", "pipeline", "cause"),
)

FAMILIES: Final = (FAILURES,)
