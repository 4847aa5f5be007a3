"""What was read of the store so far: each row and each row's events once, however often the walk comes by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from kfpops.lineage.graph import artifact_node, execution_node, id_of
from kfpops.model.lineage import Artifact, Event, Execution
from kfpops.ports import Lineage

V = TypeVar("V", Artifact, Execution)


class Rows:
    """`artifacts`, `executions` hold what is there. `missing`: node ids that events or cache hits name but no row has."""

    def __init__(self, lineage: Lineage) -> None:
        self._lineage = lineage
        self.artifacts: dict[str, Artifact] = {}
        self.executions: dict[str, Execution] = {}
        self.missing: set[str] = set()
        self._of_artifact: dict[str, list[Event]] = {}
        self._of_execution: dict[str, list[Event]] = {}
        self._at: dict[str, list[str]] = {}

    def read_artifacts(self, ids: Iterable[str]) -> None:
        self._read(ids, self.artifacts, self._lineage.artifacts, artifact_node)

    def read_executions(self, ids: Iterable[str]) -> None:
        self._read(ids, self.executions, self._lineage.executions, execution_node)

    def events_of_artifacts(self, ids: Sequence[str]) -> list[Event]:
        """All events of these artifacts, one after the other."""
        new = [i for i in ids if i not in self._of_artifact]
        if new:
            _keep(self._of_artifact, new, self._lineage.events_of_artifacts(new), lambda e: e.artifact_id)
        return [e for i in ids for e in self._of_artifact[i]]

    def events_of_executions(self, ids: Sequence[str]) -> list[Event]:
        """All events of these executions, one after the other."""
        new = [i for i in ids if i not in self._of_execution]
        if new:
            _keep(self._of_execution, new, self._lineage.events_of_executions(new), lambda e: e.execution_id)
        return [e for i in ids for e in self._of_execution[i]]

    def is_read(self, node: str) -> bool:
        """Whether this node's events were read."""
        id = id_of(node)
        return id in (self._of_artifact if node == artifact_node(id) else self._of_execution)

    def at(self, uris: Iterable[str]) -> list[list[str]]:
        """For each URI the ids of all artifacts that have it; nothing for "", which is no place."""
        uris = [u for u in dict.fromkeys(uris) if u]
        new = [u for u in uris if u not in self._at]
        if new:
            self._at.update((u, []) for u in new)
            for artifact in self._lineage.artifacts_at(new):
                self.artifacts.setdefault(artifact.id, artifact)
                if artifact.uri in self._at:
                    self._at[artifact.uri].append(artifact.id)
        return [self._at[u] for u in uris]

    def _read(
        self,
        ids: Iterable[str],
        known: dict[str, V],
        read: Callable[[Sequence[str]], Sequence[V]],
        node: Callable[[str], str],
    ) -> None:
        new = [i for i in dict.fromkeys(ids) if i not in known and node(i) not in self.missing]
        if not new:
            return
        known.update((row.id, row) for row in read(new))
        self.missing.update(node(i) for i in new if i not in known)


def _keep(known: dict[str, list[Event]], ids: Sequence[str], events: Iterable[Event], end: Callable[[Event], str]) -> None:
    new: dict[str, list[Event]] = {i: [] for i in ids}
    for event in events:
        if end(event) in new:
            new[end(event)].append(event)
    known.update(new)
