"""Artifacts that fit, newest first, each with the task and run that made it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from kfpops.errors import KfpopsError, Unreachable
from kfpops.knowledge.producers import producer_of
from kfpops.lineage.gather.places import gather_places
from kfpops.lineage.gather.rows import Rows
from kfpops.lineage.hints import nearest
from kfpops.lineage.search.search import (
    NOWHERE,
    TYPES,
    Found,
    SearchQuery,
    SearchResult,
    fits,
    for_the_store,
    matched,
    value_at,
)
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import Artifact, ArtifactQuery, Event
from kfpops.ports import Cluster, Lineage

# The first batch is small: most questions want the newest few.
_FIRST, _BATCH = 25, 200
# When nothing fits: the types and properties of so many of the newest artifacts are named.
_NEWEST = 100
_PARTLY = NotChecked("lineage", "the capture was made of single runs: what other runs made may be missing")


def gather_search(cluster: Cluster, query: SearchQuery) -> SearchResult:
    """The newest artifacts that fit. Stops when there are more than the limit.

    Raises `Unreachable` without a store, and when it breaks off before the first row; later that is a gap.
    """
    lineage = cluster.lineage
    if lineage is None:
        raise Unreachable("There is no lineage store to search.", "`kfpops status` says why.")
    rows: list[Found] = []
    pipelines: set[str] = set()
    broken: KfpopsError | None = None
    try:
        for row in islice(_rows(lineage, query, pipelines), query.limit + 1):
            rows.append(row)
    except KfpopsError as error:
        if not rows:
            raise
        broken = error
    gaps = () if cluster.complete else (_PARTLY,)
    result = SearchResult(
        source=cluster.source,
        query=query,
        rows=tuple(rows[: query.limit]),
        truncated=len(rows) > query.limit or broken is not None,
        not_checked=(*((NotChecked("lineage", f"the store broke off: {broken.message}"),) if broken else ()), *gaps),
        broke_off=broken is not None,
    )
    return result if rows else _with_hints(result, lineage, pipelines)


def _with_hints(result: SearchResult, lineage: Lineage, pipelines: Collection[str]) -> SearchResult:
    """It is advice, so no error of it is told."""
    asked = result.query.artifacts
    try:
        return replace(
            result,
            types=nearest(asked.type, _types(lineage)) if asked.type else (),
            pipelines=nearest(result.query.pipeline, pipelines),
            properties=_properties(lineage, asked),
        )
    except KfpopsError:
        return result


def _rows(lineage: Lineage, query: SearchQuery, pipelines: set[str]) -> Iterator[Found]:
    """Reads only as far as its rows are taken. `pipelines` takes the names of those that were not asked for."""
    asked = query.artifacts
    fitting = (a for a in lineage.find_artifacts(for_the_store(asked)) if fits(a, asked))
    # Without a wish for a pipeline every artifact is a row: no more need be read than are shown.
    size = _BATCH if query.pipeline else min(_BATCH, query.limit + 1)
    batch = list(islice(fitting, min(_FIRST, size)))
    while batch:
        for row in _placed(lineage, batch, asked):
            if not query.pipeline or (row.run is not None and row.run.pipeline == query.pipeline):
                yield row
            elif row.run is not None:
                pipelines.add(row.run.pipeline)
        batch = list(islice(fitting, size))


def _placed(lineage: Lineage, artifacts: Sequence[Artifact], asked: ArtifactQuery) -> list[Found]:
    """A few requests for all of them, whatever their number."""
    rows = Rows(lineage)
    made: dict[str, list[Event]] = {artifact.id: [] for artifact in artifacts}
    for event in rows.events_of_artifacts(list(made)):
        if event.kind == "output":
            made[event.artifact_id].append(event)
    rows.read_executions(event.execution_id for events in made.values() for event in events)
    makers = {i: maker for i, events in made.items() if (maker := producer_of(events, rows.executions)) is not None}
    places = gather_places(rows, dict.fromkeys(makers.values()))
    of = {artifact.id: places[makers[artifact.id]] if artifact.id in makers else NOWHERE for artifact in artifacts}
    run_ids = list(dict.fromkeys(place.run_id for place in of.values() if place.run_id))
    runs = {run.run_id: run for run in lineage.runs(run_ids)} if run_ids else {}
    return [Found(a, of[a.id], runs.get(of[a.id].run_id), matched(a, asked)) for a in artifacts]


def _types(lineage: Lineage) -> set[str]:
    """KFP's own types that there are, and others among the newest: a page each."""
    newest = {artifact.type for artifact in islice(lineage.find_artifacts(ArtifactQuery()), _NEWEST)}
    others = [type for type in TYPES if type not in newest] if newest else []
    return newest | {type for type in others if next(lineage.find_artifacts(ArtifactQuery(type)), None)}


def _properties(lineage: Lineage, asked: ArtifactQuery) -> tuple[str, ...]:
    """Names of properties of the newest artifacts of the type; none when these have all that were asked for."""
    tests = [test.name for test in asked.properties]
    if not tests:
        return ()
    newest = list(islice(lineage.find_artifacts(ArtifactQuery(asked.type)), _NEWEST))
    lacking = [n for n in tests if all(value_at(a.properties, n) is None for a in newest)]
    return nearest(lacking[0], (name for a in newest for name in a.properties)) if lacking else ()
