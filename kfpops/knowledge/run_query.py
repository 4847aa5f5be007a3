"""Whether a run is one of those that a query means, as KFP's database decides it."""

from __future__ import annotations

from datetime import datetime

from kfpops.model.run import Run, RunQuery


def fits(run: Run, query: RunQuery) -> bool:
    """A time that is not known is 1970 to KFP: it is before any other."""
    return (
        _not_before(run.created_at, query.created_since)
        and (query.created_until is None or run.created_at is None or run.created_at <= query.created_until)
        and _not_before(run.finished_at, query.finished_since)
        and (not query.not_in or run.state not in (*query.not_in, ""))
        and (not query.ids or run.id in query.ids)
    )


def _not_before(at: datetime | None, limit: datetime | None) -> bool:
    return limit is None or (at is not None and at >= limit)
