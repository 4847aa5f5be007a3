"""One direction of the walk, level by level: where it came from, or what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kfpops.knowledge.producers import reuses
from kfpops.lineage.gather.draft import Draft
from kfpops.lineage.graph import ARTIFACT, EXECUTION, by_id, id_of
from kfpops.model.lineage import CACHED, Event


class Direction:
    """`ahead`: node ids that are in the graph and not followed yet.

    To be in the graph is not to be followed: an execution that only re-used an artifact is shown, but what else it put out
    does not descend from that artifact. It may be followed later, when something leads to it in another way.
    """

    def __init__(self, draft: Draft, *, up: bool) -> None:
        self.ahead: list[str] = []
        self._draft = draft
        self._up = up
        self._followed: set[str] = set()

    def begin(self, nodes: Sequence[str]) -> None:
        """Follows these, which are in the graph already."""
        self._followed.update(nodes)
        self.ahead += nodes

    def level(self, distance: int, *, last: bool) -> None:
        """Follows all that is ahead; on the last level only what is no hop away: shared URIs and origins of cache hits."""
        here, self.ahead = self.ahead, []
        artifacts = [id_of(n) for n in here if n.startswith(ARTIFACT)]
        executions = [id_of(n) for n in here if n.startswith(EXECUTION)]
        artifacts += self._same_uri(artifacts, distance)
        hits = self._origins(executions, distance) if self._up else []
        if last:
            return
        if self._draft.refused:
            self.ahead = [*(f"{ARTIFACT}:{i}" for i in artifacts), *(f"{EXECUTION}:{i}" for i in executions)]
            return
        self._from_artifacts(artifacts, distance + 1)
        self._from_executions(executions, distance + 1)
        self._shared(hits, distance + 1)

    def _same_uri(self, artifacts: Sequence[str], distance: int) -> list[str]:
        known = self._draft.rows.artifacts
        groups = self._draft.rows.at(known[i].uri for i in artifacts)
        found = self._follow(ARTIFACT, (i for group in groups for i in group), distance)
        for group in groups:
            self._draft.join(group)
        return found

    def _origins(self, executions: list[str], distance: int) -> list[tuple[str, str]]:
        """Adds to `executions` those that cache hits among them were taken from, to the end of each chain."""
        hits: list[tuple[str, str]] = []
        known, here = self._draft.rows.executions, executions
        while here:
            rows = [known[i] for i in here]
            new = [(e.id, e.cached_from) for e in rows if e.state == CACHED and e.cached_from not in ("", e.id)]
            here = self._follow(EXECUTION, (origin for _, origin in new), distance)
            hits += new
            executions += here
        return hits

    def _from_artifacts(self, artifacts: Sequence[str], distance: int) -> None:
        draft = self._draft
        events = draft.rows.events_of_artifacts(artifacts)
        draft.find_producers(artifacts, events)
        made = [e for e in events if e.kind == "output" and e.execution_id == draft.producers.get(e.artifact_id)]
        if self._up:
            self._step(EXECUTION, made, distance)
            return
        self._step(EXECUTION, [e for e in events if e.kind == "input"], distance)
        taken = [e for e in events if e.kind == "output" and (e not in made or self._imports(e))]
        draft.admit(EXECUTION, (e.execution_id for e in taken), distance)
        draft.draw(taken)

    def _imports(self, event: Event) -> bool:
        known = self._draft.rows.executions.get(event.execution_id)
        return known is not None and known.kind == "importer"

    def _from_executions(self, executions: Sequence[str], distance: int) -> None:
        events = self._draft.rows.events_of_executions(executions)
        if self._up:
            self._step(ARTIFACT, [e for e in events if e.kind == "input"], distance)
            return
        out = [e for e in events if e.kind == "output"]
        taken = self._reused(out)
        self._step(ARTIFACT, [e for e in out if e not in taken], distance)
        # What is shared with its maker is shown, but others that use it do not descend from here.
        self._draft.admit(ARTIFACT, (e.artifact_id for e in taken), distance)
        self._draft.draw(taken)

    def _reused(self, out: Sequence[Event]) -> set[Event]:
        """Those of the output events whose execution did not make the artifact."""
        known, producers = self._draft.rows.executions, self._draft.producers
        hits = {e.artifact_id for e in out if known[e.execution_id].state == CACHED}
        unknown = sorted((i for i in hits if i not in producers), key=by_id)
        self._draft.find_producers(unknown, self._draft.rows.events_of_artifacts(unknown) if unknown else ())
        return {e for e in out if reuses(known[e.execution_id], producers.get(e.artifact_id))}

    def _shared(self, hits: Iterable[tuple[str, str]], distance: int) -> None:
        """What a cache hit and its origin both put out is shown, or nothing would join the two."""
        shared: list[Event] = []
        for hit, origin in hits:
            if f"{EXECUTION}:{origin}" in self._draft.distance:
                events = [e for e in self._draft.rows.events_of_executions([hit, origin]) if e.kind == "output"]
                both = {e.artifact_id for e in events if e.execution_id == hit}
                both &= {e.artifact_id for e in events if e.execution_id == origin}
                shared += (e for e in events if e.artifact_id in both)
        self._draft.admit(ARTIFACT, (e.artifact_id for e in shared), distance)
        self._draft.draw(shared)

    def _step(self, kind: str, events: Sequence[Event], distance: int) -> None:
        ends = (e.artifact_id if kind == ARTIFACT else e.execution_id for e in events)
        self.ahead += [f"{kind}:{i}" for i in self._follow(kind, ends, distance)]
        self._draft.draw(events)

    def _follow(self, kind: str, ids: Iterable[str], distance: int) -> list[str]:
        """The ids of those that are in the graph now and were not followed before."""
        ids = dict.fromkeys(ids)
        self._draft.admit(kind, ids, distance)
        new = [i for i in ids if f"{kind}:{i}" in self._draft.distance and f"{kind}:{i}" not in self._followed]
        self._followed.update(f"{kind}:{i}" for i in new)
        return sorted(new, key=by_id)
