"""prometheus_client's parsers read what was written, for any label values and numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from kfpops.exporter.exposition import Exposition, Format
from kfpops.exporter.exposition.words import readable
from kfpops.metrics.family import DURATIONS, Family, Series
from kfpops.metrics.value import Distribution, Exemplar

LABELS = ("namespace", "pipeline")
COUNTER = Family("c_seconds_total", "counter", 'Any "text" \\ with\nlines', LABELS, "seconds")
GAUGE = Family("g", "gauge", "", LABELS)
HISTOGRAM = Family("h_seconds", "histogram", "Histogram", LABELS, "seconds", DURATIONS)
Reader = Callable[[str], Iterable[Metric]]
READERS = [
    pytest.param(Format.TEXT, read_text, id="text"),
    pytest.param(Format.OPENMETRICS, read_openmetrics, id="OpenMetrics"),
]

values = st.text(max_size=30) | st.text(alphabet='a"\\\n\r\t{}=, #\0\u2028é', max_size=12)
labels = st.tuples(values, values)
ids = st.uuids().map(str) | st.text(max_size=40).map(lambda text: text.replace('"', ""))
"""Without quotes: OpenMetrics' reference parser (prometheus_client 0.26) does not read escaped ones in exemplars."""
exemplars = st.builds(Exemplar, ids, st.floats(allow_nan=False), st.floats(0, 4e9)) | st.none()
amounts = st.floats(min_value=0, allow_infinity=False)
buckets = st.lists(st.integers(0, 2**40), min_size=len(DURATIONS) + 1, max_size=len(DURATIONS) + 1).map(tuple)
distributions = st.builds(
    Distribution,
    buckets,
    amounts,
    st.dictionaries(st.integers(0, len(DURATIONS)), st.builds(Exemplar, ids, amounts, st.floats(1, 4e9)), max_size=3).map(
        lambda found: tuple(sorted(found.items()))
    ),
)


def read_back(form: Format, reader: Reader, exposition: Exposition) -> dict[str, Metric]:
    exposition.publish()
    return {metric.name: metric for metric in reader(exposition.body().text(form).decode())}


def same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def known_by_labels(table: dict[tuple[str, str], object]) -> bool:
    """Whether two of them would be written alike: then the question is whether both were there before."""
    return len({tuple(map(readable, key)) for key in table}) == len(table)


@pytest.mark.parametrize(("form", "reader"), READERS)
@settings(max_examples=100, deadline=None)
@given(table=st.dictionaries(labels, st.floats(), max_size=5).filter(known_by_labels))
def test_gauges(form: Format, reader: Reader, table: dict[tuple[str, str], float]) -> None:
    exposition = Exposition([GAUGE])
    for key, value in table.items():
        exposition.set(Series(GAUGE.name, key), value)
    found = read_back(form, reader, exposition)["g"]
    assert (found.type, found.documentation) == ("gauge", "")
    assert [(s.labels["namespace"], s.labels["pipeline"]) for s in found.samples] == [
        tuple(map(readable, k)) for k in sorted(table)
    ]
    assert all(same(s.value, table[key]) for s, key in zip(found.samples, sorted(table)))


@pytest.mark.parametrize(("form", "reader"), READERS)
@settings(max_examples=100, deadline=None)
@given(key=labels, amount=amounts, exemplar=exemplars)
def test_counters(form: Format, reader: Reader, key: tuple[str, str], amount: float, exemplar: Exemplar | None) -> None:
    exposition = Exposition([COUNTER])
    exposition.set(Series(COUNTER.name, key), amount, exemplar)
    found = read_back(form, reader, exposition)["c_seconds"]
    (sample,) = found.samples
    assert (found.type, found.documentation, sample.name) == ("counter", COUNTER.help, COUNTER.name)
    assert sample.value == amount
    assert found.unit == ("seconds" if form is Format.OPENMETRICS else "")
    if form is Format.TEXT or exemplar is None:
        assert sample.exemplar is None
    else:
        assert sample.exemplar.labels == {"run_id": readable(exemplar.run_id)}
        assert sample.exemplar.value == exemplar.value
        assert float(sample.exemplar.timestamp or 0) == pytest.approx(exemplar.at, abs=0.001)


@pytest.mark.parametrize(("form", "reader"), READERS)
@settings(max_examples=100, deadline=None)
@given(table=st.dictionaries(labels, distributions, min_size=1, max_size=3).filter(known_by_labels))
def test_histograms(form: Format, reader: Reader, table: dict[tuple[str, str], Distribution]) -> None:
    exposition = Exposition([HISTOGRAM])
    for key, value in table.items():
        exposition.set(Series(HISTOGRAM.name, key), value)
    found = read_back(form, reader, exposition)["h_seconds"]
    assert found.type == "histogram"
    rows = len(DURATIONS) + 3
    for number, key in enumerate(sorted(table)):
        samples, value = found.samples[number * rows : (number + 1) * rows], table[key]
        assert {(s.labels["namespace"], s.labels["pipeline"]) for s in samples} == {tuple(map(readable, key))}
        counts = [int(s.value) for s in samples[:-2]]
        assert [s.labels["le"] for s in samples[:-2]] == [*(str(b) for b in DURATIONS), "+Inf"]
        assert counts == [sum(value.buckets[: n + 1]) for n in range(len(value.buckets))]
        assert (samples[-2].value, samples[-1].value) == (float(value.count), value.sum)
        shown = {n: s.exemplar.labels["run_id"] for n, s in enumerate(samples[:-2]) if s.exemplar}
        wanted = {n: readable(e.run_id) for n, e in value.exemplars} if form is Format.OPENMETRICS else {}
        assert shown == wanted
