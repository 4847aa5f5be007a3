"""Only what fits in a Graph, and what leads to it: a filtered lineage still shows the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from kfpops.lineage.graph import Graph, artifact_node, execution_node, id_of
from kfpops.lineage.links import Links, links_of
from kfpops.lineage.paths import between
from kfpops.model.lineage import Place


@dataclass(frozen=True, slots=True)
class Filters:
    """All that is set must hold. `types` are artifacts' (`system.Model`), `states` executions' (`FAILED`).

    An artifact's pipeline is that of the run which made it.
    """

    types: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    pipelines: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.types or self.states or self.pipelines or self.since or self.until)


@dataclass(frozen=True, slots=True)
class Filtered:
    """`graph` holds the start, what fits (node ids), and what lies on the ways between. `fits` None: no filter."""

    graph: Graph
    fits: frozenset[str] | None = None


def filtered(graph: Graph, filters: Filters) -> Filtered:
    """The graph itself when no filter is set."""
    if not filters:
        return Filtered(graph)
    links = links_of(graph)
    fits = frozenset(_fitting(graph, links, filters))
    return Filtered(_only(graph, {*graph.start, *fits, *between(graph, fits)}), fits)


def _fitting(graph: Graph, links: Links, filters: Filters) -> Iterator[str]:
    """A filter on types alone asks for artifacts, one on states alone for executions."""
    for id, artifact in graph.artifacts.items():
        maker = id_of(links.makers.get(artifact_node(id), ""))
        wanted = artifact.type in filters.types if filters.types else not filters.states
        if wanted and _here(graph, maker, artifact.created_at, filters):
            yield artifact_node(id)
    for id, execution in graph.executions.items():
        wanted = execution.state in filters.states if filters.states else not filters.types
        if wanted and _here(graph, id, execution.created_at, filters):
            yield execution_node(id)


def _here(graph: Graph, execution: str, at: datetime | None, filters: Filters) -> bool:
    """Whether pipeline and time fit. What has no time does not fit a span."""
    run = graph.runs.get(graph.places.get(execution, Place()).run_id)
    if filters.pipelines and (run is None or run.pipeline not in filters.pipelines):
        return False
    if filters.since and (at is None or at < filters.since):
        return False
    return not filters.until or (at is not None and at <= filters.until)


def _only(graph: Graph, kept: set[str]) -> Graph:
    return replace(
        graph,
        artifacts={i: a for i, a in graph.artifacts.items() if artifact_node(i) in kept},
        executions={i: e for i, e in graph.executions.items() if execution_node(i) in kept},
        edges=tuple(e for e in graph.edges if e.start in kept and e.end in kept),
        distance={n: d for n, d in graph.distance.items() if n in kept},
    )
