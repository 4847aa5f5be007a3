"""What breaks if something changes or goes: runs, steps, artifacts, cache hits and models in use that descend from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kfpops.knowledge.model_use import Use
from kfpops.knowledge.run_state import state_of_run
from kfpops.lineage.graph import Graph, artifact_node, id_of
from kfpops.lineage.impact.affected import AffectedArtifact, AffectedRun, AffectedTask, CachedStep, Impact
from kfpops.lineage.impact.models_in_use import models_in_use
from kfpops.lineage.impact.reached import Reached, is_artifact, is_execution, reached_from
from kfpops.lineage.impact.recompute import LOGS, Cost, recompute
from kfpops.model.diagnosis import State
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import CACHED, Execution, Place
from kfpops.model.run import Run

ENDED: frozenset[State] = frozenset({"succeeded", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside the graph.

    `runs`: as KFP tells them; `deleted`: ids that KFP does not know any more; of others nothing is known.
    """

    runs: Mapping[str, Run] = field(default_factory=dict)
    deleted: frozenset[str] = frozenset()
    costs: tuple[Cost, ...] = ()
    uses: tuple[Use, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()


def impact(graph: Graph, around: Around) -> Impact:
    """The answer. `graph` holds at least the closure down from its start."""
    reached = reached_from(graph)
    below = {node: r for node, r in reached.items() if node not in graph.start}
    tasks = tuple(_tasks(graph, below))
    started = {id_of(node) for node in graph.start if is_execution(node)}
    return Impact(
        source=graph.source,
        start=graph.start,
        graph=graph,
        runs=_runs(graph, around, below, tasks),
        tasks=tasks,
        artifacts=tuple(_artifacts(graph, below)),
        cached=tuple(_cached(graph, tasks)),
        models=models_in_use(around.uses, {i: a for i, a in graph.artifacts.items() if artifact_node(i) in reached}),
        recompute=recompute(graph, around.costs),
        of_start=sum(c.execution_id in started for c in around.costs),
        truncated=graph.truncated,
        left=graph.left,
        not_checked=_gaps((*graph.not_checked, *around.not_checked)),
    )


def _tasks(graph: Graph, reached: Mapping[str, Reached]) -> Iterable[AffectedTask]:
    """Groups of steps (sub-pipelines, loops) are left out: what is in them is told."""
    for node, found in reached.items():
        execution = graph.executions.get(id_of(node)) if is_execution(node) else None
        if execution is not None and execution.kind != "dag":
            yield AffectedTask(execution, graph.places.get(execution.id, Place()), found)


def _runs(
    graph: Graph, around: Around, reached: Mapping[str, Reached], tasks: Iterable[AffectedTask]
) -> tuple[AffectedRun, ...]:
    nearest: dict[str, Reached] = {}
    steps: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for node, found in reached.items():
        # A group of steps that only hands on what a step inside it made, was not given it.
        if is_execution(node) and not (found.reused and _is_group(graph, node)):
            nearest.setdefault(_place(graph, id_of(node)).run_id, found)
    for task in tasks:
        steps[task.place.run_id] += 1
        hits[task.place.run_id] += task.execution.state == CACHED
    found_runs = [
        _run(graph, around, run_id, (r.distance, r.via, steps[run_id], hits[run_id]))
        for run_id, r in nearest.items()
        if run_id
    ]
    return tuple(sorted(found_runs, key=lambda r: (not r.running, r.distance, _newest_first(r.created_at), r.run_id)))


def _run(graph: Graph, around: Around, run_id: str, place: tuple[int, str, int, int]) -> AffectedRun:
    known, context = around.runs.get(run_id), graph.runs.get(run_id)
    distance, via, tasks, cached = place
    return AffectedRun(
        run_id=run_id,
        name=known.name if known else "",
        pipeline=(context.pipeline if context else "") or (known.pipeline_name if known else ""),
        namespace=(known.namespace if known else "") or (context.namespace if context else ""),
        state=state_of_run(known) if known else "unknown",
        deleted=False if known else True if run_id in around.deleted else None,
        created_at=(known.created_at if known else None) or (context.created_at if context else None),
        distance=distance,
        via=via,
        tasks=tasks,
        cached=cached,
    )


def _artifacts(graph: Graph, reached: Mapping[str, Reached]) -> Iterable[AffectedArtifact]:
    logs = {edge.end for edge in graph.edges if edge.kind == "output" and edge.port == LOGS}
    for node, found in reached.items():
        artifact = graph.artifacts.get(id_of(node)) if is_artifact(node) else None
        # What one of ours only took over was made elsewhere, and stays what it is.
        if artifact is not None and not found.reused:
            producer = graph.producers.get(artifact.id, "")
            yield AffectedArtifact(artifact, found, _place(graph, producer).run_id, node in logs)


def _cached(graph: Graph, tasks: Iterable[AffectedTask]) -> Iterable[CachedStep]:
    for task in tasks:
        if task.execution.state == CACHED:
            origin = _origin(graph, task.execution)
            yield CachedStep(task.execution, task.place, task.reached, origin, _place(graph, origin))


def _origin(graph: Graph, execution: Execution) -> str:
    """The end of the chain of cache hits, as far as the graph holds it."""
    seen: set[str] = set()
    here: Execution | None = execution
    last = execution.cached_from
    while here is not None and here.cached_from and here.id not in seen:
        seen.add(here.id)
        last = here.cached_from
        here = graph.executions.get(last)
    return last


def _place(graph: Graph, execution_id: str) -> Place:
    return graph.places.get(execution_id, Place())


def _is_group(graph: Graph, node: str) -> bool:
    execution = graph.executions.get(id_of(node))
    return execution is not None and execution.kind == "dag"


def _newest_first(at: datetime | None) -> float:
    return -at.timestamp() if at else 0.0


def _gaps(found: Iterable[NotChecked]) -> tuple[NotChecked, ...]:
    return tuple(sorted(dict.fromkeys(found), key=lambda n: (n.source, n.why)))
