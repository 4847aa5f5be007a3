"""A real Prometheus finds the same in each format: numbers, any label values, exemplars, native histograms."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kfpops.exporter.exposition import Exposition, Format
from kfpops.exporter.exposition.words import readable
from kfpops.metrics.family import DURATIONS, Family, Series
from kfpops.metrics.value import Distribution, Exemplar, bucket_of, native_bucket
from tests.e2e.prometheus.running import PROMETHEUS, Prometheus, prometheus

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(PROMETHEUS is None, reason="no prometheus (Debian's package) is installed"),
]
DURATION = Family("kfp_run_duration_seconds", "histogram", 'How "long"\\took', ("namespace",), "seconds", DURATIONS)
FINISHED = Family("kfp_runs_finished_total", "counter", "Ended", ("namespace", "state"))
ODD = Family("kfp_odd", "gauge", "Label values of all sorts\nand numbers", ("number", "text"))
ODD_VALUES = (
    "plain", 'a"quote', "back\\slash", "line\nfeed", "cr\rx", "nul\0x", "\x01\x1b\x7f", "é數🚀", "\u2028\u0085",
    "half\ud800", "end\\", "{},=# ", "", "x" * 500,
)  # fmt: skip
NUMBERS = (1.5, 1e6, float("inf"), -1234567.25, 1e-7, 0.0)
LENGTHS = (0.0, 1.0, 20.0, 20.0, 90.0, 400.0, 700_000.0)
RUN = "0e6f1d7c-0000-4000-8000-000000000000"


def spread(values: tuple[float, ...]) -> Distribution:
    buckets, fine, zeros = [0] * (len(DURATIONS) + 1), dict[int, int](), 0
    for value in values:
        buckets[bucket_of(DURATION, value)] += 1
        index = native_bucket(value)
        zeros += index is None
        if index is not None:
            fine[index] = fine.get(index, 0) + 1
    exemplars = ((0, Exemplar(RUN, 1.0, time.time())),) if values else ()
    return Distribution(tuple(buckets), sum(values), exemplars, tuple(sorted(fine.items())), zeros)


def write(exposition: Exposition, lengths: tuple[float, ...]) -> None:
    for number, text in enumerate(ODD_VALUES):
        exposition.set(Series(ODD.name, (str(number), text)), NUMBERS[number % len(NUMBERS)])
    exposition.set(Series(DURATION.name, ("team-a",)), spread(lengths))
    exemplar = Exemplar(RUN, 1.0, time.time()) if lengths else None
    exposition.set(Series(FINISHED.name, ("team-a", "FAILED")), len(lengths), exemplar)
    exposition.publish()


@contextmanager
def serving(exposition: Exposition) -> Iterator[str]:
    """Each format under its own path, compressed, whatever is asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            form = Format(self.path[1:])
            self.send_response(200)
            self.send_header("Content-Type", form.content_type)
            self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(exposition.body().gzip(form))

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(name="native", params=[False, True], ids=["classic", "native"], scope="module")
def _native(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(name="read", scope="module")
def _read(native: bool, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """What Prometheus holds after it saw each series at 0, and then with all its events."""
    exposition = Exposition([DURATION, FINISHED, ODD], native=native)
    write(exposition, ())
    folder = tmp_path_factory.mktemp("prometheus")
    with serving(exposition) as url:
        jobs = {form.value: f"{url}/{form.value}" for form in Format}
        with prometheus(folder, jobs, "native-histograms", "exemplar-storage") as found:
            for lengths in (LENGTHS[:1], LENGTHS):
                for form in Format:
                    found.wait_for_scrapes(form.value)
                write(exposition, lengths)
            for form in Format:
                found.wait_for_scrapes(form.value)
            yield found


def test_no_scrape_failed(read: Prometheus) -> None:
    assert read.complaints() == {}
    assert read.numbers("min_over_time(up[10m])") == {form.value: 1.0 for form in Format}


@pytest.mark.parametrize("form", list(Format))
def test_any_label_value_and_number(read: Prometheus, form: Format) -> None:
    rows = read.query(f'{ODD.name}{{job="{form.value}"}}')
    found = {int(r["metric"]["number"]): (r["metric"].get("text", ""), float(r["value"][1])) for r in rows}
    assert found == {n: (readable(text), NUMBERS[n % len(NUMBERS)]) for n, text in enumerate(ODD_VALUES)}


def test_counters_are_equal_in_all_formats(read: Prometheus) -> None:
    assert read.numbers(FINISHED.name) == {form.value: float(len(LENGTHS)) for form in Format}


def test_classic_buckets_are_the_same_series_in_all_formats(read: Prometheus, native: bool) -> None:
    """Prometheus 2.42 takes the native histogram only where there is one."""
    formats = {form.value for form in Format if not (native and form is Format.PROTOBUF)}
    for number, bound in enumerate(DURATIONS):
        value = float(sum(spread(LENGTHS).buckets[: number + 1]))
        assert read.numbers(f'{DURATION.name}_bucket{{le="{bound}"}}') == dict.fromkeys(formats, value)
    assert read.numbers(f"{DURATION.name}_count") == dict.fromkeys(formats, float(len(LENGTHS)))
    assert read.numbers(f"{DURATION.name}_sum") == dict.fromkeys(formats, sum(LENGTHS))


def test_a_native_histogram_has_all_events(read: Prometheus, native: bool) -> None:
    wanted = {Format.PROTOBUF.value: float(len(LENGTHS))} if native else {}
    assert read.numbers(f"histogram_count({DURATION.name})") == wanted
    assert read.numbers(f"histogram_sum({DURATION.name})") == dict.fromkeys(wanted, sum(LENGTHS))


def test_a_native_quantile_is_within_a_bucket(read: Prometheus, native: bool) -> None:
    """The middle of the seven is 20 s, in a bucket 9 % wide."""
    found = read.numbers(f"histogram_quantile(0.5, {DURATION.name})")
    assert found == ({Format.PROTOBUF.value: pytest.approx(20, rel=0.09)} if native else {})


def test_the_first_native_histogram_counts_from_nothing(read: Prometheus, native: bool) -> None:
    """One without events was read as native: no event is lost to `increase`, which is only off by its extrapolation."""
    found = read.numbers(f"histogram_count(increase({DURATION.name}[10m]))")
    assert {job: value >= len(LENGTHS) for job, value in found.items()} == ({Format.PROTOBUF.value: True} if native else {})


def test_exemplars_lead_to_runs(read: Prometheus) -> None:
    now = time.time()
    found = read.get("query_exemplars", query='{__name__=~"kfp_run.*"}', start=str(now - 600), end=str(now))
    jobs = {row["seriesLabels"]["job"] for row in found}
    assert jobs == {Format.OPENMETRICS.value, Format.PROTOBUF.value}
    assert {e["labels"]["run_id"] for row in found for e in row["exemplars"]} == {RUN}
