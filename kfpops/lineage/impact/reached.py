"""The walk down a graph: what descends from its start, how far away it is, and by which first step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from kfpops.knowledge.producers import reuses
from kfpops.lineage.graph import ARTIFACT, EXECUTION, Graph, by_id, execution_node, id_of
from kfpops.model.lineage import CACHED


@dataclass(frozen=True, slots=True)
class Reached:
    """`distance` in hops; `via` is the node that the shortest path takes first, "" for a start and what shares its URI.

    `reused`: an execution that only had an artifact of ours as its output, without making it, or an artifact that one of
    ours put out so; it leads nowhere.
    """

    distance: int
    via: str
    reused: bool = False


def reached_from(graph: Graph) -> Mapping[str, Reached]:
    """All nodes that descend from the start, the start among them, nearest first. Level by level: graphs may be large."""
    down = _down(graph)
    found: dict[str, Reached] = {}
    taken: dict[str, Reached] = {}
    level = dict.fromkeys(graph.start, "")
    distance = 0
    while level:
        ahead: dict[str, str] = {}
        for node, via in _whole_objects(level, down, found):
            found[node] = Reached(distance, via)
            for other, only in down.ways.get(node, ()):
                if only:
                    taken.setdefault(other, Reached(distance + 1, via or other, True))
                elif other not in found:
                    ahead.setdefault(other, via or other)
        level = {node: ahead[node] for node in sorted(ahead, key=by_id) if node not in found}
        distance += 1
    later = {n: r for n, r in taken.items() if n not in found or r.distance < found[n].distance}
    if not later:
        return found
    whole = found | {n: _nearer(r) if n in found else r for n, r in later.items()}
    return dict(sorted(whole.items(), key=lambda item: (item[1].distance, by_id(item[0]))))


def _nearer(reached: Reached) -> Reached:
    """It re-used an artifact before it got another one as input: what it made with that descends all the same."""
    return Reached(reached.distance, reached.via)


@dataclass(frozen=True, slots=True)
class _Down:
    """`ways`: node → where its data went, and whether it is only re-used there. `same`: who shares an artifact's URI."""

    ways: Mapping[str, list[tuple[str, bool]]]
    same: Mapping[str, list[str]]


def _down(graph: Graph) -> _Down:
    ways: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    same: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges:
        match edge.kind:
            case "input":
                ways[edge.start].append((edge.end, False))
            case "output":
                made, reused = _made(graph, edge.start, edge.end)
                ways[edge.start].append((edge.end, reused))
                if not made or reused:
                    ways[edge.end].append((edge.start, True))
            case "same-uri":
                same[edge.start].append(edge.end)
                same[edge.end].append(edge.start)
    return _Down(ways, same)


def _whole_objects(level: Mapping[str, str], down: _Down, found: Mapping[str, Reached]) -> list[tuple[str, str]]:
    """The nodes of a level and what shares their URIs, each with its first step."""
    nodes = list(level.items())
    known = set(level)
    for node, via in nodes:
        for other in down.same.get(node, ()):
            if other not in known and other not in found:
                known.add(other)
                nodes.append((other, via))
    return nodes


def _made(graph: Graph, execution: str, artifact: str) -> tuple[bool, bool]:
    """Whether it is the producer, and whether it only re-used what it put out.

    Where the graph names no producer, that is whoever took nothing from the cache.
    """
    known, producer = graph.executions.get(id_of(execution)), graph.producers.get(id_of(artifact))
    made = execution_node(producer) == execution if producer else known is None or known.state != CACHED
    return made, known is not None and reuses(known, producer)


def is_artifact(node: str) -> bool:
    return node.startswith(f"{ARTIFACT}:")


def is_execution(node: str) -> bool:
    return node.startswith(f"{EXECUTION}:")
