"""ports.Lineage over ML Metadata's tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kfpops.cluster.mlmd_database import conditions
from kfpops.cluster.mlmd_database.database import MOST_VALUES, Database, chunks, marks, storable, text
from kfpops.cluster.mlmd_database.indexes import problems_and_remedies
from kfpops.cluster.mlmd_database.reading import ARTIFACT, CONTEXT, EXECUTION, Reader
from kfpops.cluster.mlmd_database.search import Condition, newest_first
from kfpops.errors import NotFound
from kfpops.knowledge.lineage_query import artifact_fits, execution_fits, type_names
from kfpops.knowledge.mlmd import CONTAINER, PIPELINE, PIPELINE_RUN, Row, artifact_of, execution_of, run_of
from kfpops.model.lineage import Artifact, ArtifactQuery, Event, Execution, ExecutionQuery, LineageHealth, RunContext

# What the database may call an id: other texts are no row's.
_ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


class DatabaseLineage:
    """ports.Lineage. Safe for use by several threads.

    MySQL compares texts without regard to case and trailing spaces: what it finds is looked at again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = Reader(database)

    def artifacts(self, ids: Sequence[str]) -> Sequence[Artifact]:
        return [artifact_of(row) for row in self._reader.rows(ARTIFACT, _numbers(ids))]

    def executions(self, ids: Sequence[str]) -> Sequence[Execution]:
        return [execution_of(row) for row in self._reader.rows(EXECUTION, _numbers(ids))]

    def events_of_artifacts(self, ids: Sequence[str]) -> Sequence[Event]:
        return self._reader.events("artifact_id", _numbers(ids))

    def events_of_executions(self, ids: Sequence[str]) -> Sequence[Event]:
        return self._reader.events("execution_id", _numbers(ids))

    def artifacts_at(self, uris: Sequence[str]) -> Sequence[Artifact]:
        """Nothing for "", which is no place: nearly all artifacts of a store may have it."""
        wanted = {uri for uri in uris if uri and storable(uri)}
        return [artifact_of(row) for row in self._reader.artifacts_at(sorted(wanted)) if row.uri in wanted]

    def runs(self, run_ids: Sequence[str]) -> Sequence[RunContext]:
        """The pipeline is read from the run's root; the parent context is asked where that tells none."""
        ids = self._contexts(PIPELINE_RUN, run_ids)
        runs = {run.run_id: run for run in self._runs(self._reader.rows(CONTEXT, list(ids.values())))}
        return [runs[i] for i in dict.fromkeys(run_ids) if i in runs]

    def executions_of_run(self, run_id: str) -> Sequence[Execution]:
        context = self._contexts(PIPELINE_RUN, [run_id]).get(run_id)
        if context is None:
            raise NotFound(f"The ML Metadata in {self._database} knows no run {run_id}.")
        rows = self._database.rows("SELECT execution_id FROM Association WHERE context_id = ?", (context,))
        return [execution_of(row) for row in self._reader.rows(EXECUTION, sorted(row[0] for row in rows))]

    def artifacts_of_run(self, run_id: str) -> Sequence[str]:
        context = self._contexts(PIPELINE_RUN, [run_id]).get(run_id)
        if context is None:
            return ()
        rows = self._database.rows("SELECT artifact_id FROM Attribution WHERE context_id = ?", (context,))
        return [str(id) for id in sorted({row[0] for row in rows})]

    def all_runs(self) -> Iterator[RunContext]:
        """The oldest first, so many in a statement as `chunks` has."""
        types = self._reader.type_ids("context", PIPELINE_RUN)
        statement = f"SELECT id FROM Context WHERE type_id IN {marks(types)} AND id > ? ORDER BY id LIMIT {MOST_VALUES}"
        last = 0
        while types:
            ids = [row[0] for row in self._database.rows(statement, (*types, last))]
            if not ids:
                return
            last = ids[-1]
            yield from self._runs(self._reader.rows(CONTEXT, ids))

    def find_artifacts(self, query: ArtifactQuery) -> Iterator[Artifact]:
        """Exactly what was asked for."""
        wanted: list[Condition] = []
        if query.uri_prefix:
            if not storable(query.uri_prefix):
                return
            wanted.append(conditions.below(query.uri_prefix, self._database.dialect))
        if not all(storable(test.name) and (test.operator != "=" or storable(str(test.value))) for test in query.properties):
            return
        wanted += [conditions.tested(test) for test in query.properties]
        if query.type:
            types = self._reader.type_ids("artifact", *type_names(query.type))
            if not types:
                return
            wanted.append(conditions.of_types("Artifact", types))
        wanted += conditions.made_between(query)
        wanted += conditions.named(query.name)
        for ids in newest_first(self._database, "Artifact", wanted):
            found = (artifact_of(row) for row in self._reader.rows(ARTIFACT, ids))
            yield from (a for a in found if artifact_fits(a, query))

    def find_executions(self, query: ExecutionQuery) -> Iterator[Execution]:
        wanted: list[Condition] = []
        if query.fingerprint:
            wanted.append(conditions.has_text("cache_fingerprint", query.fingerprint))
        if query.pipeline:
            context = self._contexts(PIPELINE, [query.pipeline]).get(query.pipeline)
            if context is None:
                return
            wanted.append(conditions.in_context(context))
        if query.task:
            wanted.append(conditions.has_text("task_name", query.task))
        types = self._reader.type_ids("execution", CONTAINER)
        if not types or not all(map(storable, (query.fingerprint, query.task))):
            return
        wanted.append(conditions.of_types("Execution", types))
        if query.before:
            wanted.append(conditions.made_before(query.before))
        for ids in newest_first(self._database, "Execution", wanted):
            found = (execution_of(row) for row in self._reader.rows(EXECUTION, ids))
            yield from (e for e in found if execution_fits(e, query))

    def health(self) -> LineageHealth:
        problems, remedies = problems_and_remedies(self._database)
        return LineageHealth("mlmd-database", str(self._database), problems, remedies)

    def close(self) -> None:
        self._database.close()

    def _runs(self, rows: Sequence[Row]) -> list[RunContext]:
        untold = [row.id for row in rows if not run_of(row).pipeline]
        parents = self._pipelines_of(untold) if untold else {}
        return [run_of(row, parents.get(row.id, "")) for row in rows]

    def _contexts(self, type: str, names: Sequence[str]) -> dict[str, int]:
        """Name → id, of contexts of this type."""
        types = self._reader.type_ids("context", type)
        wanted = {name for name in names if storable(name)}
        found: dict[str, int] = {}
        for some in chunks(sorted(wanted)) if types else ():
            statement = f"SELECT name, id FROM Context WHERE type_id IN {marks(types)} AND name IN {marks(some)}"
            found.update((text(name), id) for name, id in self._database.rows(statement, (*types, *some)))
        return {name: id for name, id in found.items() if name in wanted}

    def _pipelines_of(self, runs: Sequence[int]) -> dict[int, str]:
        """Ids of runs' contexts → the names of their pipelines."""
        types = self._reader.type_ids("context", PIPELINE)
        found: dict[int, str] = {}
        for some in chunks(runs) if types else ():
            statement = (
                "SELECT p.context_id, c.name FROM ParentContext p JOIN Context c ON c.id = p.parent_context_id"
                f" WHERE p.context_id IN {marks(some)} AND c.type_id IN {marks(types)}"
            )
            found.update((id, text(name)) for id, name in self._database.rows(statement, (*some, *types)))
        return found


def _numbers(ids: Sequence[str]) -> list[int]:
    """Each once, in their order; what can be no id of MLMD is left out."""
    return [int(i) for i in dict.fromkeys(ids) if _ID.fullmatch(i)]
