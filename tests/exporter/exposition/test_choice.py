"""What clients ask for: headers as Prometheus 2.42 and 3, curl and browsers send them."""

from __future__ import annotations

import pytest

from kfpops.exporter.exposition import Choice, Format, chosen

PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param("", Format.TEXT, id="nothing said"),
        pytest.param("*/*", Format.TEXT, id="curl"),
        pytest.param("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Format.TEXT, id="a browser"),
        pytest.param("application/openmetrics-text;version=9.0.0", Format.TEXT, id="a version that is not ours"),
        pytest.param("application/openmetrics-text;q=0, text/plain", Format.TEXT, id="what is not wanted at all"),
        pytest.param("application/openmetrics-text;q=much", Format.TEXT, id="a quality that is no number"),
        pytest.param("application/vnd.google.protobuf;proto=other;encoding=delimited", Format.TEXT, id="another message"),
        pytest.param(
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
            Format.TEXT,
            id="protobuf as text",
        ),
        pytest.param(
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
            "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            Format.OPENMETRICS,
            id="Prometheus 2.42",
        ),
        pytest.param(
            f"{PROTOBUF},application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            Format.PROTOBUF,
            id="Prometheus 2.42 that wants native histograms",
        ),
        pytest.param(
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;"
            "q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
            Format.OPENMETRICS,
            id="Prometheus 3",
        ),
        pytest.param(
            'text/plain;q=0.5, Application/OpenMetrics-Text; Version="1.0.0"; Q=0.6',
            Format.OPENMETRICS,
            id="in capitals, quoted",
        ),
        pytest.param("text/plain, application/openmetrics-text", Format.TEXT, id="of equals the first"),
    ],
)
def test_formats(accept: str, expected: Format) -> None:
    assert chosen(accept, "") == Choice(expected, gzip=False)


@pytest.mark.parametrize(
    ("accept_encoding", "expected"),
    [
        pytest.param("", False, id="nothing said"),
        pytest.param("identity", False, id="not compressed"),
        pytest.param("gzip;q=0, *", False, id="not gzip"),
        pytest.param("gzip", True, id="Prometheus"),
        pytest.param("br, gzip;q=0.5", True, id="not the first choice, but the one there is"),
        pytest.param("*", True, id="anything"),
    ],
)
def test_compression(accept_encoding: str, expected: bool) -> None:
    assert chosen("", accept_encoding).gzip is expected
