"""Facts × causes → Diagnosis: look, let consequences yield to their causes, group what is one thing, rank."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from kfpops.diagnose.cause import Cause, Match
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.patience import patience_of
from kfpops.diagnose.redacted import redacted, redacted_gap
from kfpops.diagnose.repeated import repeated_advice
from kfpops.diagnose.state import state_of
from kfpops.diagnose.step import Step
from kfpops.model.diagnosis import Diagnosis
from kfpops.model.finding import Finding, Patience

_CONFIDENCE = {"certain": 0, "likely": 1, "possible": 2}
_SEVERITY = {"failed": 0, "waiting": 1, "running": 2, "succeeded": 3}
_INTENDED = 4
_LATEST = datetime.max.replace(tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A match with its cause and the steps it explains; a survey's match may explain runs without any step."""

    cause: Cause
    match: Match
    steps: tuple[Step, ...]
    runs: tuple[str, ...]


def diagnose(facts: Facts, causes: Sequence[Cause]) -> Diagnosis:
    """The findings, best first. The same facts give the same diagnosis."""
    waiting = {s.id: p for s in facts.steps if s.state == "waiting" and (p := patience_of(s, facts.now)) is not None}
    patient = {k for k, p in waiting.items() if p.stuck_after is not None and facts.now < p.stuck_after}
    single = [seen for s in facts.steps if s.id not in patient and (seen := _best(s, facts, causes)) is not None]
    wide = [_Seen(c, m, *_reach(m, facts)) for c in causes for m in c.survey(facts)]
    findings = _ranked(_settle(single, wide), facts)
    explained = {s.id for f, steps in findings for s in steps}
    still = sorted((p for k, p in waiting.items() if k not in explained), key=_by_age)
    found = tuple(redacted(f) for f, _ in findings)
    subject = replace(facts.subject, state=state_of(facts, found))
    return Diagnosis(
        subject=subject,
        source=facts.source,
        at=facts.now,
        findings=found,
        waiting=tuple(still),
        not_checked=tuple(redacted_gap(gap) for gap in facts.missing),
        run_count=len(facts.cases),
        pod_count=sum(1 for s in facts.steps if s.pod is not None),
    )


def _by_age(patience: Patience) -> tuple[datetime, str]:
    return (patience.since or _LATEST, patience.object.name)


def _best(step: Step, facts: Facts, causes: Sequence[Cause]) -> _Seen | None:
    """The one cause of a step: what yields to another is its consequence; of the rest the surest, in catalogue order."""
    seen = [(c, m) for c in causes if step.state in c.when and (m := c.look(step, facts)) is not None]
    kept = [(c, m) for c, m in seen if not any(c.yields(other.id) for other, _ in seen)] or seen
    if not kept:
        return None
    cause, match = min(kept, key=lambda pair: _CONFIDENCE[pair[1].confidence])
    return _Seen(cause, match, (step,), (step.run_id,) if step.run_id else ())


def _reach(match: Match, facts: Facts) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    named = set(match.steps)
    steps = tuple(s for s in facts.steps if s.id in named)
    runs = tuple(dict.fromkeys((*match.runs, *(s.run_id for s in steps if s.run_id))))
    return steps, runs


def _settle(single: list[_Seen], wide: list[_Seen]) -> list[_Seen]:
    """A survey's match loses the runs where something explains more, and takes the steps that it explains itself."""
    kept_wide: list[_Seen] = []
    for seen in wide:
        rivals = [*single, *(w for w in wide if w is not seen)]
        better = {r for x in rivals if seen.cause.yields(x.cause.id) for r in x.runs}
        if not seen.runs:
            kept_wide.append(seen)
        elif left := tuple(r for r in seen.runs if r not in better):
            kept_wide.append(replace(seen, runs=left, steps=tuple(s for s in seen.steps if s.run_id not in better)))
    taken = {s.id for w in kept_wide for s in w.steps}
    return [*kept_wide, *(s for s in single if s.steps[0].id not in taken)]


def _ranked(seen: Iterable[_Seen], facts: Facts) -> list[tuple[Finding, tuple[Step, ...]]]:
    groups: dict[tuple[object, ...], list[_Seen]] = {}
    for one in seen:
        groups.setdefault((one.cause.id, *one.match.key), []).append(one)
    made = [(_finding(group, facts), tuple(s for one in group for s in one.steps)) for group in groups.values()]
    intended = {one.cause.id for group in groups.values() for one in group if not one.cause.broken}
    wide = facts.subject.kind == "namespace"
    last: dict[tuple[object, ...], int] = {}
    for step in (s for _, steps in made for s in steps):
        last[_place(step)] = max(step.attempt, last.get(_place(step), 0))

    def order(pair: tuple[Finding, tuple[Step, ...]]) -> tuple[object, ...]:
        finding, steps = pair
        severity = _INTENDED if finding.cause in intended else min((_SEVERITY[s.state] for s in steps), default=0)
        size = -max(len(finding.runs), 1) if wide else 0
        # What ended earlier attempts of the user's code is not what ended the task.
        overtaken = bool(steps) and all(s.role == "executor" and s.attempt < last[_place(s)] for s in steps)
        first = min((s.ended or s.began or _LATEST for s in steps), default=_LATEST)
        return severity, size, overtaken, first, _CONFIDENCE[finding.confidence], finding.cause, finding.title

    return sorted(made, key=order)


def _finding(group: list[_Seen], facts: Facts) -> Finding:
    """One finding of matches with the same key. The surest speaks; evidence of the others is quoted while it is short."""
    first = min(group, key=lambda s: _CONFIDENCE[s.match.confidence])
    match = first.match
    others = [s for s in group if s is not first]
    objects = dict.fromkeys((*match.objects, *(o for s in others for o in s.match.objects)))
    tasks = dict.fromkeys(s.task for one in (first, *others) for s in one.steps if s.task)
    runs = dict.fromkeys(r for one in (first, *others) for r in one.runs)
    evidence = dict.fromkeys((*match.evidence, *(e for s in others[:2] for e in s.match.evidence[:1])))
    steps = [s for one in group for s in one.steps]
    return Finding(
        cause=first.cause.id,
        confidence=match.confidence,
        title=match.title + _how_often(steps, runs),
        objects=tuple(objects),
        runs=tuple(runs),
        tasks=tuple(tasks),
        facts=match.facts,
        evidence=tuple(evidence),
        advice=(*match.advice, *repeated_advice(steps, facts)),
    )


def _place(step: Step) -> tuple[object, ...]:
    """What all attempts of a step have in common. A pod of no task stands for itself."""
    return step.run_id, step.task, step.role, step.iterations, step.pod_name if step.task is None else ""


def _how_often(steps: Sequence[Step], runs: Collection[str]) -> str:
    """What a title adds when the same was seen more than once: attempts of one step, several steps, or runs as such."""
    if not steps:
        return f" (and {len(runs) - 1} more)" if len(runs) > 1 else ""
    attempts = len({(s.namespace, s.id) for s in steps})
    places = len({_place(s) for s in steps})
    if places > 1:
        return f" (and {places - 1} more)"
    return f" ({attempts} attempts)" if attempts > 1 else ""
