"""The ports `Lineage` and `LineageChanges` over the world's ML Metadata, with its compare-and-set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from kfpops.errors import NotFound
from kfpops.model.lineage import (
    Artifact,
    ArtifactQuery,
    Event,
    Execution,
    ExecutionQuery,
    LineageHealth,
    RunContext,
)
from tests.cleanup.world.hostile import Faults
from tests.cleanup.world.process import Process
from tests.cleanup.world.store import path_of

PAGE = 3
Row = TypeVar("Row", Artifact, Execution, RunContext)


@dataclass
class MemoryLineage:
    process: Process

    def __post_init__(self) -> None:
        self.kfp = self.process.world.kfp

    def _rows(self) -> dict[str, Artifact]:
        """All artifacts; without what users have recorded where that is broken."""
        rows = self.kfp.artifacts
        return {id: replace(row, properties={}) for id, row in rows.items()} if "tags" in self.process.world.broken else rows

    def artifacts(self, ids: Sequence[str]) -> Sequence[Artifact]:
        def effect() -> Sequence[Artifact]:
            rows = self._rows()
            return [rows[i] for i in dict.fromkeys(ids) if i in rows]

        return self.process.call("artifacts", effect)

    def executions(self, ids: Sequence[str]) -> Sequence[Execution]:
        rows = self.kfp.executions
        return self.process.call("executions", lambda: [_told(rows[i]) for i in dict.fromkeys(ids) if i in rows])

    def events_of_artifacts(self, ids: Sequence[str]) -> Sequence[Event]:
        wanted = set(ids)
        return self.process.call("events", lambda: [e for e in self.kfp.events if e.artifact_id in wanted])

    def events_of_executions(self, ids: Sequence[str]) -> Sequence[Event]:
        wanted = set(ids)
        return self.process.call("events of runs", lambda: [e for e in self.kfp.events if e.execution_id in wanted])

    def artifacts_at(self, uris: Sequence[str]) -> Sequence[Artifact]:
        wanted = set(uris)

        def effect() -> Sequence[Artifact]:
            self.process.world.reader.looked(tuple(uris))
            return [a for a in self._rows().values() if a.uri in wanted]

        return self.process.call("artifacts at", effect)

    def runs(self, run_ids: Sequence[str]) -> Sequence[RunContext]:
        rows = self.kfp.contexts
        return self.process.call("contexts", lambda: [rows[i] for i in dict.fromkeys(run_ids) if i in rows])

    def executions_of_run(self, run_id: str) -> Sequence[Execution]:
        def effect() -> Sequence[Execution]:
            if run_id not in self.kfp.contexts:
                raise NotFound(f"The lineage store knows no run {run_id}.")
            return [_told(self.kfp.executions[i]) for i in self.kfp.members.get(run_id, [])]

        return self.process.call("executions of run", effect)

    def artifacts_of_run(self, run_id: str) -> Sequence[str]:
        return self.process.call("attributions", lambda: list(dict.fromkeys(self.kfp.attributions.get(run_id, []))))

    def all_runs(self) -> Iterator[RunContext]:
        return self._newest_first("all runs", lambda first: list(self.kfp.contexts.values()))

    def find_artifacts(self, query: ArtifactQuery) -> Iterator[Artifact]:
        def rows(first: bool) -> list[Artifact]:
            if first:
                self.process.world.reader.looked(("",))
            every = self._rows().values()
            return [a for a in every if a.uri.startswith(query.uri_prefix) and query.type in ("", a.type)]

        return self._newest_first("find artifacts", rows)

    def find_executions(self, query: ExecutionQuery) -> Iterator[Execution]:
        def rows(first: bool) -> list[Execution]:
            every = (_told(e) for e in self.kfp.executions.values() if e.kind == "container")
            wanted = query.fingerprint
            return [e for e in every if query.task in ("", e.task) and wanted in ("", e.fingerprint)]

        return self._newest_first("find executions", rows)

    def _newest_first(self, name: str, rows: Callable[[bool], list[Row]]) -> Iterator[Row]:
        """Page by page; a row that comes meanwhile stands above what was read, and is not seen."""
        below: tuple[str, str] | None = None
        while True:
            page, more = self.process.call(name, partial(_page, rows, below))
            yield from page
            if not more:
                return
            below = _order(page[-1])

    def health(self) -> LineageHealth:
        return self.process.call("lineage health", lambda: LineageHealth("mlmd-grpc", "memory"))


def _page(rows: Callable[[bool], list[Row]], below: tuple[str, str] | None) -> tuple[list[Row], bool]:
    found = sorted(rows(below is None), key=_order, reverse=True)
    rest = [row for row in found if below is None or _order(row) < below]
    return rest[:PAGE], len(rest) > PAGE


def _order(row: Artifact | Execution | RunContext) -> tuple[str, str]:
    return str(row.created_at), (row.run_id if isinstance(row, RunContext) else row.id).rjust(40)


def _told(execution: Execution) -> Execution:
    """ML Metadata tells the run of a root DAG only."""
    return execution if execution.kind == "dag" else replace(execution, run_id="")


@dataclass
class MemoryLineageChanges:
    """`wrong`: states that must not be, with what was still there. Whose listings leave keys out tells nobody of them."""

    process: Process
    faults: Faults
    wrong: list[str] = field(default_factory=list)

    def set_state(self, artifacts: Sequence[Artifact], state: str) -> Sequence[bool]:
        return self.process.call(f"set {state}", lambda: [self._set(artifact, state) for artifact in artifacts])

    def _set(self, seen: Artifact, state: str) -> bool:
        kfp = self.process.world.kfp
        found = kfp.artifacts.get(seen.id)
        if found is None or found.updated_at != seen.updated_at:
            return False
        if state not in ("LIVE", "MARKED_FOR_DELETION", "DELETED"):
            self.wrong.append(f"artifact {seen.id} was set to {state}")
        # What came after it was listed, nobody can know: two servers have no transaction.
        path, objects = path_of(found.uri), kfp.store.objects
        looked = self.process.world.reader.store_seen.get(f"{path}/", float("inf"))
        left = [place for place in kfp.store.below(path) if objects[place].modified_at <= looked]
        if state == "DELETED" and left and self.faults.listing not in ("dropped", "truncated"):
            self.wrong.append(f"artifact {seen.id} is DELETED, but {left} is there")
        if state == "MARKED_FOR_DELETION":
            self.process.world.reader.hides()
        kfp.artifacts[seen.id] = replace(found, state=state, updated_at=kfp.tick())
        return True
