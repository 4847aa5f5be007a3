"""The series of the exposition benchmark, for kfpops and for prometheus_client: pipelines that ran some times each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from kfpops.exporter.exposition import Exposition
from kfpops.metrics.family import DURATIONS, Family, Series
from kfpops.metrics.value import Distribution, Value, bucket_of

_LABELS = ("namespace", "pipeline", "state")
FAMILIES = (
    Family("kfp_run_duration_seconds", "histogram", "How long attempts took", _LABELS, "seconds", DURATIONS),
    Family("kfp_run_queue_duration_seconds", "histogram", "How long attempts waited", _LABELS, "seconds", DURATIONS),
    Family("kfp_task_duration_seconds", "histogram", "How long tasks took", _LABELS, "seconds", DURATIONS),
    Family("kfp_runs_finished_total", "counter", "Attempts that ended", _LABELS),
    Family("kfp_run_retries_total", "counter", "Attempts after the first", _LABELS),
    Family("kfp_runs_active", "gauge", "Runs that have not ended", _LABELS),
)
_ROWS = sum(len(f.buckets) + 3 if f.kind == "histogram" else 1 for f in FAMILIES)
_STATES = ("CANCELED", "FAILED", "SUCCEEDED")
_PIPELINES = 50
"""In a namespace."""


class Row(NamedTuple):
    """Labels, and how often each length of time was seen."""

    labels: tuple[str, str, str]
    seen: tuple[float, ...]


def series(samples: int) -> Iterator[Row]:
    for number in range(samples // _ROWS):
        yield Row(_labels(number), tuple((number * 7 + n * n * 331) % 90_000 + 0.25 for n in range(5)))


def changed(count: int, turn: int) -> Iterator[tuple[Series, Value]]:
    """Some pipelines' runs ended: scattered over all, each round with other values."""
    for n in range(count):
        family = FAMILIES[n % len(FAMILIES)]
        yield Series(family.name, _labels(n * 149)), _value(family, (60.0 + turn, *(30.0 * i for i in range(turn + n))))


def fill_ours(rows: Sequence[Row]) -> Exposition:
    exposition = Exposition(FAMILIES)
    for row in rows:
        for family in FAMILIES:
            exposition.set(Series(family.name, row.labels), _value(family, row.seen))
    exposition.publish()
    return exposition


def fill_theirs(rows: Sequence[Row]) -> CollectorRegistry:
    """Without their `_created` series, which we do not have."""
    disable_created_metrics()
    registry = CollectorRegistry()
    made = [_instrument(family, registry) for family in FAMILIES]
    for row in rows:
        for instrument in made:
            child = instrument.labels(*row.labels)
            match child:
                case Histogram():
                    for value in row.seen:
                        child.observe(value)
                case Counter():
                    child.inc(sum(row.seen))
                case Gauge():
                    child.set(sum(row.seen))
    return registry


def _instrument(family: Family, registry: CollectorRegistry) -> Counter | Gauge | Histogram:
    match family.kind:
        case "histogram":
            return Histogram(family.name, family.help, family.labels, registry=registry, buckets=family.buckets)
        case "counter":
            return Counter(family.name, family.help, family.labels, registry=registry)
        case "gauge":
            return Gauge(family.name, family.help, family.labels, registry=registry)


def _value(family: Family, seen: tuple[float, ...]) -> Value:
    if family.kind != "histogram":
        return sum(seen)
    buckets = [0] * (len(family.buckets) + 1)
    for value in seen:
        buckets[bucket_of(family, value)] += 1
    return Distribution(tuple(buckets), sum(seen))


def _labels(number: int) -> tuple[str, str, str]:
    pipeline, state = divmod(number, len(_STATES))
    return f"team-{pipeline // _PIPELINES:03}", f"churn-prediction-{pipeline % _PIPELINES:03}", _STATES[state]
