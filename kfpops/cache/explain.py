"""Facts → Explanation: for each task of the run whether it was taken from the cache, and why or why not."""

from __future__ import annotations

from kfpops.cache.disabled import disabled, unstarted
from kfpops.cache.explanation import Explanation, Fingerprint, Reference, TaskExplanation
from kfpops.cache.facts import CacheFacts, Earlier
from kfpops.cache.hit import advice_for_hit, objects_of, short_hit, warnings_of, why_hit
from kfpops.cache.miss import advice_for_miss, differences_of, short_miss, why_miss
from kfpops.cache.notes import notes_of
from kfpops.cache.parts import parts_of
from kfpops.cache.step import Computed, Step, computed
from kfpops.knowledge.fingerprint import RELEASES
from kfpops.knowledge.redaction import redact
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import CACHED, CANCELED


def explain(facts: CacheFacts) -> Explanation:
    """One explanation for each container task; nothing is read any more."""
    tasks = [_task(step, facts) for step in facts.steps]
    tasks += [unstarted(path, facts) for path in facts.unstarted]
    return Explanation(
        run_id=facts.run_id,
        run_name=facts.run_name,
        namespace=facts.namespace,
        source=facts.source,
        at=facts.now,
        tasks=tuple(tasks),
        not_checked=tuple(NotChecked(n.source, redact(n.why)) for n in (*facts.missing, *_unknown(facts))),
        notes=notes_of(tasks, facts.against),
    )


def _task(step: Step, facts: CacheFacts) -> TaskExplanation:
    execution = step.execution
    if execution.state == CACHED:
        return _hit(step, facts)
    if execution.state == CANCELED:
        why = "Its condition was false."
        return TaskExplanation(step.label, execution.id, execution.state, "not-run", why, short="its condition was false")
    return _miss(step, facts) if execution.fingerprint else disabled(step, facts)


def _hit(step: Step, facts: CacheFacts) -> TaskExplanation:
    chain = facts.origins.get(step.execution.id, ())
    origin = chain[-1] if chain else None
    found = computed(step)
    objects = objects_of(step, facts)
    warnings = warnings_of(step, origin, facts)
    gone = any(o.state == "gone" for o in objects)
    return TaskExplanation(
        step.label,
        step.execution.id,
        step.execution.state,
        "hit",
        why_hit(step, chain, facts),
        _fingerprint(step, found),
        parts_of(found.key, found.release or RELEASES[0]) if found else (),
        origin=_reference(origin, facts) if origin else None,
        objects=objects,
        warnings=warnings,
        advice=advice_for_hit(step, origin, facts, gone, warnings),
        short=short_hit(step, origin, facts, objects),
        attempts=facts.attempts.get(step.execution.id, 1),
    )


def _miss(step: Step, facts: CacheFacts) -> TaskExplanation:
    earlier = facts.earlier.get(step.execution.id, Earlier())
    found = computed(step)
    other = earlier.equal[0] if earlier.equal else earlier.nearest
    different = differences_of(step, other, facts) if other and not earlier.equal else ()
    return TaskExplanation(
        step.label,
        step.execution.id,
        step.execution.state,
        "miss",
        why_miss(step, earlier, different, facts),
        _fingerprint(step, found),
        parts_of(found.key, found.release or RELEASES[0]) if found else (),
        compared_with=_reference(other, facts) if other else None,
        differences=different,
        advice=advice_for_miss(step, earlier, different, facts),
        short=short_miss(step, earlier, different, facts),
        attempts=facts.attempts.get(step.execution.id, 1),
    )


def _fingerprint(step: Step, found: Computed | None) -> Fingerprint | None:
    """None where the store has none: then no KFP has written it."""
    stored = step.execution.fingerprint
    if not stored:
        return None
    if found is None:
        return Fingerprint(stored)
    name = found.release.name if found.release else None
    return Fingerprint(stored, found.value, name, found.release is not None if found.value else None)


def _reference(step: Step, facts: CacheFacts) -> Reference:
    at = step.execution.created_at
    age = (facts.now - at).total_seconds() if at else None
    return Reference(step.run_id, step.execution.id, step.label, step.execution.state, at, age)


def _unknown(facts: CacheFacts) -> list[NotChecked]:
    """Fingerprints that could not be computed, or not as KFP did."""
    found = []
    kept = [s for s in facts.steps if s.execution.fingerprint]
    lost = [s.label for s in kept if s.recipe is None]
    if lost:
        why = f"KFP has not given the run's pipeline, so the parts of {', '.join(lost[:5])} are not known"
        found.append(NotChecked("fingerprint", why))
    other = [s.label for s in kept if s.recipe is not None and _is_other(s)]
    if other:
        why = (
            f"of {', '.join(other[:5])} no known version of KFP computes the stored one: the pipeline was changed since, the"
            " lineage store lost an input, or the server is of another version"
        )
        found.append(NotChecked("fingerprint", why))
    return found


def _is_other(step: Step) -> bool:
    found = computed(step)
    return found is not None and found.release is None
