"""A status as the JSON object `kfpops/status/v1` (docs/schemas/status.json)."""

from __future__ import annotations

from datetime import datetime

from kfpops.model.lineage import LineageHealth
from kfpops.status.findings import Status

SCHEMA = "kfpops/status/v1"


def status_report(status: Status, generated_at: datetime) -> dict[str, object]:
    """Report values; what is unknown is None."""
    return {
        "schema": SCHEMA,
        "generated_at": generated_at,
        "source": {"kind": status.source.kind, "name": status.source.name or None},
        "namespace": status.namespace or None,
        "kfp_namespace": status.kfp_namespace or None,
        "parts": [
            {"name": p.name, "state": p.state, "version": p.version, "detail": p.detail or None} for p in status.parts
        ],
        "access": [
            {
                "source": a.source,
                "readable": a.readable,
                "why": a.why or None,
                "needs": a.needs or None,
                "costs": a.costs if not a.readable else None,
            }
            for a in status.access
        ],
        "lineage": _lineage(status.lineage),
    }


def _lineage(health: LineageHealth | None) -> dict[str, object] | None:
    if health is None:
        return None
    return {
        "back_end": health.back_end,
        "address": health.address or None,
        "problems": list(health.problems),
        "remedies": list(health.remedies),
    }
