"""What a series is worth at a moment: a number, or how values are spread over buckets."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from kfpops.metrics.family import Family

NATIVE_SCHEMA: Final = 3
"""Prometheus' native histograms: 2**3 buckets for each doubling, each 9 % wide."""
NATIVE_ZERO: Final = 2.0**-128
"""Values up to this count as zero: what Prometheus' own clients take."""
_PARTS: Final = tuple(2.0 ** (n / 2**NATIVE_SCHEMA) / 2 for n in range(2**NATIVE_SCHEMA))


class Exemplar(NamedTuple):
    """One event behind a number. `at`: seconds since the epoch, 0 for unknown."""

    run_id: str
    value: float
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Distribution:
    """`buckets`: events of each bucket alone, not summed up; one for each bound of the family, the last for what is above.

    `native`: (index, events) of the native buckets, ascending by index, none empty; `zeros`: events of 0 or less. Both empty
    when nobody keeps native buckets. `exemplars`: (number of the bucket, exemplar), ascending, at most one for each.
    """

    buckets: tuple[int, ...]
    sum: float = 0.0
    exemplars: tuple[tuple[int, Exemplar], ...] = ()
    native: tuple[tuple[int, int], ...] = ()
    zeros: int = 0

    @property
    def count(self) -> int:
        return sum(self.buckets)


Value: TypeAlias = float | Distribution


def nothing_yet(family: Family) -> Value:
    """What a series is born with."""
    return Distribution((0,) * (len(family.buckets) + 1)) if family.kind == "histogram" else 0.0


def bucket_of(family: Family, value: float) -> int:
    """The number of the bucket that holds a value: the first whose bound is not below it."""
    return bisect_left(family.buckets, value)


def native_bucket(value: float) -> int | None:
    """The index of the native bucket, whose upper bound is 2 ** (index / 8). None for what counts as zero.

    As Prometheus defines native histograms; exact at the bounds, which a logarithm is not.
    """
    if value <= NATIVE_ZERO:
        return None
    fraction, exponent = math.frexp(value)
    return bisect_left(_PARTS, fraction) + (exponent - 1) * 2**NATIVE_SCHEMA
