"""Two runs side by side: the same task of both, by its path and iteration, in the order of the data flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kfpops.knowledge.execution_place import place_of
from kfpops.lineage.diff.order import keys
from kfpops.lineage.graph import by_id
from kfpops.model.lineage import Event, Execution, JsonValue, Place
from kfpops.model.pipeline_ir import PipelineIR

_ENDED = frozenset({"COMPLETE", "FAILED", "CACHED", "CANCELED"})


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What was read of one run. `known` False: the KFP API has it no more, so that `state` is "" and there is no pipeline.

    `events` are those of its executions.
    """

    run_id: str
    name: str = ""
    state: str = ""
    pipeline: str = ""
    created_at: datetime | None = None
    known: bool = True
    pipeline_ir: PipelineIR | None = field(default=None, repr=False)
    settings: Mapping[str, str] = field(default_factory=dict)
    executions: tuple[Execution, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def root(self) -> Execution | None:
        """The DAG execution of the whole run."""
        return next((e for e in self.executions if e.kind == "dag" and not e.parent_id), None)

    @property
    def parameters(self) -> Mapping[str, JsonValue]:
        """The run's own, defaults included."""
        return self.root.inputs if self.root else {}


@dataclass(frozen=True, slots=True)
class TaskRun:
    """A task's last execution, which is the one that counts, and how many there were. `seconds`: None while it runs."""

    execution: Execution
    place: Place
    attempts: int = 1
    seconds: float | None = None
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """A task in both runs, or in one of them."""

    path: str
    task_path: str
    a: TaskRun | None = None
    b: TaskRun | None = None


def aligned(a: RunFacts, b: RunFacts) -> tuple[Pair, ...]:
    """Every task of the two runs; the runs' root DAGs are none."""
    in_a, in_b = _tasks(a), _tasks(b)
    offsets: dict[str, float] = {}
    for run, tasks in ((a, in_a), (b, in_b)):
        for path, task in tasks.items():
            offset = _offset(run, task.execution)
            offsets[path] = min(offset, offsets.get(path, offset))
    edges = {*_edges(a, in_a), *_edges(b, in_b)}
    order = keys(offsets, edges)
    paths = sorted(offsets, key=lambda path: (order[path], path))
    return tuple(Pair(p, (in_a.get(p) or in_b[p]).place.task_path, in_a.get(p), in_b.get(p)) for p in paths)


def _tasks(run: RunFacts) -> dict[str, TaskRun]:
    known = {e.id: e for e in run.executions}
    events: dict[str, list[Event]] = {}
    for event in run.events:
        events.setdefault(event.execution_id, []).append(event)
    found: dict[str, list[tuple[Execution, Place]]] = {}
    for execution in run.executions:
        place = place_of(execution, known)
        if place.path:
            found.setdefault(place.path, []).append((execution, place))
    return {path: _last(attempts, events) for path, attempts in found.items()}


def _last(attempts: list[tuple[Execution, Place]], events: Mapping[str, list[Event]]) -> TaskRun:
    execution, place = max(attempts, key=lambda each: (_begun(each[0]), by_id(each[0].id)))
    return TaskRun(execution, place, len(attempts), _seconds(execution), tuple(events.get(execution.id, ())))


def _begun(execution: Execution) -> float:
    return execution.created_at.timestamp() if execution.created_at else 0.0


def _seconds(execution: Execution) -> float | None:
    """From when KFP began it until it wrote its end; None when it has not."""
    begin, end = execution.created_at, execution.updated_at
    if execution.state not in _ENDED or begin is None or end is None:
        return None
    return max(0.0, (end - begin).total_seconds())


def _offset(run: RunFacts, execution: Execution) -> float:
    begin = run.root.created_at if run.root else run.created_at
    return (execution.created_at - begin).total_seconds() if execution.created_at and begin else 0.0


def _edges(run: RunFacts, tasks: Mapping[str, TaskRun]) -> Iterator[tuple[str, str]]:
    """Which task needs which: as the pipeline says, and as the artifacts went."""
    for path in {task.place.task_path for task in tasks.values()}:
        spec = run.pipeline_ir.task(path.replace("/", ".")) if run.pipeline_ir else None
        around = path.rpartition("/")[0]
        for other in spec.dependent_tasks if spec else ():
            yield (f"{around}/{other}" if around else other), path
    makers: dict[str, set[str]] = {}
    for task in tasks.values():
        for event in task.events:
            if event.kind == "output":
                makers.setdefault(event.artifact_id, set()).add(task.place.task_path)
    for task in tasks.values():
        for event in task.events:
            if event.kind == "input":
                yield from ((maker, task.place.task_path) for maker in makers.get(event.artifact_id, ()))
