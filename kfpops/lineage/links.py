"""Who is joined to whom: a Graph's edges, looked up from either end as a person would ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kfpops.lineage.graph import Graph, artifact_node, execution_node, id_of
from kfpops.model.lineage import CACHED

Ends = Mapping[str, Sequence[tuple[str, str]]]
"""Node id → node ids at the other ends of its edges, each with the edge's port."""


@dataclass(frozen=True, slots=True)
class Links:
    """All keys and values are node ids.

    `inputs`, `outputs`: of an execution. `users`: executions that an artifact went into. `takers`: executions that had it as
    output without making it: cache hits and importers. `makers`: the execution that made an artifact, which need not be in
    the graph. `objects`: all artifacts of one URI by the oldest of them; `object_of`: that oldest, by each of them.

    A DAG execution is neither user nor taker where a step inside it is the same: KFP writes both.
    """

    inputs: Ends
    outputs: Ends
    users: Ends
    takers: Ends
    makers: Mapping[str, str]
    object_of: Mapping[str, str]
    objects: Mapping[str, Sequence[str]]

    def up(self, node: str) -> Iterator[str]:
        """Where it came from: what made it, what went in, what is the same object."""
        if node in self.makers:
            yield self.makers[node]
        yield from (artifact for artifact, _ in self.inputs.get(node, ()))
        yield from self.objects.get(self.object_of.get(node, ""), ())

    def down(self, node: str) -> Iterator[str]:
        """What came of it: what used it or had it again, what came out, what is the same object."""
        yield from (execution for execution, _ in self.users.get(node, ()))
        yield from (execution for execution, _ in self.takers.get(node, ()))
        yield from (artifact for artifact, _ in self.outputs.get(node, ()))
        yield from self.objects.get(self.object_of.get(node, ""), ())


def links_of(graph: Graph) -> Links:
    """One pass over the edges. A producer that the graph does not name is the first output edge that is no cache hit."""
    inputs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    outputs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    users: dict[str, list[tuple[str, str]]] = defaultdict(list)
    made: dict[str, list[tuple[str, str]]] = defaultdict(list)
    objects: dict[str, list[str]] = {}
    for edge in graph.edges:
        match edge.kind:
            case "input":
                inputs[edge.end].append((edge.start, edge.port))
                users[edge.start].append((edge.end, edge.port))
            case "output":
                outputs[edge.start].append((edge.end, edge.port))
                made[edge.end].append((edge.start, edge.port))
            case "same-uri":
                objects.setdefault(edge.start, [edge.start]).append(edge.end)
    makers = {artifact_node(a): execution_node(e) for a, e in graph.producers.items() if a in graph.artifacts}
    makers |= {a: _first(graph, by) for a, by in made.items() if a not in makers}
    takers = {a: [(e, port) for e, port in by if e != makers[a] and not _is_dag(graph, e)] for a, by in made.items()}
    leaves = {a: _leaves(graph, by) for a, by in users.items()}
    object_of = {member: oldest for oldest, members in objects.items() for member in members}
    return Links(inputs, outputs, leaves, {a: t for a, t in takers.items() if t}, makers, object_of, objects)


def _first(graph: Graph, made_by: Sequence[tuple[str, str]]) -> str:
    return next((e for e, _ in made_by if not _is_cached(graph, e)), made_by[0][0])


def _leaves(graph: Graph, users: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if not any(_is_dag(graph, e) for e, _ in users):
        return users
    around: set[str] = set()
    for execution, _ in users:
        around |= _ancestors(graph, id_of(execution))
    return [(e, port) for e, port in users if not (_is_dag(graph, e) and id_of(e) in around)]


def _ancestors(graph: Graph, id: str) -> set[str]:
    found: set[str] = set()
    here = graph.executions.get(id)
    while here is not None and here.parent_id and here.parent_id not in found:
        found.add(here.parent_id)
        here = graph.executions.get(here.parent_id)
    return found


def _is_dag(graph: Graph, node: str) -> bool:
    execution = graph.executions.get(id_of(node))
    return execution is not None and execution.kind == "dag"


def _is_cached(graph: Graph, node: str) -> bool:
    execution = graph.executions.get(id_of(node))
    return execution is not None and execution.state == CACHED
