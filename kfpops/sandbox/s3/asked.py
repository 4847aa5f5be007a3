"""A request as it came in, and the answer to it: plain values, and the XML that S3 writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TypeAlias
from xml.sax.saxutils import escape

SCHEMA = "http://s3.amazonaws.com/doc/2006-03-01/"

Xml: TypeAlias = "Sequence[tuple[str, str | Xml]]"
"""Elements in their order: a name, and its text or its own elements."""


@dataclass(frozen=True, slots=True)
class Request:
    """`path` and `query_text` as they stood in the request line; header names in lower case."""

    method: str
    path: str
    query_text: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    bucket: str
    key: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`length`: what Content-Length says instead of the body's own (a HEAD). `lost`: the connection is closed instead."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    lost: bool = False


def document(root: str, content: Xml) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{SCHEMA}">{_xml(content)}</{root}>'.encode(
        "utf-8", "surrogateescape"
    )


def answer(root: str, content: Xml) -> Answer:
    return Answer(200, document(root, content), {"Content-Type": "application/xml"})


def error(status: int, code: str, **headers: str) -> Answer:
    """S3's way to say no. Upstream: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{code}</Message></Error>'
    return Answer(status, body.encode(), {"Content-Type": "application/xml", **headers})


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _xml(content: Xml) -> str:
    return "".join(
        f"<{name}>{escape(inner, {chr(13): '&#13;'}) if isinstance(inner, str) else _xml(inner)}</{name}>"
        for name, inner in content
    )
