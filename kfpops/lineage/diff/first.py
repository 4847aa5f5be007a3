"""The first place where two runs part: the first task, as the data flows, that differs by itself and not by what it got."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kfpops.knowledge.redaction import redact
from kfpops.lineage.diff.component import may_change_results
from kfpops.lineage.diff.contents import SAME, PortDiff
from kfpops.lineage.diff.diff import Compared, TaskDiff, state_of
from kfpops.lineage.diff.values import Change, arrow, leaves, metric_text, shown_name

Kind: TypeAlias = Literal["pipeline", "parameter", "code", "setting", "input", "state", "output"]

# How many reasons the sentence names.
_NAMED = 3
_SHORT = 32


@dataclass(frozen=True, slots=True)
class First:
    """`task` is "" when the runs part before any task. `text` is the reason, without the task's name and a full stop.

    `certain` False: something is different there, but nothing says that it is why the results differ.
    """

    task: str
    kind: Kind
    text: str
    certain: bool = True


def first_difference(compared: Compared) -> First | None:
    """None when nothing differs but times and what could not be compared."""
    strong = _first(compared, _strong) or _first(compared, _passed_on)
    if strong is not None:
        return strong
    if compared.parameters:
        return First("", "parameter", f"{_named(compared.parameters)}, which changed no task")
    return _first(compared, _weak)


Reasons: TypeAlias = Callable[[Compared, TaskDiff], Iterator[tuple[Kind, str]]]


def _first(compared: Compared, reasons: Reasons) -> First | None:
    for task in compared.tasks:
        found = list(reasons(compared, task))
        if found:
            text = ", and ".join(text for _, text in found[:_NAMED])
            return First(task.path, found[0][0], text, reasons is not _weak)
    return None


def _strong(compared: Compared, task: TaskDiff) -> Iterator[tuple[Kind, str]]:
    if task.change in ("only-a", "only-b"):
        yield from _alone(compared, task)
        return
    causes = [*_parameters(task), *_component(task), *_inputs(task)]
    if task.kind != "dag" or task.other_state:
        yield from causes
    if not causes:
        yield from _by_itself(task)


def _passed_on(compared: Compared, task: TaskDiff) -> Iterator[tuple[Kind, str]]:
    """What loops and nested pipelines were given: a task inside that takes it tells more, so they come after all tasks."""
    if task.kind == "dag":
        yield from (*_parameters(task), *_inputs(task))


def _alone(compared: Compared, task: TaskDiff) -> Iterator[tuple[Kind, str]]:
    """A task that is in one pipeline only. Where both have it, that it did not run is the consequence of something."""
    here = "A" if task.change == "only-a" else "B"
    other = compared.facts.b if task.change == "only-a" else compared.facts.a
    if other.pipeline_ir is None:
        yield "pipeline", f"it ran in {here} only"
    elif other.pipeline_ir.task(task.task_path.replace("/", ".")) is None:
        yield "pipeline", f"only the pipeline of {here} has it"


def _parameters(task: TaskDiff) -> Iterator[tuple[Kind, str]]:
    if task.parameters:
        yield "parameter", _named(task.parameters)


def _component(task: TaskDiff) -> Iterator[tuple[Kind, str]]:
    if task.code:
        yield "code", f"its code (+{task.code.added} -{task.code.removed} lines)"
    settings = tuple(c for c in task.component.settings if may_change_results(c.name))
    if settings:
        yield "setting", _settings(settings)
    known = task.component.compared or task.parameters or task.unknown
    if task.same_cause is False and not known and all(p.content == "same-id" for p in task.inputs):
        yield "code", "its image, its command or what it puts out (KFP's cache fingerprints differ)"


def _inputs(task: TaskDiff) -> Iterator[tuple[Kind, str]]:
    for port in task.inputs:
        if port.content not in SAME | {"unknown"}:
            yield "input", f"input {_port(port)}"
    if task.kind == "importer":
        for port in task.outputs:
            if port.content not in SAME:
                yield "input", f"what it imports: {_uri(port, 'a')} → {_uri(port, 'b')}"


def _by_itself(task: TaskDiff) -> Iterator[tuple[Kind, str]]:
    """It got the same, as far as that is known, and yet another thing came of it."""
    same = "parameters, code and inputs" if task.component.compared or task.same_cause else "parameters and inputs"
    # What could not be compared among the inputs may be why: then this place is not known to be the first.
    if any(p.content == "unknown" for p in task.inputs):
        return
    if task.other_state:
        yield "state", f"{_states(task)}, with the same {same}"
        return
    told = {metric.artifact for metric in task.metrics}
    outputs = [p for p in task.outputs if p.content not in SAME | {"unknown"} and p.port not in told]
    things = [f"output {_port(p)}" for p in outputs]
    things += [f"{m.artifact}.{m.name} {metric_text(m)}" for m in task.metrics]
    if task.results:
        things.append(f"output {_named(task.results)}")
    if things:
        yield "output", f"the same {same} gave another result: {', '.join(things[:_NAMED])}"


def _weak(compared: Compared, task: TaskDiff) -> Iterator[tuple[Kind, str]]:
    if task.change in ("only-a", "only-b"):
        yield "state", f"it ran in {'A' if task.change == 'only-a' else 'B'} only"
        return
    if task.change == "same":
        return
    if task.component.settings:
        yield "setting", _settings(task.component.settings)
    elif task.other_state:
        yield "state", _states(task)
    elif any(p.content not in SAME | {"unknown"} for p in task.outputs) or task.results:
        yield "output", "its outputs; whether its inputs are the same could not be told"
    elif any(p.properties for p in (*task.inputs, *task.outputs)):
        yield "output", "what is recorded with its artifacts"


def _named(found: tuple[Change, ...]) -> str:
    """`parameter rows 100 → 500`, `parameters rows 100 → 500, seed 1 → 2 and 3 more`."""
    parts = [leaf for change in found for leaf in leaves(change)]
    shown = ", ".join(f"{shown_name(c.name)} {arrow(c, _SHORT)}" for c in parts[:_NAMED])
    more = f" and {len(parts) - _NAMED} more" if len(parts) > _NAMED else ""
    return f"parameter{'s' if len(parts) > 1 else ''} {shown}{more}"


def _settings(found: tuple[Change, ...]) -> str:
    parts = [leaf for change in found for leaf in leaves(change)]
    more = f" and {len(parts) - _NAMED} more" if len(parts) > _NAMED else ""
    return ", ".join(f"{c.name} {arrow(c, _SHORT)}" for c in parts[:_NAMED]) + more


def _port(port: PortDiff) -> str:
    if port.content == "changed":
        return f"{port.port} (its content changed)"
    return f"{port.port} (in {'A' if port.content == 'only-a' else 'B'} only)"


def _uri(port: PortDiff, side: Literal["a", "b"]) -> str:
    artifact = port.a if side == "a" else port.b
    return redact(artifact.uri) if artifact else "nothing"


def _states(task: TaskDiff) -> str:
    old, new = (state_word(state_of(run)) if run else "absent" for run in (task.a, task.b))
    return f"{old} in A, {new} in B"


def state_word(state: str) -> str:
    """MLMD's word as a person would say it."""
    words = {"COMPLETE": "complete", "FAILED": "failed", "CANCELED": "not triggered", "RUNNING": "not ended", "NEW": "new"}
    return words.get(state, state.lower() or "unknown")
