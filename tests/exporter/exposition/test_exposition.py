"""The whole: exact texts, revisions, what is refused, and threads."""

from __future__ import annotations

import gzip
import random
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from kfpops.exporter.exposition import Exposition, Format
from kfpops.metrics.family import Series
from kfpops.metrics.value import Distribution, Exemplar, Value
from tests.exporter.exposition.families import FAMILIES, FINISHED, UP, duration, finished, spread

TEXT = """\
# HELP kfp_api_up Whether KFP answered the last time
# TYPE kfp_api_up gauge
kfp_api_up 1
# HELP kfp_run_duration_seconds How long attempts took
# TYPE kfp_run_duration_seconds histogram
kfp_run_duration_seconds_bucket{namespace="team-a",le="15.0"} 1
kfp_run_duration_seconds_bucket{namespace="team-a",le="60.0"} 1
kfp_run_duration_seconds_bucket{namespace="team-a",le="604800.0"} 2
kfp_run_duration_seconds_bucket{namespace="team-a",le="+Inf"} 2
kfp_run_duration_seconds_count{namespace="team-a"} 2
kfp_run_duration_seconds_sum{namespace="team-a"} 114
# HELP kfp_runs_finished_total Attempts of runs that ended
# TYPE kfp_runs_finished_total counter
kfp_runs_finished_total{namespace="team-a",state="FAILED"} 0
kfp_runs_finished_total{namespace="team-a",state="SUCCEEDED"} 2
"""
OPENMETRICS = """\
# HELP kfp_api_up Whether KFP answered the last time
# TYPE kfp_api_up gauge
kfp_api_up 1
# HELP kfp_run_duration_seconds How long attempts took
# TYPE kfp_run_duration_seconds histogram
# UNIT kfp_run_duration_seconds seconds
kfp_run_duration_seconds_bucket{namespace="team-a",le="15.0"} 1
kfp_run_duration_seconds_bucket{namespace="team-a",le="60.0"} 1
kfp_run_duration_seconds_bucket{namespace="team-a",le="604800.0"} 2
kfp_run_duration_seconds_bucket{namespace="team-a",le="+Inf"} 2
kfp_run_duration_seconds_count{namespace="team-a"} 2
kfp_run_duration_seconds_sum{namespace="team-a"} 114
# HELP kfp_runs_finished Attempts of runs that ended
# TYPE kfp_runs_finished counter
kfp_runs_finished_total{namespace="team-a",state="FAILED"} 0
kfp_runs_finished_total{namespace="team-a",state="SUCCEEDED"} 2 # {run_id="r"} 1 1763775000.000
# EOF
"""


def small() -> Exposition:
    exposition = Exposition(FAMILIES)
    exposition.set(finished("team-a"), 2.0, Exemplar("r", 1.0, 1763775000.0))
    exposition.set(finished("team-a", "FAILED"), 0.0)
    exposition.set(duration("team-a"), spread(14.0, 100.0))
    exposition.set(Series(UP.name), 1.0)
    return exposition


@pytest.mark.parametrize(
    ("series", "value"),
    [
        pytest.param(Series("kfp_unknown"), 1.0, id="no such family"),
        pytest.param(Series(FINISHED.name, ("team-a",)), 1.0, id="a label is missing"),
        pytest.param(Series(UP.name), spread(1.0), id="a gauge is no distribution"),
        pytest.param(duration("team-a"), 1.0, id="a histogram is no number"),
        pytest.param(duration("team-a"), Distribution((0, 0)), id="buckets of another family"),
    ],
)
def test_refused(series: Series, value: Value) -> None:
    with pytest.raises(ValueError, match=series.family):
        small().set(series, value)


def test_two_families_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same name"):
        Exposition([UP, UP])


def test_nothing_is_seen_before_it_is_published() -> None:
    exposition = small()
    assert exposition.body().revision == 0
    assert b"team-a" not in exposition.body().text()


def test_a_family_without_series_is_described() -> None:
    body = Exposition([UP]).body()
    assert body.text() == b"# HELP kfp_api_up Whether KFP answered the last time\n# TYPE kfp_api_up gauge\n"
    assert body.text(Format.OPENMETRICS).endswith(b"gauge\n# EOF\n")
    assert body.text(Format.PROTOBUF) == b""


@pytest.mark.parametrize(("form", "expected"), [(Format.TEXT, TEXT), (Format.OPENMETRICS, OPENMETRICS)])
def test_exact_texts(form: Format, expected: str) -> None:
    exposition = small()
    assert exposition.publish() == 1
    assert exposition.body().text(form).decode() == expected
    assert gzip.decompress(exposition.body().gzip(form)).decode() == expected


@pytest.mark.parametrize("form", list(Format))
def test_equal_content_is_equal_bytes_whatever_was_before(form: Format) -> None:
    one, other = small(), Exposition(FAMILIES)
    other.set(finished("gone"), 1.0)
    other.set(Series(UP.name), 0.0)
    other.publish()
    other.body().gzip(form)
    other.drop(finished("gone"))
    for series, value in (
        (Series(UP.name), 1.0),
        (duration("team-a"), spread(14.0, 100.0)),
        (finished("team-a", "FAILED"), 0.0),
    ):
        other.set(series, value)
    other.set(finished("team-a"), 2.0, Exemplar("r", 1.0, 1763775000.0))
    one.publish(), other.publish()
    assert one.body().text(form) == other.body().text(form)
    assert one.body().gzip(form) == other.body().gzip(form)


def test_without_a_change_the_revision_and_its_bytes_stay() -> None:
    exposition = small()
    exposition.publish()
    before = exposition.body()
    text, packed = before.text(), before.gzip()
    exposition.set(Series(UP.name), 1.0)
    exposition.drop(finished("never"))
    exposition.drop(Series("kfp_unknown"))
    assert exposition.publish() == 1
    assert exposition.body() is before
    assert exposition.body().text() is text
    assert exposition.body().gzip() is packed


def test_a_dropped_series_is_a_change() -> None:
    exposition = small()
    exposition.publish()
    exposition.drop(finished("team-a", "FAILED"))
    assert exposition.publish() == 2
    assert b"FAILED" not in exposition.body().text()


def test_an_old_body_stays_as_it_was() -> None:
    exposition = small()
    exposition.publish()
    old = exposition.body()
    exposition.set(finished("team-a"), 3.0)
    assert exposition.publish() == 2
    assert old.text().decode() == TEXT
    assert exposition.body().text().decode() == TEXT.replace('state="SUCCEEDED"} 2', 'state="SUCCEEDED"} 3')


def test_a_new_exemplar_alone_is_a_change_in_openmetrics_only() -> None:
    exposition = small()
    exposition.publish()
    text = exposition.body().text()
    exposition.set(finished("team-a"), 2.0, Exemplar("s", 1.0, 1763775001.0))
    assert exposition.publish() == 2
    assert exposition.body().text() == text
    assert b'# {run_id="s"} 1 1763775001.000\n' in exposition.body().text(Format.OPENMETRICS)


def test_many_threads_see_each_revision_whole() -> None:
    """One thread writes the same number to all series and publishes; who reads finds one number, never less than before."""
    exposition, done = Exposition([FINISHED]), Event()
    everything = [finished(f"team-{n:04}") for n in range(1500)]

    def write() -> None:
        for number in range(1, 40):
            for series in random.Random(number).sample(everything, len(everything)):
                exposition.set(series, number)
            exposition.publish()
        done.set()

    def read(number: int) -> int:
        seen, last = 0, -1
        while not done.is_set() or not seen:
            body = exposition.body()
            form = list(Format)[number % 2]
            text = body.text(form) if number % 3 else gzip.decompress(body.gzip(form))
            values = {int(line.split()[-1]) for line in text.decode().splitlines() if line[0] != "#"}
            assert len(values) <= 1
            assert values <= {body.revision}
            assert body.revision >= last
            seen, last = seen + 1, body.revision
        return seen

    with ThreadPoolExecutor(7) as threads:
        readers = [threads.submit(read, number) for number in range(6)]
        threads.submit(write).result()
        assert all(reader.result() > 0 for reader in readers)
