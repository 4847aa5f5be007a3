"""Which format, and whether compressed, a client wants: its `Accept` and `Accept-Encoding` headers (RFC 9110, 12.5)."""

from __future__ import annotations

from typing import NamedTuple

from kfpops.exporter.exposition.format import Format


class Choice(NamedTuple):
    format: Format
    gzip: bool


def chosen(accept: str, accept_encoding: str) -> Choice:
    """Empty headers, and formats that are not known, lead to plain text: every client reads that."""
    return Choice(_format(accept), _gzip(accept_encoding))


def _format(accept: str) -> Format:
    """The one that is wanted most; of equals the first, as Prometheus itself lists them."""
    found, most = Format.TEXT, 0.0
    for name, terms in _ranges(accept):
        wanted = _known(name, terms)
        quality = _quality(terms)
        if wanted is not None and quality > most:
            found, most = wanted, quality
    return found


def _known(name: str, terms: dict[str, str]) -> Format | None:
    match name:
        case "application/openmetrics-text" if terms.get("version", "1.0.0") == "1.0.0":
            return Format.OPENMETRICS
        case "application/vnd.google.protobuf" if (
            terms.get("encoding") == "delimited" and terms.get("proto") == "io.prometheus.client.MetricFamily"
        ):
            return Format.PROTOBUF
        case "text/plain" | "text/*" | "*/*":
            return Format.TEXT
    return None


def _gzip(accept_encoding: str) -> bool:
    named = {name: _quality(terms) for name, terms in _ranges(accept_encoding)}
    return named.get("gzip", named.get("*", 0.0)) > 0


def _ranges(header: str) -> list[tuple[str, dict[str, str]]]:
    found = []
    for part in header.split(","):
        name, *terms = (term.strip() for term in part.split(";"))
        pairs = (term.partition("=") for term in terms)
        found.append((name.lower(), {key.strip().lower(): value.strip().strip('"') for key, _, value in pairs}))
    return found


def _quality(terms: dict[str, str]) -> float:
    """What cannot be read as a number is not wanted."""
    try:
        return float(terms.get("q", "1"))
    except ValueError:
        return 0.0
