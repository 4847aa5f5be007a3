"""The closure by brute force over raw rows: everything is tried until nothing changes. Slow, and plain as the definition."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kfpops.lineage.graph import Edge
from kfpops.model.lineage import Artifact, Event, Execution

FAR = 10**9


@dataclass(frozen=True)
class Raw:
    artifacts: Collection[Artifact]
    executions: Collection[Execution]
    events: Collection[Event]


@dataclass(frozen=True)
class Closure:
    distance: dict[str, int]
    edges: set[Edge]


def closure(raw: Raw, start: Collection[str], up: bool, down: bool, depth: int | None) -> Closure:
    """Both directions are two closures laid over each other."""
    distance: dict[str, int] = {n: 0 for n in start if n in _nodes(raw)}
    edges: set[Edge] = set()
    for wanted, upwards in ((up, True), (down, False)):
        if wanted:
            found = _one_way(raw, start, upwards, FAR if depth is None else depth)
            edges |= found.edges
            for node, hops in found.distance.items():
                distance[node] = min(hops, distance.get(node, FAR))
    return Closure(distance, edges)


def maker(raw: Raw, artifact: str) -> str | None:
    by_id = {e.id: e for e in raw.executions}
    out = [v for v in raw.events if v.kind == "output" and v.artifact_id == artifact and v.execution_id in by_id]
    steps = [v for v in out if by_id[v.execution_id].state != "CACHED"]
    real = [v for v in steps if by_id[v.execution_id].kind in ("container", "other")]
    first = sorted(real or steps or out, key=lambda v: int(v.execution_id))
    # A DAG loses a tie; sorting is stable, so the last sort decides first.
    first.sort(key=lambda v: by_id[v.execution_id].kind == "dag" and not real)
    times = {id(v): v.at or by_id[v.execution_id].created_at for v in first}
    first.sort(key=lambda v: at.timestamp() if (at := times[id(v)]) else float("inf"))
    return first[0].execution_id if first else None


def _one_way(raw: Raw, start: Collection[str], up: bool, depth: int) -> Closure:
    there = _nodes(raw)
    followed: dict[str, int] = {n: 0 for n in start if n in there}
    shown: dict[str, int] = {}
    edges: set[Edge] = set()
    while True:
        before = (dict(followed), dict(shown), len(edges))
        for node, hops in list(followed.items()):
            for end, more, on, drawn in _moves(raw, node, up):
                if end in there and hops + more <= depth:
                    table = followed if on else shown
                    table[end] = min(table.get(end, FAR), hops + more)
                    edges |= {e for e in drawn if e.start in there and e.end in there}
        if before == (followed, shown, len(edges)):
            break
    return Closure({n: min(followed.get(n, FAR), shown.get(n, FAR)) for n in {*followed, *shown}}, edges)


def _nodes(raw: Raw) -> set[str]:
    return {f"artifact:{a.id}" for a in raw.artifacts} | {f"execution:{e.id}" for e in raw.executions}


def _moves(raw: Raw, node: str, up: bool) -> list[tuple[str, int, bool, set[Edge]]]:
    """Where a followed node leads: the other end, how many hops away, whether that is followed too, what is drawn."""
    kind, _, id = node.partition(":")
    return _of_artifact(raw, id, up) if kind == "artifact" else _of_execution(raw, id, up)


def _of_artifact(raw: Raw, id: str, up: bool) -> list[tuple[str, int, bool, set[Edge]]]:
    uri = next(a.uri for a in raw.artifacts if a.id == id)
    same = sorted(int(a.id) for a in raw.artifacts if a.uri == uri and uri != "")
    star = {Edge(f"artifact:{same[0]}", f"artifact:{i}", "same-uri") for i in same[1:]}
    moves = [(f"artifact:{i}", 0, True, star) for i in same]
    made_by = maker(raw, id)
    for event in raw.events:
        if event.artifact_id != id:
            continue
        makes = event.kind == "output" and event.execution_id == made_by
        if up and makes:
            moves.append((f"execution:{event.execution_id}", 1, True, {_edge(event)}))
        imports = any(e.id == event.execution_id and e.kind == "importer" for e in raw.executions)
        if not up and (not makes or imports):
            moves.append((f"execution:{event.execution_id}", 1, event.kind == "input", {_edge(event)}))
    return moves


def _of_execution(raw: Raw, id: str, up: bool) -> list[tuple[str, int, bool, set[Edge]]]:
    row = next(e for e in raw.executions if e.id == id)
    mine = [v for v in raw.events if v.execution_id == id]
    moves = []
    for event in mine:
        if event.kind == ("input" if up else "output"):
            took = row.state == "CACHED" and maker(raw, event.artifact_id) != id
            on = up or not (took or row.kind == "importer")
            moves.append((f"artifact:{event.artifact_id}", 1, on, {_edge(event)}))
    origins = [e for e in raw.executions if up and row.state == "CACHED" and e.id == row.cached_from != id]
    for origin in origins:
        moves.append((f"execution:{origin.id}", 0, True, set()))
        theirs = [v for v in raw.events if v.execution_id == origin.id and v.kind == "output"]
        for ours in (v for v in mine if v.kind == "output"):
            both = {_edge(v) for v in theirs if v.artifact_id == ours.artifact_id}
            if both:
                moves.append((f"artifact:{ours.artifact_id}", 1, False, {_edge(ours)} | both))
    return moves


def _edge(event: Event) -> Edge:
    artifact, execution = f"artifact:{event.artifact_id}", f"execution:{event.execution_id}"
    ends = (artifact, execution) if event.kind == "input" else (execution, artifact)
    return Edge(*ends, event.kind, event.port)
