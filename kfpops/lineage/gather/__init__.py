"""From the ports to a Graph: the one part of `lineage` that asks the outside.

Not here: what the graph means. That is told by the modules beside this package, which are handed the graph.
"""

from __future__ import annotations

from dataclasses import replace

from kfpops.errors import NotFound
from kfpops.lineage.gather.resolve import ResolveRun, executions_of, find_start, lineage_of
from kfpops.lineage.gather.start_run import with_run
from kfpops.lineage.gather.walk import Progress, Reach, gather_graph, silent
from kfpops.lineage.graph import Graph
from kfpops.lineage.start import Start
from kfpops.model.finding import NotChecked
from kfpops.ports import Cluster

__all__ = ["Reach", "executions_of", "find_start", "gather_graph", "gather_lineage", "lineage_of", "with_run"]

_PARTLY = NotChecked("lineage", "the capture was made of single runs: what other runs used may be missing")


def gather_lineage(
    cluster: Cluster, start: Start, reach: Reach, resolve_run: ResolveRun, progress: Progress = silent
) -> Graph:
    """The graph around what the user means. Raises `NotFound` with what is near, and `Unreachable` without a store."""
    lineage = lineage_of(cluster)
    nodes = find_start(lineage, start, resolve_run, reach.limit)
    graph = gather_graph(lineage, nodes, reach, cluster.source, progress)
    if not graph.start:
        raise NotFound(f"The rows of {', '.join(nodes[:3])} are gone from the lineage store; only events name them.")
    return graph if cluster.complete else replace(graph, not_checked=(*graph.not_checked, _PARTLY))
