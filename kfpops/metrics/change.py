"""What is added to series when something was seen: the words between counting and the checkpoint."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from kfpops.metrics.family import Series


class Add(NamedTuple):
    """A counter grows. `run_id` is for an exemplar, "" for none."""

    series: Series
    amount: float = 1.0
    run_id: str = ""


class Observe(NamedTuple):
    """A histogram gets a value. `run_id` is for an exemplar."""

    series: Series
    value: float
    run_id: str = ""


class Put(NamedTuple):
    """A stored gauge gets a value, unless it has one from a later moment. `at`: seconds since the epoch."""

    series: Series
    value: float
    at: float


class Keep(NamedTuple):
    """A value is kept for a while beside its series, with the moment at which it came: the last ones tell percentiles."""

    series: Series
    value: float
    at: float


Change: TypeAlias = Add | Observe | Put | Keep
