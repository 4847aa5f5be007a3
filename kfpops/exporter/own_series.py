"""Series of the exporter's own work. They begin at nothing with each start, as those of any program do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from threading import Lock

from kfpops.metrics.family import Family, Series
from kfpops.metrics.value import Distribution, Value, bucket_of, native_bucket, nothing_yet


class OwnSeries:
    """Safe for use by several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._values: dict[Series, Value] = {}

    def put(self, family: Family, value: float, *labels: str) -> None:
        with self._lock:
            self._values[Series(family.name, labels)] = value

    def add(self, family: Family, amount: float, *labels: str) -> None:
        """An amount of 0 gives birth to a series."""
        with self._lock:
            series = Series(family.name, labels)
            before = self._values.get(series, 0.0)
            assert isinstance(before, float)
            self._values[series] = before + amount

    def observe(self, family: Family, value: float, *labels: str) -> None:
        with self._lock:
            series = Series(family.name, labels)
            before = self._values.get(series) or nothing_yet(family)
            assert isinstance(before, Distribution)
            self._values[series] = _with(before, bucket_of(family, value), value)

    def all(self) -> Iterator[tuple[Series, Value]]:
        with self._lock:
            return iter(list(self._values.items()))


def _with(before: Distribution, bucket: int, value: float) -> Distribution:
    buckets = tuple(count + (number == bucket) for number, count in enumerate(before.buckets))
    index = native_bucket(value)
    if index is None:
        return replace(before, buckets=buckets, sum=before.sum + value, zeros=before.zeros + 1)
    native: Mapping[int, int] = dict(before.native)
    more = tuple(sorted({**native, index: native.get(index, 0) + 1}.items()))
    return replace(before, buckets=buckets, sum=before.sum + value, native=more)
