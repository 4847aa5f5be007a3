"""A recorder that writes a lineage store's rows as KFP writes them, and small graphs, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from kfpops.lineage.graph import Edge, Graph, Place, artifact_node, execution_node
from kfpops.model.diagnosis import Source
from kfpops.model.lineage import (
    CACHED,
    COMPLETE,
    Artifact,
    Event,
    EventKind,
    Execution,
    ExecutionKind,
    JsonValue,
    RunContext,
)
from tests.lineage.memory import BEGIN, MemoryLineage

__all__ = ["BEGIN", "MemoryLineage", "Recorder", "a_graph", "at", "input_of", "output_of", "places_of", "same_uri"]

TYPES: Mapping[ExecutionKind, str] = {
    "container": "system.ContainerExecution",
    "dag": "system.DAGExecution",
    "importer": "system.ImporterExecution",
    "other": "some.Execution",
}


def at(seconds: float) -> datetime:
    """A moment of the store's own time."""
    return BEGIN + timedelta(seconds=seconds)


@dataclass
class Recorder:
    """Writes a store as KFP would: ids count up from 1, artifacts and executions apart, and every row is a second later.

    Methods return the new id. `lineage()` is the port over what was written so far.
    """

    artifacts: list[Artifact] = field(default_factory=list)
    executions: list[Execution] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    runs: list[RunContext] = field(default_factory=list)
    clock: float = 0

    def lineage(self) -> MemoryLineage:
        return MemoryLineage(tuple(self.artifacts), tuple(self.executions), tuple(self.events), tuple(self.runs))

    def run(self, run_id: str, pipeline: str = "training", namespace: str = "team") -> str:
        """A run and its root DAG execution."""
        root = f"minio://mlpipeline/v2/artifacts/{pipeline}/{run_id}"
        self.runs.append(RunContext(run_id, pipeline, namespace, root, self._now()))
        # An executor's end never reaches the root DAG when the run is killed, so RUNNING is the most usual state.
        return self.execution(kind="dag", state="RUNNING", run_id=run_id)

    def dag(self, parent: str, task: str, iteration: int | None = None) -> str:
        """A sub-pipeline or a loop; an iteration of a loop is a DAG of the loop's task name inside the loop's own."""
        return self.execution(kind="dag", task=task, name=task, parent_id=parent, iteration=iteration)

    def task(
        self, parent: str, task: str, inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None
    ) -> str:
        """A container task. `inputs`: port → artifact id; `outputs`: port → artifact id. Other fields: `alter`."""
        id = self.execution(task=task, name=task, parent_id=parent, fingerprint=f"print-of-{task}")
        self.went("input", id, inputs or {})
        self.went("output", id, outputs or {})
        return id

    def cached(self, parent: str, of: str, task: str = "") -> str:
        """A cache hit: the same inputs and outputs as the execution it was taken from, with events of its own."""
        origin = self.of(of)
        id = self.execution(replace(origin, parent_id=parent, state=CACHED, cached_from=of, task=task or origin.task))
        for event in [e for e in self.events if e.execution_id == of]:
            self.went(event.kind, id, {event.port: event.artifact_id})
        return id

    def importer(self, parent: str, artifact: str, task: str = "importer") -> str:
        """An importer that made, or found again, this artifact."""
        id = self.execution(kind="importer", task=task, name=task, parent_id=parent)
        self.went("output", id, {"artifact": artifact})
        return id

    def artifact(self, uri: str = "", type: str = "system.Dataset", name: str = "", **properties: JsonValue) -> str:
        """`uri` "-" means none at all; "" a fresh one."""
        id = str(len(self.artifacts) + 1)
        place = "" if uri == "-" else uri or f"minio://mlpipeline/v2/artifacts/{id}"
        now = self._now()
        self.artifacts.append(Artifact(id, type, place, name or "data", "LIVE", now, now, properties))
        return id

    def execution(
        self,
        like: Execution | None = None,
        *,
        kind: ExecutionKind = "container",
        state: str = COMPLETE,
        parent_id: str = "",
        **fields: str | int | None,
    ) -> str:
        id, now = str(len(self.executions) + 1), self._now()
        row = like or Execution(id, TYPES[kind], kind, state, parent_id=parent_id, namespace="team")
        self.executions.append(replace(row, id=id, created_at=now, updated_at=now, **fields))  # type: ignore[arg-type]
        return id

    def went(self, kind: EventKind, execution: str, ports: Mapping[str, str]) -> None:
        """Events between an execution and artifacts by port."""
        for port, artifact in ports.items():
            self.events.append(Event(artifact, execution, kind, port, self._now()))

    def of(self, id: str) -> Execution:
        return next(e for e in self.executions if e.id == id)

    def alter(self, id: str, **fields: object) -> None:
        """Changes fields of an execution."""
        self.executions = [replace(e, **fields) if e.id == id else e for e in self.executions]  # type: ignore[arg-type]

    def alter_artifact(self, id: str, **fields: object) -> None:
        self.artifacts = [replace(a, **fields) if a.id == id else a for a in self.artifacts]  # type: ignore[arg-type]

    def forget(self, *, artifact: str = "", execution: str = "") -> None:
        """Takes a row away and leaves its events, as hand-written SQL does."""
        self.artifacts = [a for a in self.artifacts if a.id != artifact]
        self.executions = [e for e in self.executions if e.id != execution]

    def _now(self) -> datetime:
        self.clock += 1
        return at(self.clock)


def a_graph(
    artifacts: Sequence[Artifact],
    executions: Sequence[Execution],
    edges: Sequence[Edge],
    start: Sequence[str] = (),
    **more: object,
) -> Graph:
    """A graph of these parts; `start` are node ids (by default the first artifact). Places and producers by `more`."""
    start = tuple(start) or tuple(artifact_node(a.id) for a in artifacts[:1])
    known: dict[str, object] = {"places": {}, "source": Source("cluster", "test")} | more
    return Graph({a.id: a for a in artifacts}, {e.id: e for e in executions}, tuple(edges), start, **known)  # type: ignore[arg-type]


def input_of(artifact: str, execution: str, port: str = "data") -> Edge:
    return Edge(artifact_node(artifact), execution_node(execution), "input", port)


def output_of(execution: str, artifact: str, port: str = "data") -> Edge:
    return Edge(execution_node(execution), artifact_node(artifact), "output", port)


def same_uri(older: str, newer: str) -> Edge:
    return Edge(artifact_node(older), artifact_node(newer), "same-uri")


def places_of(run_id: str, paths: Mapping[str, str]) -> Mapping[str, Place]:
    """Places of executions of one run, by execution id; iterations in a path are left out of the task path."""
    return {i: Place(run_id, p, "/".join(s.partition("[")[0] for s in p.split("/"))) for i, p in paths.items()}
