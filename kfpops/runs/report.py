"""A listing as the JSON object `kfpops/runs/v1` (docs/schemas/runs.json)."""

from __future__ import annotations

from datetime import datetime

from kfpops.runs.listing import Listing, Row

SCHEMA = "kfpops/runs/v1"


def runs_report(listing: Listing, generated_at: datetime) -> dict[str, object]:
    """Report values; what is unknown is None."""
    return {
        "schema": SCHEMA,
        "generated_at": generated_at,
        "source": {"kind": listing.source.kind, "name": listing.source.name or None},
        "runs": [_run(row) for row in listing.rows],
        "more": listing.more,
        "not_checked": [{"source": n.source, "why": n.why} for n in listing.missing],
    }


def _run(row: Row) -> dict[str, object]:
    run = row.run
    return {
        "id": run.id,
        "name": run.name,
        "state": row.state,
        "kfp_state": run.state or None,
        "namespace": run.namespace or None,
        "pipeline": run.pipeline_name or None,
        "experiment_id": run.experiment_id or None,
        "recurring_run_id": run.recurring_run_id or None,
        "created_at": run.created_at,
        "finished_at": run.finished_at,
        "duration_seconds": row.seconds,
        "cause": row.cause,
    }
