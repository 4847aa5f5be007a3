"""The formats in which Prometheus reads series."""

from __future__ import annotations

from enum import Enum


class Format(Enum):
    TEXT = "text"
    OPENMETRICS = "openmetrics"
    PROTOBUF = "protobuf"

    @property
    def content_type(self) -> str:
        """As Prometheus' documentation ("Exposition formats") and the OpenMetrics 1.0.0 specification have it."""
        return _CONTENT_TYPES[self]


_CONTENT_TYPES = {
    Format.TEXT: "text/plain; version=0.0.4; charset=utf-8",
    Format.OPENMETRICS: "application/openmetrics-text; version=1.0.0; charset=utf-8",
    Format.PROTOBUF: "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
}
