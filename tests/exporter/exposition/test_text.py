"""Lines and headers, exactly."""

from __future__ import annotations

import pytest

from kfpops.exporter.exposition.text import Lines, header, label_text, openmetrics_header
from kfpops.metrics.family import Family
from kfpops.metrics.value import Distribution, Exemplar
from tests.exporter.exposition.families import DURATION, FINISHED, UP, spread

RUN = "0e6f1d7c-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("family", "text", "openmetrics"),
    [
        pytest.param(
            UP,
            "# HELP kfp_api_up Whether KFP answered the last time\n# TYPE kfp_api_up gauge\n",
            "# HELP kfp_api_up Whether KFP answered the last time\n# TYPE kfp_api_up gauge\n",
            id="a gauge without a unit is the same in both",
        ),
        pytest.param(
            FINISHED,
            "# HELP kfp_runs_finished_total Attempts of runs that ended\n# TYPE kfp_runs_finished_total counter\n",
            "# HELP kfp_runs_finished Attempts of runs that ended\n# TYPE kfp_runs_finished counter\n",
            id="OpenMetrics calls a counter without _total",
        ),
        pytest.param(
            DURATION,
            "# HELP kfp_run_duration_seconds How long attempts took\n# TYPE kfp_run_duration_seconds histogram\n",
            "# HELP kfp_run_duration_seconds How long attempts took\n# TYPE kfp_run_duration_seconds histogram\n"
            "# UNIT kfp_run_duration_seconds seconds\n",
            id="only OpenMetrics has units",
        ),
        pytest.param(
            Family("kfp_pause_seconds_total", "counter", 'A "pause"', unit="seconds"),
            '# HELP kfp_pause_seconds_total A "pause"\n# TYPE kfp_pause_seconds_total counter\n',
            '# HELP kfp_pause_seconds A \\"pause\\"\n# TYPE kfp_pause_seconds counter\n# UNIT kfp_pause_seconds seconds\n',
            id="a counter's unit stands before _total",
        ),
        pytest.param(
            Family("kfp_pipelines", "gauge", "Pipelines", unit="pipelines_known"),
            "# HELP kfp_pipelines Pipelines\n# TYPE kfp_pipelines gauge\n",
            "# HELP kfp_pipelines Pipelines\n# TYPE kfp_pipelines gauge\n",
            id="a unit that is not in the name is not said: Prometheus would refuse everything",
        ),
    ],
)
def test_headers(family: Family, text: str, openmetrics: str) -> None:
    assert header(family).decode() == text
    assert openmetrics_header(family).decode() == openmetrics


def test_labels_stand_in_the_order_of_the_family() -> None:
    assert label_text(FINISHED, ("team-a", 'a"b')) == 'namespace="team-a",state="a\\"b"'


def test_a_number_without_labels_has_no_braces() -> None:
    assert Lines(UP).of("", 1.0) == b"kfp_api_up 1\n"


def test_a_counter() -> None:
    assert (
        Lines(FINISHED).of('namespace="a",state="FAILED"', 3.0)
        == b'kfp_runs_finished_total{namespace="a",state="FAILED"} 3\n'
    )


def test_a_counter_with_an_exemplar() -> None:
    line = Lines(FINISHED).of('namespace="a",state="FAILED"', 3.0, Exemplar(RUN, 1.0, 1763775000.5)).decode()
    assert line == f'kfp_runs_finished_total{{namespace="a",state="FAILED"}} 3 # {{run_id="{RUN}"}} 1 1763775000.500\n'


def test_a_histogram_is_summed_up() -> None:
    assert Lines(DURATION).of('namespace="a"', spread(0.5, 15.0, 16.0, 60.5, 1e6)).decode() == (
        'kfp_run_duration_seconds_bucket{namespace="a",le="15.0"} 2\n'
        'kfp_run_duration_seconds_bucket{namespace="a",le="60.0"} 3\n'
        'kfp_run_duration_seconds_bucket{namespace="a",le="604800.0"} 4\n'
        'kfp_run_duration_seconds_bucket{namespace="a",le="+Inf"} 5\n'
        'kfp_run_duration_seconds_count{namespace="a"} 5\n'
        'kfp_run_duration_seconds_sum{namespace="a"} 1.000092e+06\n'
    )


def test_a_histogram_without_labels_and_with_an_exemplar() -> None:
    family = Family("kfp_lag_seconds", "histogram", "Lag", buckets=(1.0,))
    value = Distribution((1, 2), 9.5, exemplars=((1, Exemplar("r", 4.5)),))
    assert Lines(family).of("", value).decode() == (
        'kfp_lag_seconds_bucket{le="1.0"} 1\n'
        'kfp_lag_seconds_bucket{le="+Inf"} 3 # {run_id="r"} 4.5\n'
        "kfp_lag_seconds_count 3\n"
        "kfp_lag_seconds_sum 9.5\n"
    )


def test_an_exemplar_that_is_too_long_is_left_out() -> None:
    lines = Lines(UP)
    assert b"#" in lines.of("", 1.0, Exemplar("x" * 122, 1.0))
    assert lines.of("", 1.0, Exemplar("x" * 123, 1.0)) == b"kfp_api_up 1\n"
