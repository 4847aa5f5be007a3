"""Protobuf, read back by google.protobuf; native histograms as Prometheus' data model has them."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfpops.exporter.exposition import Exposition, Format
from kfpops.exporter.exposition.words import readable
from kfpops.metrics.family import Series
from kfpops.metrics.value import NATIVE_ZERO, Distribution, Exemplar
from tests.exporter.exposition.client_model import MetricFamily, families
from tests.exporter.exposition.families import DURATION, FAMILIES, FINISHED, UP, duration, finished, spread


def read(exposition: Exposition) -> dict[str, Any]:
    exposition.publish()
    body = exposition.body()
    assert gzip.decompress(body.gzip(Format.PROTOBUF)) == body.text(Format.PROTOBUF)
    return {family.name: family for family in families(body.text(Format.PROTOBUF))}


def histogram_of(value: Distribution, *, native: bool = True) -> Any:
    exposition = Exposition([DURATION], native=native)
    exposition.set(duration("a"), value)
    return read(exposition)[DURATION.name].metric[0].histogram


def events(histogram: Any) -> dict[int, int]:
    """Index and events of the native buckets, as a reader unfolds spans and deltas."""
    found, index, count, deltas = {}, 0, 0, iter(histogram.positive_delta)
    for span in histogram.positive_span:
        index += span.offset
        for _ in range(span.length):
            count += next(deltas)
            found[index] = count
            index += 1
    assert not list(deltas)
    return found


def test_without_the_option_there_is_nothing_native() -> None:
    found = histogram_of(spread(1.0, 2.0, native=True), native=False)
    assert not found.HasField("schema")
    assert not found.HasField("zero_threshold")


def test_native_buckets_of_some_events_only_are_not_shown() -> None:
    assert not histogram_of(Distribution((2, 0, 0, 0), 2.0, native=((0, 1),))).HasField("schema")


def test_families_without_series_are_not_said() -> None:
    exposition = Exposition(FAMILIES)
    exposition.set(Series(UP.name), 1.0)
    assert list(read(exposition)) == [UP.name]


def test_equal_to_what_google_protobuf_writes() -> None:
    exposition = Exposition([FINISHED])
    exposition.set(finished("team-a", "FAILED"), 300.0, Exemplar("r", 1.0, 1763775000.25))
    exposition.publish()
    expected = MetricFamily(name=FINISHED.name, help=FINISHED.help, type=0)
    metric = expected.metric.add()
    metric.label.add(name="namespace", value="team-a")
    metric.label.add(name="state", value="FAILED")
    metric.counter.value = 300.0
    exemplar = metric.counter.exemplar
    exemplar.label.add(name="run_id", value="r")
    exemplar.value = 1.0
    exemplar.timestamp.seconds, exemplar.timestamp.nanos = 1763775000, 250_000_000
    written = expected.SerializeToString()
    assert len(written) > 127
    size = bytes((len(written) & 0x7F | 0x80, len(written) >> 7))
    assert exposition.body().text(Format.PROTOBUF) == size + written


@given(st.text(max_size=200), st.text(max_size=200), st.floats(allow_nan=False))
def test_any_label_value_and_number(namespace: str, state: str, value: float) -> None:
    exposition = Exposition([FINISHED, UP])
    exposition.set(finished(namespace, state), abs(value))
    exposition.set(Series(UP.name), value)
    found = read(exposition)
    (metric,) = found[FINISHED.name].metric
    assert [(pair.name, pair.value) for pair in metric.label] == [
        ("namespace", readable(namespace)),
        ("state", readable(state)),
    ]
    assert metric.counter.value == abs(value)
    assert found[UP.name].metric[0].gauge.value == value
    assert (found[FINISHED.name].type, found[UP.name].type) == (0, 1)


def test_a_classic_histogram() -> None:
    value = Distribution((2, 0, 300, 1), 1e6, exemplars=((2, Exemplar("r", 99.5, 5.0)),))
    found = histogram_of(value)
    assert (found.sample_count, found.sample_sum) == (303, 1e6)
    assert [(b.cumulative_count, b.upper_bound) for b in found.bucket] == [
        (2, 15.0), (2, 60.0), (302, 604800.0), (303, float("inf")),
    ]  # fmt: skip
    assert [b.HasField("exemplar") for b in found.bucket] == [False, False, True, False]
    assert found.bucket[2].exemplar.label[0].value == "r"


def test_a_native_histogram_without_events_is_native_already() -> None:
    found = histogram_of(spread(native=True))
    assert (found.schema, found.zero_threshold, found.zero_count) == (3, NATIVE_ZERO, 0)
    assert found.HasField("zero_count")


@pytest.mark.parametrize(
    ("value", "spans", "deltas"),
    [
        pytest.param(spread(1.0, native=True), [(0, 1)], [1], id="one second is the upper bound of bucket 0"),
        pytest.param(spread(2.0, 2.0, native=True), [(8, 1)], [2], id="eight buckets a doubling"),
        pytest.param(spread(0.5, native=True), [(-8, 1)], [1], id="below one second the index is negative"),
        pytest.param(spread(1.0, 1.05, 1.05, native=True), [(0, 2)], [1, 1], id="neighbours are one run"),
        pytest.param(
            spread(1.0, 1.05, 1.05, 4.0, native=True), [(0, 2), (14, 1)], [1, 1, -1], id="a gap begins another run"
        ),
        pytest.param(spread(0.5, 4.0, native=True), [(-8, 1), (23, 1)], [1, 0], id="a gap over zero"),
    ],
)
def test_spans_and_deltas(value: Distribution, spans: list[tuple[int, int]], deltas: list[int]) -> None:
    found = histogram_of(value)
    assert [(span.offset, span.length) for span in found.positive_span] == spans
    assert list(found.positive_delta) == deltas


@settings(max_examples=100)
@given(st.lists(st.floats(-1.0, 1e7) | st.just(0.0), max_size=40))
def test_all_events_are_in_their_native_bucket(seconds: list[float]) -> None:
    value = spread(*seconds, native=True)
    found = histogram_of(value)
    assert events(found) == dict(value.native)
    assert found.zero_count == sum(s <= NATIVE_ZERO for s in seconds)
    assert found.zero_count + sum(events(found).values()) == found.sample_count == len(seconds)
