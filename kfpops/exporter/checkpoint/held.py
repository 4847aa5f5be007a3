"""A series as it is counted: what it is worth, and what is shown of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from kfpops.exporter.checkpoint.recent import added
from kfpops.exporter.checkpoint.shown import Shown
from kfpops.metrics.family import Family, Series
from kfpops.metrics.value import Distribution, Exemplar

NEVER: Final = float("-inf")


class First(NamedTuple):
    """What is shown of a series until it was sent once, so that Prometheus sees what came after it as growth."""

    value: float
    buckets: tuple[int, ...]


@dataclass(slots=True)
class Held:
    """One series. It is changed in place, because a million runs change a few series; a batch changes copies.

    `value`: of a counter or gauge, the sum of a histogram. `at`: the moment of a gauge. `shown`: it was sent once. `first`
    is of one that was not; None: all that is counted was there before. `recent`: the last values, see `recent.py`.
    """

    number: int
    shown: bool
    bounds: tuple[float, ...] = ()
    value: float = 0.0
    at: float = NEVER
    buckets: list[int] = field(default_factory=list)
    first: First | None = None
    exemplars: Mapping[int, Exemplar] = field(default_factory=dict)
    recent: bytes = b""

    def copy(self) -> Held:
        return Held(
            self.number,
            self.shown,
            self.bounds,
            self.value,
            self.at,
            self.buckets[:],
            self.first,
            self.exemplars,
            self.recent,
        )

    def add(self, amount: float, run_id: str, history: bool) -> None:
        if history:
            if self.first is not None:
                self.first = First(self.first.value + amount, self.first.buckets)
        elif amount:
            self._keep_first()
            if run_id:
                self.exemplars = {0: Exemplar(run_id, amount)}
        self.value += amount

    def observe(self, value: float, run_id: str, history: bool) -> None:
        bucket = bisect_left(self.bounds, value)
        if history:
            if self.first is not None:
                buckets = tuple(events + (number == bucket) for number, events in enumerate(self.first.buckets))
                self.first = First(self.first.value + value, buckets)
        else:
            self._keep_first()
            if run_id:
                self.exemplars = {**self.exemplars, bucket: Exemplar(run_id, value)}
        self.buckets[bucket] += 1
        self.value += value

    def put(self, value: float, at: float) -> None:
        if at >= self.at:
            self.value, self.at = value, at

    def keep(self, value: float, at: float) -> None:
        self.recent = added(self.recent, at, value)

    def sent(self) -> None:
        self.shown, self.first = True, None

    def as_shown(self, series: Series) -> Shown:
        """Exemplars come with what they are an example of: not with a first value, which they are not in."""
        first = self.first
        exemplars = tuple(sorted(self.exemplars.items())) if first is None and self.exemplars else ()
        value = self.value if first is None else first.value
        if not self.buckets:
            return Shown(series, value, exemplars[0][1] if exemplars else None)
        return Shown(series, Distribution(tuple(self.buckets) if first is None else first.buckets, value, exemplars))

    def _keep_first(self) -> None:
        if self.first is None and not self.shown:
            self.first = First(self.value, tuple(self.buckets))


def new_held(family: Family, number: int) -> Held:
    """A gauge tells what is, not what grew: it needs no first value."""
    if family.kind == "histogram":
        return Held(number, False, family.buckets, buckets=[0] * (len(family.buckets) + 1))
    return Held(number, family.kind == "gauge")
