"""Why executions with the same fingerprint as a miss were not taken by KFP."""

from __future__ import annotations

from dataclasses import dataclass

from kfpops.cache.facts import CacheFacts
from kfpops.cache.step import Step
from kfpops.model.lineage import CACHED, COMPLETE
from kfpops.render.words import moment, some


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why equal executions were not taken: of one, of several, and in a few words. `{}` stands for a detail."""

    one: str
    several: str
    short: str

    def of(self, number: int, detail: str) -> str:
        return (self.one if number == 1 else self.several).format(detail)


# The most telling reason first.
_REASONS = {
    "running": _Reason(
        "had not completed when this one looked: both ran at the same time",
        "had not completed when this one looked: they ran at the same time",
        "an equal one ran at the same time",
    ),
    "deleted": _Reason(
        "was deleted with its run, and its entry in the cache with it",
        "were deleted with their runs, and their entries in the cache with them",
        "an equal one was deleted with its run",
    ),
    "pipeline": _Reason(
        "belongs to the pipeline {}, and KFP takes only what ran under the same pipeline name",
        "belong to the pipeline {}, and KFP takes only what ran under the same pipeline name",
        "an equal one is of another pipeline",
    ),
    "namespace": _Reason("ran in the namespace {}", "ran in the namespace {}", "an equal one ran in another namespace"),
    "lost": _Reason(
        "completed in time and its run is still there: its entry in the cache must be lost, or was never written",
        "completed in time and their runs are still there: their entries in the cache must be lost, or were never written",
        "an equal one has lost its entry in the cache",
    ),
    "unknown": _Reason(
        "completed in time; whether its run, and so its entry in the cache, was deleted is not known",
        "completed in time; whether their runs, and so their entries in the cache, were deleted is not known",
        "an equal one ran; whether it was deleted is not known",
    ),
    "later": _Reason("ran later", "ran later", "an equal one ran later"),
    "copy": _Reason(
        "was itself taken from the cache: only what really ran has an entry there",
        "were themselves taken from the cache: only what really ran has an entry there",
        "an equal one was itself a hit",
    ),
    "failed": _Reason(
        "did not complete ({}): only a success is entered into the cache",
        "did not complete ({}): only a success is entered into the cache",
        "an equal one did not complete",
    ),
}
_RANK = {reason: rank for rank, reason in enumerate(_REASONS)}
_MOST = 3


def reason_of(step: Step, equal: tuple[Step, ...], facts: CacheFacts) -> str:
    """The key of the most telling reason; `equal` is not empty."""
    return _told(step, equal, facts)[0][0]


def short_equal(step: Step, equal: tuple[Step, ...], facts: CacheFacts) -> str:
    """The most telling reason in a few words; `equal` is not empty."""
    return _REASONS[reason_of(step, equal, facts)].short


def why_equal(step: Step, equal: tuple[Step, ...], facts: CacheFacts) -> str:
    """The reasons in a sentence; `equal` is not empty."""
    groups: dict[tuple[str, str], list[str]] = {}
    told = _told(step, equal, facts)
    for reason, detail, other in told:
        groups.setdefault((reason, detail), []).append(f"{other.label} of {run_of(step, other)}")
    texts = [f"{some(names, 2)} {_REASONS[key].of(len(names), detail)}" for (key, detail), names in groups.items()]
    begin = "An equal execution" if len(told) == 1 else "Equal executions"
    return f"Not in the cache. {begin} ran before, but none counts: {'; '.join(texts[:_MOST])}."


def _told(step: Step, equal: tuple[Step, ...], facts: CacheFacts) -> list[tuple[str, str, Step]]:
    """Reason, its detail and execution, the most telling first; of several attempts of one task only that."""
    ranked = sorted(((*_no_hit(step, s, facts), s) for s in equal), key=lambda row: _RANK[row[0]])
    first: dict[tuple[str, str], tuple[str, str, Step]] = {}
    for row in ranked:
        place = row[2].place
        first.setdefault((place.run_id, place.path) if place.run_id and place.path else ("", row[2].execution.id), row)
    return list(first.values())


def _no_hit(step: Step, other: Step, facts: CacheFacts) -> tuple[str, str]:
    """A key of _REASONS, and what stands in its text."""
    mine, its = step.execution, other.execution
    if other.pipeline and step.pipeline and other.pipeline != step.pipeline:
        return "pipeline", other.pipeline
    if its.namespace and mine.namespace and its.namespace != mine.namespace:
        return "namespace", its.namespace
    if its.created_at and mine.created_at and its.created_at > mine.created_at:
        return "later", ""
    if its.state == CACHED:
        return "copy", ""
    if its.state != COMPLETE:
        return "failed", its.state
    if its.updated_at and mine.created_at and its.updated_at > mine.created_at:
        return "running", ""
    states = {"gone": "deleted", "there": "lost"}
    return states.get(facts.run_states.get(other.run_id, ""), "unknown"), ""


def run_of(step: Step, other: Step) -> str:
    """A run and when the execution was begun, as a sentence names it."""
    at = other.execution.created_at
    when = f" ({moment(at)})" if at else ""
    return f"this same run{when}" if other.run_id == step.run_id else f"run {other.run_id[:8] or 'unknown'}{when}"
