"""What it would cost to make again what descends from something: wall time, its longest chain, and hours of accelerators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kfpops.lineage.graph import EXECUTION, Graph, by_id, id_of
from kfpops.model.lineage import CACHED, Execution

# The log that KFP's launcher publishes of every step, also of one that failed (backend/src/v2/component/launcher_v2.go).
LOGS = "executor-logs"


@dataclass(frozen=True, slots=True)
class Cost:
    """`seconds` from the driver's start to the outputs, so with the wait for a node; None when nobody knows.

    `accelerators`: how many; None when nobody knows. `estimated`: its time is the median of earlier executions of the task.
    `guessed`: its accelerators are those that another run of the pipeline asks for.
    """

    execution_id: str
    seconds: float | None = None
    estimated: bool = False
    accelerators: float | None = None
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Recompute:
    """Sums over what is known: None when nothing of any step is known, and less than the truth when some of it is not.

    `critical_path_seconds` is the longest chain of steps that need each other's artifacts: the time with endless room.
    `unknown` counts steps without a time, `unknown_accelerators` those whose accelerator time is not known, `estimated`
    those of which one or the other is taken from elsewhere: `estimated_times` and `guessed_accelerators` say which.
    """

    tasks: int = 0
    wall_seconds: float | None = 0.0
    critical_path_seconds: float | None = 0.0
    gpu_hours: float | None = 0.0
    unknown: int = 0
    unknown_accelerators: int = 0
    estimated: int = 0
    estimated_times: int = 0
    guessed_accelerators: int = 0


def to_run_again(graph: Graph, reached: Collection[str], ended: Collection[str] = ()) -> tuple[str, ...]:
    """Ids of the container executions, among these nodes, that made something themselves, the oldest first.

    One that still runs will have made it in vain, unless its run is among the `ended`: MLMD says RUNNING for ever of a
    step that was killed. Of a failed one only what it made besides its log counts.
    """
    made = {e.start for e in graph.edges if e.kind == "output" and e.port != LOGS and _is_producer(graph, e.start, e.end)}
    found = [
        execution
        for node in reached
        if node.startswith(f"{EXECUTION}:")
        and (execution := graph.executions.get(id_of(node))) is not None
        and execution.kind == "container"
        and _counts(execution, node in made, _run_of(graph, execution.id) in ended)
    ]
    return tuple(e.id for e in sorted(found, key=_age))


def _counts(execution: Execution, made: bool, run_ended: bool) -> bool:
    match execution.state:
        case "CACHED" | "CANCELED":
            return False
        case "COMPLETE":
            return True
        case "RUNNING" | "NEW":
            return made or not run_ended
    return made


def recompute(graph: Graph, costs: Sequence[Cost]) -> Recompute:
    """The sum, the longest chain and the accelerators' hours of these executions."""
    seconds = [c.seconds for c in costs if c.seconds is not None]
    hours = [h for c in costs if (h := _gpu_hours(c)) is not None]
    return Recompute(
        tasks=len(costs),
        wall_seconds=_total(seconds, costs),
        critical_path_seconds=_longest(graph, costs) if seconds or not costs else None,
        gpu_hours=_total(hours, costs),
        unknown=len(costs) - len(seconds),
        unknown_accelerators=len(costs) - len(hours),
        estimated=sum(c.estimated or c.guessed for c in costs),
        estimated_times=sum(c.estimated for c in costs),
        guessed_accelerators=sum(c.guessed for c in costs),
    )


def _total(known: Sequence[float], costs: Sequence[Cost]) -> float | None:
    return round(sum(known), 6) if known or not costs else None


def _gpu_hours(cost: Cost) -> float | None:
    if cost.accelerators == 0:
        return 0.0
    return None if cost.accelerators is None or cost.seconds is None else cost.accelerators * cost.seconds / 3600


def _longest(graph: Graph, costs: Sequence[Cost]) -> float:
    """The longest chain, a step of unknown time counting as none. Data flows forward in time only, so it has an end."""
    took = {c.execution_id: c.seconds or 0.0 for c in costs if c.execution_id in graph.executions}
    objects = _objects(graph)
    makers: dict[str, list[str]] = defaultdict(list)
    needs: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges:
        if edge.kind == "output" and id_of(edge.start) in took and _is_producer(graph, edge.start, edge.end):
            makers[objects.get(edge.end, edge.end)].append(id_of(edge.start))
        elif edge.kind == "input" and id_of(edge.end) in took:
            needs[id_of(edge.end)].append(objects.get(edge.start, edge.start))
    ends: dict[str, float] = {}
    for id in sorted(took, key=lambda i: _age(graph.executions[i])):
        before = [ends[maker] for need in needs[id] for maker in makers[need] if maker in ends]
        ends[id] = took[id] + max(before, default=0.0)
    return round(max(ends.values(), default=0.0), 6)


def _objects(graph: Graph) -> Mapping[str, str]:
    """Artifact nodes that share a URI → the oldest of them."""
    return {e.end: e.start for e in graph.edges if e.kind == "same-uri"}


def _is_producer(graph: Graph, execution: str, artifact: str) -> bool:
    producer = graph.producers.get(id_of(artifact))
    if producer is not None:
        return producer == id_of(execution)
    known = graph.executions.get(id_of(execution))
    return known is not None and known.state != CACHED


def _run_of(graph: Graph, execution_id: str) -> str:
    place = graph.places.get(execution_id)
    return place.run_id if place else ""


def _age(execution: Execution) -> tuple[float, tuple[int, int, str]]:
    return execution.created_at.timestamp() if execution.created_at else 0.0, by_id(execution.id)
