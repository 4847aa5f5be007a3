"""Percentiles of the durations of a pipeline's last runs: of the durations themselves, not of buckets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kfpops.metrics import pipelines
from kfpops.metrics.family import Series

PERCENTILES: Final = (50, 90, 99)
WINDOW: Final = f"{pipelines.WINDOW // 86_400:.0f}d"


def series_of(namespace: str, pipeline: str) -> tuple[Series, ...]:
    """A pipeline's series, in the order of `PERCENTILES`. The labels are fit to be shown already."""
    return tuple(Series(pipelines.DURATION_QUANTILE.name, (namespace, pipeline, f"{p}", WINDOW)) for p in PERCENTILES)


def percentiles(values: Iterable[float]) -> tuple[float, ...]:
    """By nearest rank: each is one of the values, and so many percent of them are not above it. () of none."""
    ordered = sorted(values)
    return tuple(ordered[-(-p * len(ordered) // 100) - 1] for p in PERCENTILES) if ordered else ()
