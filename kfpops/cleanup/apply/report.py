"""What came of a plan as the JSON object `kfpops/cleanup-outcome/v1` (docs/schemas/cleanup-outcome.json)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

from kfpops.cleanup.apply.outcome import Result

SCHEMA = "kfpops/cleanup-outcome/v1"
FATES = ("gone", "absent", "changed", "kept", "refused", "failed")


def outcome_report(result: Result, generated_at: datetime) -> Mapping[str, object]:
    """Report values; what is unknown, or has not happened, is None."""
    state, header, planned = result.state, result.plan.header, result.planned
    return {
        "schema": SCHEMA,
        "generated_at": generated_at,
        "plan": {
            "path": str(result.plan.path),
            "id": header.id,
            "sha256": result.plan.sha256,
            "made_at": header.made_at,
            "buckets": list(header.buckets),
        },
        "journal": result.journal,
        "phase": state.phase,
        "begun_at": _time(state.begun_at),
        "finished_at": _time(state.finished_at),
        "undone_at": _time(state.undone_at),
        "last_at": _time(state.last_at or None),
        "waits_for": None if result.waits_for is None else list(result.waits_for),
        "quarantine_until": _time(state.until) if state.evicted else None,
        "planned": {"objects": planned.objects, "bytes": planned.bytes},
        "left": result.left,
        "fates": {fate: {"objects": state.sum(fate).objects, "bytes": state.sum(fate).bytes} for fate in FATES},
        "bytes_freed": state.bytes_freed,
        "kept_because": dict(sorted(state.kept_for.items(), key=lambda one: (-one[1], one[0]))),
        "evicted_runs": sorted(state.evicting),
        "artifacts": {
            "marked": len(state.marked),
            "live_again": len(state.unmarked),
            "deleted": state.confirmed,
        },
        "unknown_batches": len(state.open),
        "examples": [{"fate": fate, "why": why or None, "key": key} for fate, why, key in state.examples.values()],
        "restored": result.restored,
        "gone_for_good": result.gone,
        "lost_artifacts": result.lost,
        "stopped": {"message": result.stopped.message, "hint": result.stopped.hint or None} if result.stopped else None,
        "locked_by": list(result.locked_by),
    }


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)
