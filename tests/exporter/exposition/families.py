"""Families and values for these tests."""

from __future__ import annotations

from kfpops.metrics.family import Family, Series
from kfpops.metrics.value import Distribution, bucket_of, native_bucket

FINISHED = Family("kfp_runs_finished_total", "counter", "Attempts of runs that ended", ("namespace", "state"))
DURATION = Family(
    "kfp_run_duration_seconds",
    "histogram",
    "How long attempts took",
    ("namespace",),
    unit="seconds",
    buckets=(15.0, 60.0, 604800.0),
)
UP = Family("kfp_api_up", "gauge", "Whether KFP answered the last time")
FAMILIES = (FINISHED, DURATION, UP)


def finished(namespace: str, state: str = "SUCCEEDED") -> Series:
    return Series(FINISHED.name, (namespace, state))


def duration(namespace: str) -> Series:
    return Series(DURATION.name, (namespace,))


def spread(*values: float, native: bool = False) -> Distribution:
    """Of `DURATION`."""
    buckets, fine, zeros = [0] * (len(DURATION.buckets) + 1), dict[int, int](), 0
    for value in values:
        buckets[bucket_of(DURATION, value)] += 1
        index = native_bucket(value)
        zeros += index is None
        if index is not None:
            fine[index] = fine.get(index, 0) + 1
    return Distribution(tuple(buckets), sum(values), (), tuple(sorted(fine.items())) if native else (), zeros * native)
