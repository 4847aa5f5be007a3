"""Reading runs, executions and objects for the cache, each once; what an optional source refuses is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from kfpops.cache.facts import ObjectState, RunState
from kfpops.errors import KfpopsError, NotFound, Unreachable, UsageError, reason_of
from kfpops.knowledge.execution_place import ancestors_of, place_of
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import Artifact, Event, Execution, Place, RunContext
from kfpops.model.run import Run
from kfpops.ports import Cluster, Lineage

V = TypeVar("V")

_PARALLEL = 8


class Reading:
    """One gathering. Raises `Unreachable` at once when there is no lineage store."""

    def __init__(self, cluster: Cluster) -> None:
        if cluster.lineage is None:
            raise Unreachable("There is no lineage store to read.", "The cache is explained from KFP's lineage (MLMD).")
        self.cluster = cluster
        self.lineage: Lineage = cluster.lineage
        self.executions: dict[str, Execution] = {}
        self.artifacts: dict[str, Artifact] = {}
        self.objects: dict[str, ObjectState] = {}
        self.run_states: dict[str, RunState] = {}
        self._runs: dict[str, Run | None] = {}
        self._contexts: dict[str, RunContext | None] = {}
        self._siblings: dict[str, Sequence[Execution]] = {}
        self._newest: dict[str, tuple[Run, ...]] = {}
        self._missing: dict[str, str] = {}

    @property
    def missing(self) -> tuple[NotChecked, ...]:
        return tuple(NotChecked(source, why) for source, why in sorted(self._missing.items()))

    def gap(self, source: str, why: str) -> None:
        """The first reason stays."""
        self._missing.setdefault(source, why)

    def optional(self, source: str, call: Callable[[], V]) -> V | None:
        """The call's value; None, and a gap, when the source does not give it."""
        try:
            return call()
        except UsageError:
            raise
        except KfpopsError as error:
            self.gap(source, reason_of(error))
        return None

    def run(self, run_id: str) -> Run | None:
        """The run as KFP has it; None when KFP has it no more or does not answer (`run_states` tells)."""
        if run_id not in self._runs:
            self._runs[run_id] = self._run(run_id)
        return self._runs[run_id]

    def _run(self, run_id: str) -> Run | None:
        pipelines = self.cluster.pipelines
        if pipelines is None:
            self.gap("KFP API", "there is none in this capture")
            self.run_states[run_id] = "unknown"
            return None
        try:
            found = pipelines.run(run_id)
        except NotFound:
            # A bundle of single runs holds no others: that says nothing about KFP.
            self.run_states[run_id] = "gone" if self.cluster.complete else "unknown"
            return None
        except KfpopsError as error:
            self.gap("KFP API", error.message)
            self.run_states[run_id] = "unknown"
            return None
        self.run_states[run_id] = "there"
        return found

    def context(self, run_id: str) -> RunContext | None:
        """What the lineage store says of the run."""
        if run_id not in self._contexts:
            found = self.optional("lineage", lambda: self.lineage.runs([run_id]))
            self._contexts[run_id] = next(iter(found or ()), None)
        return self._contexts[run_id]

    def executions_of_run(self, run_id: str) -> Sequence[Execution]:
        """As the port gives them. Raises `NotFound` in the same words for every back end."""
        try:
            return self.lineage.executions_of_run(run_id)
        except NotFound as error:
            hint = "A run has lineage from its first step on. `kfpops runs` lists the runs there are."
            raise NotFound(f"The lineage store knows no run {run_id}.", error.hint or hint) from None

    def siblings(self, run_id: str) -> Sequence[Execution]:
        """All executions of a run, the oldest first; none when the lineage store does not know it."""
        if run_id not in self._siblings:
            found = self.optional("lineage", lambda: self.lineage.executions_of_run(run_id)) if run_id else ()
            self._siblings[run_id] = found or ()
            self.remember(self._siblings[run_id])
        return self._siblings[run_id]

    def runs_of(self, pipeline: str, namespace: str, most: int) -> Iterator[str]:
        """Ids of runs of a pipeline among the newest `most` runs that KFP has."""
        pipelines = self.cluster.pipelines
        if pipelines is None:
            return
        if namespace not in self._newest:
            found = self.optional("KFP API", lambda: tuple(pipelines.runs(namespace, limit=most)))
            self._newest[namespace] = found or ()
        yield from (run.id for run in self._newest[namespace] if run.pipeline_name == pipeline)

    def remember(self, executions: Iterable[Execution]) -> None:
        self.executions.update((e.id, e) for e in executions)

    def places(self, executions: Sequence[Execution]) -> dict[str, Place]:
        """Where these executions stand, by id; their ancestors are read, level by level."""
        self.remember(executions)
        ancestors_of(executions, self.executions, self._read)
        return {e.id: place_of(e, self.executions) for e in executions}

    def _read(self, ids: Sequence[str]) -> Sequence[Execution]:
        found = self.lineage.executions(ids)
        # What the store has not is not asked for again.
        self.remember(Execution(id, "") for id in set(ids) - {e.id for e in found})
        self.remember(found)
        return found

    def events(self, executions: Iterable[str]) -> Sequence[Event]:
        """The events of these executions; their artifacts are read with them."""
        events = self.lineage.events_of_executions(list(executions))
        wanted = dict.fromkeys(e.artifact_id for e in events if e.artifact_id not in self.artifacts)
        self.artifacts.update((a.id, a) for a in self.lineage.artifacts(list(wanted)))
        return events

    def look_at(self, uris: Iterable[str]) -> None:
        """Ask the store about these URIs, several at once; the answers are in `objects`."""
        wanted = [uri for uri in dict.fromkeys(uris) if uri and uri not in self.objects]
        if not wanted:
            return
        if self.cluster.store is None:
            self.gap("object store", "there is none in this capture")
            return
        with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="stat") as pool:
            self.objects.update(zip(wanted, pool.map(self._object, wanted)))

    def _object(self, uri: str) -> ObjectState:
        store = self.cluster.store
        assert store is not None
        try:
            found = store.stat(uri)
            return ObjectState("present", found) if found or store.exists(uri) else ObjectState("gone")
        except KfpopsError as error:
            self.gap("object store", error.message)
            return ObjectState("unknown")
