"""The graph while it grows: which nodes are in, how far away each is, and which had to stay outside at the limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from typing import Final

from kfpops.knowledge.producers import producer_of
from kfpops.lineage.gather.rows import Rows
from kfpops.lineage.graph import ARTIFACT, Edge, artifact_node, by_id, execution_node
from kfpops.model.lineage import Artifact, Event

_LATEST: Final = datetime.max.replace(tzinfo=timezone.utc)


class Draft:
    """`distance` holds the nodes that are in, by node id; `refused` those that the limit kept out."""

    def __init__(self, rows: Rows, limit: int | None) -> None:
        self.rows = rows
        self.distance: dict[str, int] = {}
        self.edges: set[Edge] = set()
        self.producers: dict[str, str] = {}
        self.refused: set[str] = set()
        self._limit = limit

    def admit(self, kind: str, ids: Iterable[str], distance: int) -> None:
        """Takes in what has a row, in the order of ids, while there is room. Reads no rows that have none."""
        new = []
        for node in {f"{kind}:{i}": None for i in ids}:
            if node not in self.distance:
                new.append(node)
            elif distance < self.distance[node]:
                self.distance[node] = distance
        new = self._with_room(sorted(new, key=by_id))
        wanted = [node.partition(":")[2] for node in new]
        if kind == ARTIFACT:
            self.rows.read_artifacts(wanted)
        else:
            self.rows.read_executions(wanted)
        self.distance.update((node, distance) for node in new if node not in self.rows.missing)

    def draw(self, events: Iterable[Event]) -> None:
        """The edges of these events, as far as both of their ends are in."""
        for event in events:
            artifact, execution = artifact_node(event.artifact_id), execution_node(event.execution_id)
            if artifact in self.distance and execution in self.distance:
                ends = (artifact, execution) if event.kind == "input" else (execution, artifact)
                self.edges.add(Edge(*ends, event.kind, event.port))

    def join(self, same: Sequence[str]) -> None:
        """Artifacts of one URI: from the oldest to each other."""
        if len(same) < 2:
            return
        oldest = artifact_node(min((self.rows.artifacts[i] for i in same), key=_age).id)
        for node in map(artifact_node, same):
            if node != oldest and node in self.distance and oldest in self.distance:
                self.edges.add(Edge(oldest, node, "same-uri"))

    def find_producers(self, artifacts: Iterable[str], events: Iterable[Event]) -> None:
        """`events` are all events of these artifacts."""
        made: dict[str, list[Event]] = {i: [] for i in artifacts}
        for event in events:
            if event.kind == "output":
                made[event.artifact_id].append(event)
        self.rows.read_executions(e.execution_id for by in made.values() for e in by)
        for artifact, by in made.items():
            producer = producer_of(by, self.rows.executions)
            if producer is not None:
                self.producers[artifact] = producer

    def _with_room(self, nodes: list[str]) -> list[str]:
        if self._limit is None:
            return nodes
        room = max(self._limit - len(self.distance), 0)
        self.refused.update(nodes[room:])
        return nodes[:room]


def _age(artifact: Artifact) -> tuple[int, int, datetime, str]:
    """Numbers were counted up; other ids say nothing of age."""
    order = by_id(artifact.id)
    return (order[0], order[1], (artifact.created_at or _LATEST) if order[0] else _LATEST, artifact.id)
