"""What ran before a step that was no hit: executions of its pipeline and task, and those of equal fingerprint."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from kfpops.cache.facts import Earlier
from kfpops.cache.gather.reading import Reading
from kfpops.cache.gather.steps import steps_of
from kfpops.cache.step import Step
from kfpops.model.lineage import CACHED, COMPLETE, Execution, ExecutionQuery, Place
from kfpops.model.pipeline_ir import PipelineIR

# Earlier executions of a task that are looked through, and of a fingerprint in other pipelines.
_LOOKED_THROUGH, _ELSEWHERE = 200, 5
# Misses of one run for which other pipelines are asked: a run of thousands of steps would ask as often.
_ASKED = 50
# Reasons of equal executions that are told.
_EQUAL = 5


@dataclass(frozen=True, slots=True)
class _Choice:
    """`Earlier` before its executions are made steps."""

    equal: tuple[Execution, ...] = ()
    nearest: Execution | None = None
    seen: int = 0
    plain: int = 0


def earlier_of(
    reading: Reading,
    misses: Sequence[Step],
    own: Sequence[Execution],
    retried: frozenset[str],
    spare: PipelineIR | None,
) -> dict[str, Earlier]:
    """By the execution's id. `own`: all executions of the run, of which a loop can have more than are looked through.

    `retried`: attempts of the run that another followed. That they failed tells nothing about the cache: they do not count.
    """
    mine = {e.id for e in own} | retried
    groups: defaultdict[tuple[str, str], list[Step]] = defaultdict(list)
    for step in misses:
        groups[step.pipeline, step.execution.task].append(step)
    elsewhere = {s.execution.id: _elsewhere(reading, s, retried) for s in misses[:_ASKED]}
    choices: dict[str, _Choice] = {}
    for (pipeline, task), steps in groups.items():
        last = max((s.execution.created_at for s in steps if s.execution.created_at), default=None)
        query = ExecutionQuery(pipeline=pipeline, task=task, before=last)
        found = reading.lineage.find_executions(query) if pipeline and task else iter(())
        others = islice((e for e in found if e.id not in mine), _LOOKED_THROUGH)
        past = [*others, *(e for e in own if e.task == task and e.kind == "container")]
        places = reading.places(past)
        for step in steps:
            id = step.execution.id
            choices[id] = _choose(step, _before(step, past), places, elsewhere.get(id, ()))
    return _made(reading, choices, spare)


def compared_with(reading: Reading, misses: Sequence[Step], against: str) -> dict[str, Earlier]:
    """The same task in the run `against`, whenever that ran. Raises `NotFound` when the lineage store has no such run."""
    others = [e for e in reading.lineage.executions_of_run(against) if e.kind == "container"]
    places = reading.places(others)
    choices: dict[str, _Choice] = {}
    for step in misses:
        same = [e for e in others if e.task == step.execution.task and e.id != step.execution.id]
        best = max(same, key=lambda e: (_likeness(step, e, places[e.id]), _time(e.created_at)), default=None)
        equal = (best,) if best and best.fingerprint == step.execution.fingerprint else ()
        choices[step.execution.id] = _Choice(equal, best, len(same))
    return _made(reading, choices, None)


def _made(reading: Reading, choices: dict[str, _Choice], spare: PipelineIR | None) -> dict[str, Earlier]:
    """All that was chosen is read at once: one by one, a run of a thousand misses would ask thousands of times."""
    chosen = {e.id: e for c in choices.values() for e in (*c.equal, *((c.nearest,) if c.nearest else ()))}
    steps = {step.execution.id: step for step in steps_of(reading, list(chosen.values()), spare)}
    return {
        id: Earlier(tuple(steps[e.id] for e in c.equal), steps[c.nearest.id] if c.nearest else None, c.seen, c.plain)
        for id, c in choices.items()
    }


def _elsewhere(reading: Reading, step: Step, retried: frozenset[str]) -> tuple[Execution, ...]:
    query = ExecutionQuery(fingerprint=step.execution.fingerprint, before=step.execution.created_at)
    found = (e for e in reading.lineage.find_executions(query) if e.id not in retried)
    return tuple(islice(found, _ELSEWHERE))


def _before(step: Step, past: Iterable[Execution]) -> list[Execution]:
    at = step.execution.created_at
    return [e for e in past if e.id != step.execution.id and (at is None or e.created_at is None or e.created_at < at)]


def _choose(step: Step, past: Sequence[Execution], places: dict[str, Place], elsewhere: Sequence[Execution]) -> _Choice:
    wanted = step.execution.fingerprint
    equal = {e.id: e for e in (*past, *elsewhere) if e.fingerprint == wanted and e.id != step.execution.id}
    newest = sorted(equal.values(), key=lambda e: _time(e.created_at), reverse=True)[:_EQUAL]
    plain = sum(1 for e in past if not e.fingerprint)
    if newest:
        return _Choice(tuple(newest), None, len(past), plain)
    comparable = [e for e in past if e.fingerprint]
    best = max(comparable, key=lambda e: (_likeness(step, e, places[e.id]), _time(e.created_at)), default=None)
    return _Choice((), best, len(past), plain)


def _likeness(step: Step, other: Execution, place: Place) -> tuple[bool, bool, bool, bool, int]:
    """The same place in another run, with a result that could have been taken, is what a reader expects to be compared; of
    several the one that was given most alike: what differs then is the reason, and not only a difference."""
    return (
        place.task_path == step.place.task_path,
        place.run_id != step.run_id,
        place.path == step.place.path,
        other.state in (COMPLETE, CACHED),
        sum(other.inputs.get(name) == value for name, value in step.execution.inputs.items()),
    )


def _time(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0
