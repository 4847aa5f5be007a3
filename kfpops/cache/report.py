"""An explanation as the JSON object `kfpops/cache/v1` (docs/schemas/cache.json)."""

from __future__ import annotations

from datetime import datetime

from kfpops.cache.explanation import Explanation, Fingerprint, Reference, TaskExplanation

SCHEMA = "kfpops/cache/v1"


def cache_report(explanation: Explanation, generated_at: datetime) -> dict[str, object]:
    """Report values; what is unknown is None."""
    return {
        "schema": SCHEMA,
        "generated_at": generated_at,
        "source": {"kind": explanation.source.kind, "name": explanation.source.name or None},
        "run": {
            "id": explanation.run_id,
            "name": explanation.run_name or None,
            "namespace": explanation.namespace or None,
        },
        "tasks": [_task(task) for task in explanation.tasks],
        "notes": list(explanation.notes),
        "not_checked": [{"source": n.source, "why": n.why} for n in explanation.not_checked],
    }


def _task(task: TaskExplanation) -> dict[str, object]:
    return {
        "task": task.task,
        "execution": task.execution or None,
        "state": task.state or None,
        "attempts": task.attempts,
        "verdict": task.verdict,
        "why": task.why,
        "fingerprint": _fingerprint(task.fingerprint) if task.fingerprint else None,
        "parts": [{"kind": p.kind, "name": p.name or None, "digest": p.digest, "text": p.text} for p in task.parts],
        "from": _reference(task.origin) if task.origin else None,
        "compared_with": _reference(task.compared_with) if task.compared_with else None,
        "objects": [{"uri": o.uri or None, "port": o.port, "state": o.state} for o in task.objects],
        "differences": [
            {
                "kind": d.kind,
                "name": d.name or None,
                "before": d.before,
                "after": d.after,
                "diff": d.diff or None,
                "note": d.note or None,
            }
            for d in task.differences
        ],
        "warnings": [{"kind": w.kind, "text": w.text, "changed": w.changed} for w in task.warnings],
        "advice": [{"text": a.text, "sdk": a.sdk, "kubectl": a.kubectl} for a in task.advice],
    }


def _fingerprint(fingerprint: Fingerprint) -> dict[str, object]:
    return {
        "stored": fingerprint.stored,
        "computed": fingerprint.computed,
        "as": fingerprint.computed_as,
        "equal": fingerprint.equal,
    }


def _reference(reference: Reference) -> dict[str, object]:
    return {
        "run": reference.run or None,
        "execution": reference.execution,
        "task": reference.task,
        "state": reference.state or None,
        "at": reference.at,
        "age_seconds": reference.age_seconds,
    }
