"""The KFP API: as the exporter's own requests find it."""

from __future__ import annotations

from typing import Final

from kfpops.metrics.family import Family

LATENCIES: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds in seconds of requests: from a health check to a page of runs with thousands of tasks."""

UP: Final = Family("kfp_api_up", "gauge", "1 when the last poll of the KFP API had an answer, 0 when it failed")
REQUESTS: Final = Family(
    "kfp_api_request_duration_seconds",
    "histogram",
    "Time that the KFP API took to answer, by what was asked",
    ("method",),
    "seconds",
    LATENCIES,
)

FAMILIES: Final = (UP, REQUESTS)
