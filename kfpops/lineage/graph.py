"""The lineage graph as it was gathered: artifacts and executions, joined by events and by shared URIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from kfpops.model.diagnosis import Source
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import Artifact, Execution, Place, RunContext

__all__ = [
    "ARTIFACT",
    "EXECUTION",
    "Edge",
    "EdgeKind",
    "Graph",
    "Place",
    "artifact_node",
    "by_id",
    "execution_node",
    "id_of",
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


def by_id(id: str) -> tuple[int, int, str]:
    """The order of ids, of nodes too: numbers as numbers, before texts (UUIDs), and artifacts before executions."""
    kind, _, rest = id.rpartition(":")
    number = rest.isascii() and rest.isdecimal()
    return (2 * (kind == EXECUTION) + (not number), int(rest) if number else 0, rest)


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
class Graph:
    """`distance` counts hops from the nearest start: artifact to execution is one; a shared URI and a cache hit are none.

    Keys of `artifacts`, `executions`, `places` are back-end ids; `start` and the keys of `distance` are node ids.
    `producers` tells of each artifact (whose events were read) the execution that really made it, which need not be in the
    graph; others with an output event re-used it. `truncated`: the limit cut it, and `left` nodes were known but not
    followed. `unread`: nodes whose events were not read (at the depth, at the limit, or re-use that leads nowhere): that
    they have no producer or user here proves nothing. All is sorted by id, numbers as numbers.
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
