"""A lineage store in memory: the port over the values that a test puts into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TypeVar

from kfpops.errors import KfpopsError, NotFound
from kfpops.knowledge.lineage_query import artifact_fits, execution_fits
from kfpops.model.lineage import (
    Artifact,
    ArtifactQuery,
    Event,
    Execution,
    ExecutionQuery,
    LineageHealth,
    RunContext,
)

BEGIN = datetime(2026, 11, 1, 6, 0, 0, tzinfo=timezone.utc)
V = TypeVar("V", Artifact, Execution)


@dataclass
class MemoryLineage:
    """The port `Lineage` over values. `asked` counts calls by method; from call number `breaks_after` on all raise `error`.
    `attributed`: run id → ids of artifacts.

    Events that name rows that are not there are kept: real stores have them.
    """

    known_artifacts: Sequence[Artifact] = ()
    known_executions: Sequence[Execution] = ()
    events: Sequence[Event] = ()
    known_runs: Sequence[RunContext] = ()
    error: KfpopsError | None = None
    breaks_after: int = 0
    attributed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._artifacts = {a.id: a for a in self.known_artifacts}
        self._executions = {e.id: e for e in self.known_executions}
        self._runs = {r.run_id: r for r in self.known_runs}
        self._of_artifact: dict[str, list[Event]] = {}
        self._of_execution: dict[str, list[Event]] = {}
        self._at: dict[str, list[Artifact]] = {}
        for event in self.events:
            self._of_artifact.setdefault(event.artifact_id, []).append(event)
            self._of_execution.setdefault(event.execution_id, []).append(event)
        for artifact in sorted(self.known_artifacts, key=lambda a: by_number(a.id)):
            self._at.setdefault(artifact.uri, []).append(artifact)

    def artifacts(self, ids: Sequence[str]) -> Sequence[Artifact]:
        return self._picked("artifacts", self._artifacts, ids)

    def executions(self, ids: Sequence[str]) -> Sequence[Execution]:
        return self._picked("executions", self._executions, ids)

    def events_of_artifacts(self, ids: Sequence[str]) -> Sequence[Event]:
        self._ask("events_of_artifacts")
        return [e for i in dict.fromkeys(ids) for e in self._of_artifact.get(i, ())]

    def events_of_executions(self, ids: Sequence[str]) -> Sequence[Event]:
        self._ask("events_of_executions")
        return [e for i in dict.fromkeys(ids) for e in self._of_execution.get(i, ())]

    def artifacts_at(self, uris: Sequence[str]) -> Sequence[Artifact]:
        self._ask("artifacts_at")
        return sorted((a for u in dict.fromkeys(uris) for a in self._at.get(u, ())), key=lambda a: by_number(a.id))

    def runs(self, run_ids: Sequence[str]) -> Sequence[RunContext]:
        self._ask("runs")
        return [self._runs[i] for i in dict.fromkeys(run_ids) if i in self._runs]

    def executions_of_run(self, run_id: str) -> Sequence[Execution]:
        self._ask("executions_of_run")
        found = [e for e in self.known_executions if self.run_of(e) == run_id]
        if run_id not in self._runs and not found:
            raise NotFound(f"The lineage store knows no run {run_id}.")
        return sorted(found, key=lambda e: by_number(e.id))

    def artifacts_of_run(self, run_id: str) -> Sequence[str]:
        self._ask("artifacts_of_run")
        return self.attributed.get(run_id, ())

    def all_runs(self) -> Iterator[RunContext]:
        self._ask("all_runs")
        yield from self.known_runs

    def find_artifacts(self, query: ArtifactQuery) -> Iterator[Artifact]:
        self._ask("find_artifacts")
        yield from newest_first(a for a in self.known_artifacts if artifact_fits(a, query))

    def find_executions(self, query: ExecutionQuery) -> Iterator[Execution]:
        self._ask("find_executions")
        yield from newest_first(e for e in self.known_executions if self._execution_fits(e, query))

    def health(self) -> LineageHealth:
        self._ask("health")
        return LineageHealth("mlmd-grpc", "memory")

    def run_of(self, execution: Execution) -> str:
        """As the contexts of a real store tell it: by the root DAG above it; "" when there is none."""
        seen: set[str] = set()
        here: Execution | None = execution
        while here is not None and not here.run_id and here.id not in seen:
            seen.add(here.id)
            here = self._executions.get(here.parent_id)
        return here.run_id if here else ""

    def _execution_fits(self, execution: Execution, query: ExecutionQuery) -> bool:
        if not execution_fits(execution, query):
            return False
        run = self._runs.get(self.run_of(execution))
        return not query.pipeline or (run is not None and run.pipeline == query.pipeline)

    def _picked(self, method: str, known: Mapping[str, V], ids: Sequence[str]) -> Sequence[V]:
        self._ask(method)
        return [known[i] for i in dict.fromkeys(ids) if i in known]

    def _ask(self, method: str) -> None:
        if self.error and self.asked.total() >= self.breaks_after:
            raise self.error
        self.asked[method] += 1


def by_number(id: str) -> tuple[int, int, str]:
    return (0, int(id), "") if id.isdigit() else (1, 0, id)


def newest_first(rows: Iterable[V]) -> list[V]:
    return sorted(rows, key=lambda r: (r.created_at or BEGIN, by_number(r.id)), reverse=True)
