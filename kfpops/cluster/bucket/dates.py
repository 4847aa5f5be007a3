"""Times as S3 writes them: ISO 8601 in listings, RFC 9110 in headers → seconds since the epoch."""

from __future__ import annotations

from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from kfpops.errors import BadAnswer


def iso_seconds(text: str) -> float:
    """`2026-11-21T09:52:06.123Z`, with or without fractions or an offset. Raises `ValueError`."""
    text = text.strip()
    if text.endswith(("Z", "z")):
        text = text[:-1] + "+00:00"
    head, dot, tail = text.partition(".")
    if dot:
        # Python 3.10 takes three or six digits, stores write one to nine.
        digits = len(tail) - len(tail.lstrip("0123456789"))
        text = f"{head}.{tail[:digits]:0<6.6}{tail[digits:]}"
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def http_date(text: str, what: str) -> datetime:
    """`Sat, 21 Nov 2026 09:52:06 GMT`. Raises `BadAnswer` when it is none; `what` names the header."""
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        raise BadAnswer(f"The object store tells no usable {what}.") from None
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
