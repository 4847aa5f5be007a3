"""From a few nodes to the graph around them: level by level, a few requests for each, however many nodes it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from kfpops.lineage.gather.direction import Direction
from kfpops.lineage.gather.draft import Draft
from kfpops.lineage.gather.places import gather_places
from kfpops.lineage.gather.rows import Rows
from kfpops.lineage.graph import ARTIFACT, EXECUTION, Edge, Graph, by_id, id_of
from kfpops.model.diagnosis import Source
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import CACHED
from kfpops.ports import Lineage
from kfpops.render.words import count

V = TypeVar("V")
Progress = Callable[[int], None]
"""Is told how many nodes the graph has so far."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far to go. `depth` counts hops, `limit` nodes; None: no end."""

    up: bool = True
    down: bool = True
    depth: int | None = None
    limit: int | None = None


def silent(nodes: int) -> None:
    """Tells nobody."""


def gather_graph(
    lineage: Lineage,
    start: Sequence[str],
    reach: Reach,
    source: Source | None = None,
    progress: Progress = silent,
) -> Graph:
    """The closure of node ids. Starts that the store does not have are left out.

    An error of the store is not caught: half a graph would look like a whole one.
    """
    rows = Rows(lineage)
    draft = Draft(rows, reach.limit)
    for kind in (ARTIFACT, EXECUTION):
        draft.admit(kind, [id_of(n) for n in start if n.startswith(kind)], 0)
    begun = sorted(draft.distance, key=by_id)
    sides = [Direction(draft, up=up) for up, wanted in ((True, reach.up), (False, reach.down)) if wanted]
    for side in sides:
        side.begin(begun)
    distance = 0
    while any(side.ahead for side in sides) and not draft.refused:
        # Both sides take turns, so that a limit cuts far nodes before near ones.
        for side in sides:
            if not draft.refused:
                side.level(distance, last=distance == reach.depth)
        progress(len(draft.distance))
        distance += 1
    left = draft.refused.union(*(side.ahead for side in sides)) if draft.refused else set()
    return _whole(lineage, draft, begun, len(left), source or Source("cluster", ""))


def _whole(lineage: Lineage, draft: Draft, begun: Sequence[str], left: int, source: Source) -> Graph:
    rows, gone = draft.rows, frozenset(draft.rows.missing)
    nodes = sorted(draft.distance, key=by_id)
    artifacts = [id_of(n) for n in nodes if n.startswith(ARTIFACT)]
    executions = [id_of(n) for n in nodes if n.startswith(EXECUTION)]
    named = _named(draft, artifacts, executions)
    places = gather_places(rows, [*executions, *named])
    run_ids = sorted({p.run_id for p in places.values() if p.run_id})
    runs = {run.run_id: run for run in lineage.runs(run_ids)} if run_ids else {}
    return Graph(
        artifacts={i: rows.artifacts[i] for i in artifacts},
        executions={i: rows.executions[i] for i in executions},
        edges=_sorted(draft.edges, nodes),
        start=tuple(begun),
        places=places,
        runs={i: runs[i] for i in run_ids if i in runs},
        producers=_by_id({i: draft.producers[i] for i in artifacts if i in draft.producers}),
        distance={n: draft.distance[n] for n in nodes},
        truncated=bool(left),
        left=left,
        unread=frozenset(n for n in nodes if not rows.is_read(n)),
        source=source,
        not_checked=_not_checked(gone),
        named={i: rows.executions[i] for i in named},
    )


def _named(draft: Draft, artifacts: Sequence[str], executions: Sequence[str]) -> list[str]:
    """Reads the executions that the graph names without holding them: one request, and where they belong can be told."""
    known = draft.rows.executions
    named = {known[i].cached_from for i in executions if known[i].state == CACHED}
    named |= {draft.producers[i] for i in artifacts if i in draft.producers}
    wanted = sorted(named.difference(executions, [""]), key=by_id)
    draft.rows.read_executions(wanted)
    return [i for i in wanted if i in known]


def _sorted(edges: set[Edge], nodes: Sequence[str]) -> tuple[Edge, ...]:
    rank = {node: number for number, node in enumerate(nodes)}
    return tuple(sorted(edges, key=lambda e: (rank[e.start], rank[e.end], e.kind, e.port)))


def _by_id(known: Mapping[str, V]) -> dict[str, V]:
    return {i: known[i] for i in sorted(known, key=by_id)}


def _not_checked(gone: frozenset[str]) -> tuple[NotChecked, ...]:
    if not gone:
        return ()
    artifacts = sum(node.startswith(ARTIFACT) for node in gone)
    parts = [count(n, what) for n, what in ((artifacts, "artifact"), (len(gone) - artifacts, "execution")) if n]
    why = f"{' and '.join(parts)} named by events or cache hits have no row any more; what lies behind is not shown"
    return (NotChecked("lineage store", why),)
