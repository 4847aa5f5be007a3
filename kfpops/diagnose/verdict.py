"""The answer in one or two sentences: what the subject is, and the first cause."""

from __future__ import annotations

from kfpops.model.diagnosis import Diagnosis, State
from kfpops.render.document import Tone
from kfpops.render.words import count, sentence

_VERBS: dict[State, str] = {
    "failed": "failed",
    "waiting": "is waiting",
    "running": "is running",
    "succeeded": "succeeded",
    "cancelled": "was cancelled",
    "unknown": "is in a state that could not be read",
}


def verdict(diagnosis: Diagnosis) -> str:
    """`Run nightly failed. Step train ran out of memory (limit 400Mi).`"""
    return _of_namespace(diagnosis) if diagnosis.subject.kind == "namespace" else _of_one(diagnosis)


def tone(diagnosis: Diagnosis) -> Tone:
    """Green only when nothing is wrong and nothing is open."""
    state = diagnosis.subject.state
    if diagnosis.findings:
        return "bad" if state == "failed" else "waiting"
    return "good" if state in ("succeeded", "running") and not diagnosis.not_checked else "plain"


def _of_one(diagnosis: Diagnosis) -> str:
    subject = diagnosis.subject
    stuck = bool(diagnosis.findings) and subject.state == "waiting"
    short = f" ({subject.id[:8]})" if subject.kind == "run" and subject.id and subject.name not in ("", subject.id) else ""
    name = f"{subject.kind.capitalize()} {subject.name or subject.id}{short}"
    what = f"{name} {'is stuck' if stuck else _VERBS[subject.state]}"
    if diagnosis.findings:
        return f"{what}. {sentence(diagnosis.findings[0].title)}"
    if subject.state == "failed":
        return f"{what}, and nothing that could be read says why."
    if diagnosis.waiting:
        return f"{what}. Nothing is wrong; it waits for {diagnosis.waiting[0].waits_for}."
    return f"{what}. Nothing is wrong." if subject.state in ("succeeded", "running") else f"{what}."


def _of_namespace(diagnosis: Diagnosis) -> str:
    name = diagnosis.subject.namespace
    place = f"Namespace {name}" if name else "All namespaces"
    seen = [count(diagnosis.run_count, "run")] if diagnosis.run_count else []
    seen += [count(diagnosis.pod_count, "pod")] if diagnosis.pod_count else []
    looked = " and ".join(seen) or "no runs and no pods"
    causes = len(diagnosis.findings)
    if not causes:
        return f"{place}: {looked}, nothing is wrong."
    hit = _hit(diagnosis)
    first = sentence(diagnosis.findings[0].title)
    return f"{place}: {hit}, {count(causes, 'cause')}." + (f" {first}" if causes == 1 else f" First: {first}")


def _hit(diagnosis: Diagnosis) -> str:
    """What the findings explain: pods that were seen, else runs, else places."""
    refs = {(o.kind, o.namespace, o.name) for f in diagnosis.findings for o in f.objects}
    pods = sum(1 for kind, _, _ in refs if kind == "Pod")
    runs = len({run for f in diagnosis.findings for run in f.runs})
    parts = [count(runs, "run")] if runs else []
    parts += [count(pods, "pod")] if pods else []
    return " and ".join(parts) or count(len(refs), "object")
