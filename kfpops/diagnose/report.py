"""A diagnosis as the JSON object `kfpops/diagnosis/v1`: what other programs hold on to (docs/schemas/diagnosis.json)."""

from __future__ import annotations

from datetime import datetime

from kfpops.model.diagnosis import Diagnosis
from kfpops.model.finding import Finding, ObjectRef

SCHEMA = "kfpops/diagnosis/v1"


def report(diagnosis: Diagnosis, generated_at: datetime | None = None) -> dict[str, object]:
    """Report values in the order of the interface; what is unknown is None. Times stay datetimes: formats write them.

    `generated_at` None: the moment of the facts.
    """
    subject = diagnosis.subject
    return {
        "schema": SCHEMA,
        "generated_at": generated_at or diagnosis.at,
        "source": {"kind": diagnosis.source.kind, "name": diagnosis.source.name or None},
        "subject": {
            "kind": subject.kind,
            "id": subject.id or None,
            "name": subject.name or None,
            "namespace": subject.namespace or None,
            "state": subject.state,
        },
        "findings": [_finding(f) for f in diagnosis.findings],
        "waiting": [
            {"object": _object(w.object), "for": w.waits_for, "since": w.since, "stuck_after": w.stuck_after}
            for w in diagnosis.waiting
        ],
        "not_checked": [{"source": n.source, "why": n.why} for n in diagnosis.not_checked],
        "counts": {"runs": diagnosis.run_count, "pods": diagnosis.pod_count},
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "cause": finding.cause,
        "confidence": finding.confidence,
        "title": finding.title,
        "objects": [_object(o) for o in finding.objects],
        "runs": list(finding.runs),
        "tasks": list(finding.tasks),
        "facts": {k: v if v != "" else None for k, v in finding.facts.items()},
        "evidence": [{"source": e.source, "text": e.text, "at": e.at} for e in finding.evidence],
        "advice": [{"text": a.text, "sdk": a.sdk or None, "kubectl": a.kubectl or None} for a in finding.advice],
    }


def _object(ref: ObjectRef) -> dict[str, object]:
    return {
        "kind": ref.kind,
        "namespace": ref.namespace or None,
        "name": ref.name,
        "container": ref.container or None,
        "uid": ref.uid or None,
    }
