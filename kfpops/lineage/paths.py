"""Which nodes lie between the starts of a graph and others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from kfpops.lineage.graph import Edge, Graph, execution_node, id_of
from kfpops.model.lineage import CACHED

# Marks a node that is reached but not passed through: what re-used an artifact, or is shared with a cache hit.
_END: Final = "#"


def between(graph: Graph, others: Iterable[str]) -> set[str]:
    """Node ids on the paths, of either direction, from a start to one of the others, ends included."""
    wanted = set(others)
    wanted |= {node + _END for node in wanted}
    keep: set[str] = set()
    for moves in (_upwards(graph), _downwards(graph)):
        there = _reached(graph.start, moves)
        back: dict[str, list[str]] = defaultdict(list)
        for node in there:
            for end in moves.get(node, ()):
                back[end].append(node)
        keep |= _reached(there & wanted, back)
    return {node.removesuffix(_END) for node in keep}


def _reused(graph: Graph, edge: Edge) -> bool:
    producer = graph.producers.get(id_of(edge.end)) if edge.kind == "output" else None
    return producer is not None and producer != id_of(edge.start)


def _upwards(graph: Graph) -> Mapping[str, list[str]]:
    """As the walk went up: to producers, inputs, other artifacts of the URI, and from a cache hit to its origin."""
    moves = _same(graph)
    for edge in graph.edges:
        if _reused(graph, edge):
            moves[edge.start].append(edge.end + _END)
        elif edge.kind != "same-uri":
            moves[edge.end].append(edge.start)
    for id, execution in graph.executions.items():
        if execution.state == CACHED and execution.cached_from in graph.executions:
            moves[execution_node(id)].append(execution_node(execution.cached_from))
    return moves


def _downwards(graph: Graph) -> Mapping[str, list[str]]:
    """As the walk went down: to users, to what re-used it (and no further), to outputs, to artifacts of the same URI."""
    moves = _same(graph)
    for edge in graph.edges:
        if edge.kind != "same-uri":
            moves[edge.start].append(edge.end)
        if _reused(graph, edge):
            moves[edge.end].append(edge.start + _END)
    return moves


def _same(graph: Graph) -> dict[str, list[str]]:
    moves: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges:
        if edge.kind == "same-uri":
            moves[edge.start].append(edge.end)
            moves[edge.end].append(edge.start)
    return moves


def _reached(start: Iterable[str], moves: Mapping[str, list[str]]) -> set[str]:
    seen = set(start)
    ahead = list(seen)
    while ahead:
        for end in moves.get(ahead.pop(), ()):
            if end not in seen:
                seen.add(end)
                ahead.append(end)
    return seen
