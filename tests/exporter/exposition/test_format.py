"""Content types, which Prometheus chooses its parser by."""

from __future__ import annotations

import pytest

from kfpops.exporter.exposition import Choice, Format, chosen


@pytest.mark.parametrize("form", list(Format))
def test_a_content_type_is_understood_by_our_own_choice(form: Format) -> None:
    assert chosen(form.content_type, "") == Choice(form, gzip=False)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (Format.TEXT, "text/plain; version=0.0.4; charset=utf-8"),
        (Format.OPENMETRICS, "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        (
            Format.PROTOBUF,
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
        ),
    ],
)
def test_content_types(form: Format, expected: str) -> None:
    assert form.content_type == expected
