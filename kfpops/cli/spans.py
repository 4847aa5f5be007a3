"""`24h`, `7d` or a date, as an option's value."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import click

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")


def span_or_date(ctx: click.Context, param: click.Parameter, value: str | None) -> timedelta | datetime | None:
    """click's callback for a span before now, or a moment (RFC 3339; a date alone is midnight UTC)."""
    if value is None:
        return None
    text = value.strip()
    if span := _SPAN.fullmatch(text.lower()):
        return timedelta(seconds=float(span.group(1)) * _SECONDS[span.group(2)])
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        wrong = f"{value!r} is neither a span such as 90m, 24h or 7d nor a date such as 2026-11-21."
        raise click.BadParameter(wrong, ctx, param) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def before(now: datetime, since: timedelta | datetime | None) -> datetime | None:
    """The moment that is meant."""
    return now - since if isinstance(since, timedelta) else since
