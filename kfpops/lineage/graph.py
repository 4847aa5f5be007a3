"""The lineage graph as it was gathered: artifacts and executions, joined by events and by shared URIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from kfpops.model.diagnosis import NotChecked, Source
from kfpops.model.lineage import Artifact, Execution, RunContext

EdgeKind: TypeAlias = Literal["input", "output", "same-uri"]

ARTIFACT, EXECUTION = "artifact", "execution"


def artifact_node(id: str) -> str:
    """An artifact's id in the graph: MLMD counts artifacts and executions apart, so a number alone is not enough."""
    return f"{ARTIFACT}:{id}"


def execution_node(id: str) -> str:
    """An execution's id in the graph."""
    return f"{EXECUTION}:{id}"


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
class Place:
    """Where an execution belongs: its run, and its path of task names and iterations (`train`, `for-loop-2[3]/train`)."""

    run_id: str = ""
    path: str = ""
    """Task names joined by `/`; an iteration stands behind its loop: `for-loop-2[3]/train`."""
    task_path: str = ""
    """The same without iterations: what equal steps have in common."""


@dataclass(frozen=True, slots=True)
class Graph:
    """`distance` counts hops from the nearest start: artifact to execution is one; a shared URI and a cache hit are none.

    Keys of `artifacts`, `executions`, `places` are back-end ids; `start` and the keys of `distance` are node ids. `producers` tells of
    each artifact (whose events were read) the execution that really made it; others with an output event re-used it.
    `truncated`: the limit cut it, and `left` node ids were known but not followed.
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
    source: Source = Source("cluster", "")
    not_checked: tuple[NotChecked, ...] = ()
