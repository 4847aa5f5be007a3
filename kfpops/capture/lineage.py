"""The lineage store as a bundle tells it: rows of ML Metadata, in a bundle of single runs only those around the runs."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TypeAlias

from kfpops.capture.bundle import Bundle, Gap
from kfpops.capture.lineage_rows import Links, Things, decoded
from kfpops.errors import Forbidden, NotFound, Unreachable
from kfpops.knowledge.lineage_query import artifact_fits, execution_fits
from kfpops.knowledge.mlmd import PIPELINE, PIPELINE_RUN, Row, run_of
from kfpops.knowledge.mlmd_json import Pair, Thing, artifact_in, execution_in, row_of
from kfpops.model.lineage import Artifact, ArtifactQuery, Event, Execution, ExecutionQuery, LineageHealth, RunContext

FOLDER = "mlmd"
ARTIFACTS = f"{FOLDER}/artifacts.jsonl"
PARTS = "of the lineage"
"""How the names of gaps end that leave out a part of it only."""
SOURCES = ("lineage", "ML Metadata")
"""The names under which a bundle's gaps tell that lineage could not be read."""

# Executions that stay decoded: about 1 kB each as KFP writes them, so a few MB.
_KEPT = 2_000

_Index: TypeAlias = Mapping[str, Sequence[str]]


class BundleLineage:
    """`kfpops.ports.Lineage` on a bundle. Safe for several threads; each file is read once, when it is first needed.

    A file that the bundle lacks raises `Unreachable` (`Forbidden`). Ids that it does not list are unknown, as the port says:
    in a bundle of single runs that does not mean that the store has none.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._lock = threading.RLock()
        self._bad: dict[str, int] = {}
        # Of an adapter that lives on, each question would decode the same rows again.
        self._execution = lru_cache(_KEPT)(self._decoded_execution)

    def artifacts(self, ids: Sequence[str]) -> Sequence[Artifact]:
        return tuple(artifact_in(thing, self._artifact_types) for thing in self._artifacts.get(ids))

    def executions(self, ids: Sequence[str]) -> Sequence[Execution]:
        found = (self._execution(id) for id in dict.fromkeys(ids))
        return tuple(execution for execution in found if execution is not None)

    def events_of_artifacts(self, ids: Sequence[str]) -> Sequence[Event]:
        return tuple(self._events.of_artifacts(ids))

    def events_of_executions(self, ids: Sequence[str]) -> Sequence[Event]:
        return tuple(self._events.of_executions(ids))

    def artifacts_at(self, uris: Sequence[str]) -> Sequence[Artifact]:
        return self.artifacts(self._artifacts.at(uris))

    def runs(self, run_ids: Sequence[str]) -> Sequence[RunContext]:
        found = (self._run_contexts.get(run_id) for run_id in dict.fromkeys(run_ids))
        return tuple(self._run(row) for row in found if row is not None)

    def executions_of_run(self, run_id: str) -> Sequence[Execution]:
        context = self._run_contexts.get(run_id)
        if context is None:
            raise NotFound(f"The bundle holds no lineage of run {run_id}.", "Run `kfpops runs` on it to see what it holds.")
        ids = self._executions_of_contexts.get(str(context.id), frozenset())
        scope = self._bundle.recording.scope
        if not ids and scope.runs and run_id not in scope.runs:
            raise Unreachable(
                f"The bundle was made of other runs: of run {run_id} it holds only what touched their artifacts."
            )
        return self.executions([id for id in self._executions.oldest_first if id in ids])

    def artifacts_of_run(self, run_id: str) -> Sequence[str]:
        """None where the bundle was written without attributions."""
        context = self._run_contexts.get(run_id)
        return self._artifacts_of_contexts.get(str(context.id), ()) if context is not None else ()

    def all_runs(self) -> Iterator[RunContext]:
        return (self._run(row) for row in self._run_contexts.values())

    def find_artifacts(self, query: ArtifactQuery) -> Iterator[Artifact]:
        """Newest first, exactly what was asked for."""
        for thing in self._artifacts.get(reversed(self._artifacts.oldest_first)):
            artifact = artifact_in(thing, self._artifact_types)
            if artifact_fits(artifact, query):
                yield artifact

    def find_executions(self, query: ExecutionQuery) -> Iterator[Execution]:
        among = self._of_pipeline(query.pipeline) if query.pipeline else None
        for id in reversed(self._candidates(query)):
            execution = self._execution(id) if among is None or id in among else None
            if execution is not None and execution_fits(execution, query):
                yield execution

    def _candidates(self, query: ExecutionQuery) -> Sequence[str]:
        """All that can fit, the oldest first: those of the fingerprint or of the task, where one is asked for."""
        by_task, by_fingerprint = self._container_executions
        if query.fingerprint:
            return by_fingerprint.get(query.fingerprint, ())
        return by_task.get(query.task, ()) if query.task else self._executions.oldest_first

    def _decoded_execution(self, id: str) -> Execution | None:
        thing = next(self._executions.get([id]), None)
        return execution_in(thing, self._execution_types) if thing is not None else None

    def health(self) -> LineageHealth:
        """Problems: lines of the files that cannot be read, and what was left out when the bundle was made."""
        for read in ("_artifacts", "_executions", "_events", "_run_contexts", "_executions_of_contexts"):
            getattr(self, read)
        problems = tuple(_unread(name, count) for name, count in sorted(self._bad.items()) if count)
        gaps = (f"{gap.source}: {gap.why}" for gap in self._bundle.recording.gaps if gap.source.endswith(PARTS))
        return LineageHealth("bundle", self._bundle.name, (*problems, *gaps))

    @cached_property
    def _artifacts(self) -> Things:
        return self._things("artifacts")

    @cached_property
    def _executions(self) -> Things:
        return self._things("executions")

    @cached_property
    def _container_executions(self) -> tuple[_Index, _Index]:
        """Ids of container executions by task and by fingerprint, the oldest first: read once, without keeping the rows."""
        by_task: defaultdict[str, list[str]] = defaultdict(list)
        by_fingerprint: defaultdict[str, list[str]] = defaultdict(list)
        for id in self._executions.oldest_first:
            execution = self._execution(id)
            if execution is not None and execution.kind == "container":
                by_task[execution.task].append(id)
                by_fingerprint[execution.fingerprint].append(id)
        return by_task, by_fingerprint

    @cached_property
    def _events(self) -> Links:
        with self._lock:
            links = Links(self._body("events"))
            self._bad["events"] = links.bad
            return links

    @cached_property
    def _artifact_types(self) -> Mapping[str, str]:
        return self._types("artifact_types")

    @cached_property
    def _execution_types(self) -> Mapping[str, str]:
        return self._types("execution_types")

    @cached_property
    def _contexts(self) -> Sequence[Row]:
        types = self._types("context_types")
        return tuple(row_of(thing, types) for thing in self._decoded("contexts", Thing) if isinstance(thing, Thing))

    @cached_property
    def _run_contexts(self) -> Mapping[str, Row]:
        return {row.name: row for row in self._contexts if row.type == PIPELINE_RUN}

    @cached_property
    def _pipelines(self) -> Mapping[str, str]:
        """The pipeline's name by the id of the run's context; empty when the bundle does not tell which belongs to which."""
        names = {str(row.id): row.name for row in self._contexts if row.type == PIPELINE}
        pairs = self._pairs("parent_contexts", required=False)
        return {str(p.child_id): names[str(p.parent_id)] for p in pairs if str(p.parent_id) in names}

    @cached_property
    def _executions_of_contexts(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for pair in self._pairs("associations"):
            found.setdefault(str(pair.context_id), set()).add(str(pair.execution_id))
        return {context: frozenset(ids) for context, ids in found.items()}

    @cached_property
    def _artifacts_of_contexts(self) -> _Index:
        found: dict[str, dict[str, None]] = {}
        for pair in self._pairs("attributions", required=False):
            found.setdefault(str(pair.context_id), {})[str(pair.artifact_id)] = None
        return {context: tuple(ids) for context, ids in found.items()}

    def _run(self, row: Row) -> RunContext:
        run = run_of(row)
        return run if run.pipeline else run_of(row, self._pipelines.get(str(row.id), ""))

    def _of_pipeline(self, name: str) -> frozenset[str]:
        own = [str(row.id) for row in self._contexts if row.type == PIPELINE and row.name == name]
        return frozenset[str]().union(*(self._executions_of_contexts.get(id, ()) for id in own))

    def _things(self, name: str) -> Things:
        with self._lock:
            things = Things(self._body(name))
            self._bad[name] = things.bad
            return things

    def _types(self, name: str) -> Mapping[str, str]:
        things = self._decoded(name, Thing, required=False)
        return {str(thing.id): thing.name or "" for thing in things if isinstance(thing, Thing)}

    def _pairs(self, name: str, *, required: bool = True) -> Sequence[Pair]:
        return [pair for pair in self._decoded(name, Pair, required=required) if isinstance(pair, Pair)]

    def _decoded(self, name: str, kind: type[Thing] | type[Pair], *, required: bool = True) -> Sequence[object]:
        if not required and not self._bundle.exists(_path(name)):
            return ()
        found, self._bad[name] = decoded(kind, self._body(name))
        return found

    def _body(self, name: str) -> bytes:
        path = _path(name)
        if self._bundle.exists(path):
            return self._bundle.read(path)
        gap = self._bundle.gap(path, *SOURCES)
        raise _missing(gap) if gap else Unreachable(f"The bundle holds no {path}.")


def _missing(gap: Gap) -> Unreachable:
    if gap.is_forbidden:
        return Forbidden(gap.sentence("Lineage"), "Make the bundle again with more rights.")
    return Unreachable(gap.sentence("Lineage"))


def _unread(name: str, count: int) -> str:
    return f"{count} line{'s' if count > 1 else ''} of {_path(name)} cannot be read"


def _path(name: str) -> str:
    return f"{FOLDER}/{name}.jsonl"
