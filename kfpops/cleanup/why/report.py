"""An answer to `why` as the JSON object `kfpops/cleanup-why/v1` (docs/schemas/cleanup-why.json)."""

from __future__ import annotations

from datetime import datetime, timezone

from kfpops.cleanup.verdict import Verdict
from kfpops.cleanup.why.answer import Answer

SCHEMA = "kfpops/cleanup-why/v1"


def why_report(answer: Answer, generated_at: datetime) -> dict[str, object]:
    """Report values; what is unknown is None."""
    found = answer.object
    return {
        "schema": SCHEMA,
        "generated_at": generated_at,
        "uri": answer.uri,
        "bucket": answer.bucket,
        "key": answer.key,
        "kind": answer.what,
        "policy": answer.policy or None,
        "size": found.size if found else None,
        "modified_at": datetime.fromtimestamp(found.modified_at, timezone.utc) if found else None,
        "verdict": _verdict(answer.verdict) if answer.verdict else None,
        "holds": [{**_verdict(g.verdict), "objects": g.counted.objects, "bytes": g.counted.bytes} for g in answer.groups],
        "because": [{"kind": s.kind, "id": s.id or None, "text": s.text, "keeps": s.keeps} for s in answer.steps],
        "nearest": list(answer.nearest),
        "not_checked": [{"source": g.source, "why": g.why, "fatal": g.fatal} for g in answer.gaps],
    }


def _verdict(verdict: Verdict) -> dict[str, object]:
    return {
        "goes": verdict.goes,
        "label": verdict.label,
        "reason": verdict.reason,
        "who": verdict.who or None,
        "rule": verdict.rule or None,
    }
