"""The lineage graph as it was gathered: artifacts and executions, joined by events and by shared URIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from kfpops.knowledge.lineage_ids import by_id
from kfpops.model.diagnosis import Source, State
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import Artifact, Execution, Place, RunContext

__all__ = [
    "ARTIFACT",
    "EXECUTION",
    "Edge",
    "EdgeKind",
    "Graph",
    "Place",
    "StartRun",
    "artifact_node",
    "by_id",
    "execution_node",
    "id_of",
    "run_of_start",
]

EdgeKind: TypeAlias = Literal["input", "output", "same-uri"]

ARTIFACT, EXECUTION = "artifact", "execution"


def artifact_node(id: str) -> str:
    """An artifact's id in the graph: MLMD counts artifacts and executions apart, so a number alone is not enough."""
    return f"{ARTIFACT}:{id}"


def execution_node(id: str) -> str:
    """An execution's id in the graph."""
    return f"{EXECUTION}:{id}"


def id_of(node: str) -> str:
    """The back end's id in a node id."""
    return node.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Edge:
    """As the data went: `input` leads from an artifact to an execution, `output` from an execution to an artifact.

    `same-uri` joins two artifacts that are the same object, the older id first. Ends are node ids.
    """

    start: str
    end: str
    kind: EdgeKind
    port: str = ""


@dataclass(frozen=True, slots=True)
class StartRun:
    """The run that a graph starts from with all its executions, as KFP tells of it: `deleted` None when KFP did not tell."""

    run_id: str
    name: str = ""
    state: State = "unknown"
    deleted: bool | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """`distance` counts hops from the nearest start: artifact to execution is one; a shared URI and a cache hit are none.

    Keys of `artifacts`, `executions`, `places` are back-end ids; `start` and keys of `distance` are node ids. `named` are
    executions that are no nodes, but named by some: makers, and those that cache hits were taken from; they have places and
    runs as well. `producers` tells of each artifact (whose events were read) the execution that really made it, which need
    not be in the graph; others with an output event re-used it. `truncated`: the limit cut it, and `left` nodes were known
    but not followed. `unread`: nodes whose events were not read (at the depth, at the limit, or re-use that leads nowhere):
    that they have no producer or user here proves nothing. `run`: set when the question was about a whole run. All is sorted
    by id, numbers as numbers.
    """

    artifacts: Mapping[str, Artifact]
    executions: Mapping[str, Execution]
    edges: tuple[Edge, ...]
    start: tuple[str, ...]
    places: Mapping[str, Place] = field(default_factory=dict)
    runs: Mapping[str, RunContext] = field(default_factory=dict)
    producers: Mapping[str, str] = field(default_factory=dict)
    distance: Mapping[str, int] = field(default_factory=dict)
    truncated: bool = False
    left: int = 0
    unread: frozenset[str] = frozenset()
    source: Source = field(default_factory=lambda: Source("cluster", ""))
    not_checked: tuple[NotChecked, ...] = ()
    named: Mapping[str, Execution] = field(default_factory=dict)
    run: StartRun | None = None

    @property
    def run_id(self) -> str:
        """Of the run that was asked about as a whole; "" for other questions."""
        return self.run.run_id if self.run else ""

    def execution(self, id: str) -> Execution | None:
        """What is known of an execution, be it a node or not."""
        return self.executions.get(id) or self.named.get(id)


def run_of_start(graph: Graph) -> str:
    """The run that the executions of the start belong to; "" when they are of none."""
    return next((p.run_id for n in graph.start if (p := graph.places.get(id_of(n))) and p.run_id), "")
