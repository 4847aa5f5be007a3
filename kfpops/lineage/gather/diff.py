"""Two runs side by side: their rows in the lineage store, their pipelines in the KFP API, and the objects in doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from kfpops.errors import Forbidden, KfpopsError, NotFound, NotInBundle, Unreachable, UsageError
from kfpops.lineage.diff.align import RunFacts
from kfpops.lineage.diff.diff import DiffFacts, undecided
from kfpops.lineage.gather.places import gather_places
from kfpops.lineage.gather.rows import Rows
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import Artifact, Event, Execution, RunContext
from kfpops.model.run import Run
from kfpops.model.stored_object import StoredObject
from kfpops.ports import Cluster, Lineage, Store

V = TypeVar("V")

# As many as one connection pool keeps alive.
_PARALLEL = 8
# So many objects are asked about, one request each: the first of the data flow, where runs begin to part.
OBJECTS = 400

KFP, STORE = "KFP API", "object store"


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the lineage store holds of one run."""

    executions: tuple[Execution, ...]
    events: tuple[Event, ...]
    artifacts: tuple[Artifact, ...]
    context: RunContext | None


def gather_diff(cluster: Cluster, a: str, b: str) -> DiffFacts:
    """`a`, `b`: ids of runs. Raises `NotFound` when the lineage store knows one of them not, `Unreachable` without a store.

    What else does not answer is a gap.
    """
    lineage = cluster.lineage
    if lineage is None:
        raise Unreachable("There is no lineage store to compare the runs in.", "`kfpops status` says why.")
    gaps: dict[str, str] = {}
    with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="gather") as pool:
        runs = [pool.submit(_run, cluster, run_id) for run_id in (a, b)]
        rows = [pool.submit(_rows, lineage, run_id) for run_id in (a, b)]
        sides = [_side(i, _of(r), _api(s, x, gaps, i)) for i, s, r, x in zip((a, b), "AB", rows, runs)]
        artifacts = {artifact.id: artifact for r in rows for artifact in r.result().artifacts}
        facts = DiffFacts(cluster.source, sides[0], sides[1], artifacts)
        facts = replace(facts, origins=_origins(lineage, facts))
        objects = _objects(cluster.store, pool, undecided(facts), gaps)
    missing = tuple(NotChecked(source, why) for source, why in gaps.items())
    return replace(facts, objects=objects, missing=missing)


def _of(rows: Future[_Rows]) -> _Rows:
    return rows.result()


def _rows(lineage: Lineage, run_id: str) -> _Rows:
    try:
        executions = tuple(lineage.executions_of_run(run_id))
    except NotFound as error:
        hint = "A run has lineage from its first step on. `kfpops runs` lists the runs there are."
        raise NotFound(f"The lineage store knows no run {run_id}.", error.hint or hint) from None
    events = tuple(lineage.events_of_executions([e.id for e in executions]))
    artifacts = tuple(lineage.artifacts(list(dict.fromkeys(e.artifact_id for e in events))))
    return _Rows(executions, events, artifacts, next(iter(lineage.runs([run_id])), None))


def _run(cluster: Cluster, run_id: str) -> Run:
    if cluster.pipelines is None:
        raise Unreachable("There is none.")
    return cluster.pipelines.run(run_id)


def _api(side: str, run: Future[Run], gaps: dict[str, str], run_id: str) -> Run | None:
    lost = "so its code, image and settings are not compared"
    try:
        found = run.result()
    except UsageError:
        raise
    except NotInBundle as error:
        gaps.setdefault(f"{KFP}, run {side}", f"{error.message.rstrip('.')}, {lost}")
        return None
    except NotFound:
        gaps.setdefault(f"{KFP}, run {side}", f"it has no run {run_id} any more, {lost}")
        return None
    except KfpopsError as error:
        gaps.setdefault(KFP, f"{_why(error)} Code, images and settings are not compared.")
        return None
    if found.pipeline is None:
        gaps.setdefault(f"{KFP}, run {side}", f"it gives no pipeline for run {run_id}, {lost}")
    return found


def _side(run_id: str, rows: _Rows, run: Run | None) -> RunFacts:
    context = rows.context or RunContext(run_id)
    # The pipeline's name in its spec is the one that lineage has too; the other may be an upload's.
    spec = run.pipeline.pipeline_info.name if run and run.pipeline else ""
    facts = RunFacts(
        run_id,
        pipeline=context.pipeline or spec or (run.pipeline_name if run else ""),
        created_at=context.created_at,
        known=run is not None,
        executions=rows.executions,
        events=rows.events,
    )
    if run is None:
        return facts
    settings = {
        "pipeline version": run.pipeline_version_id,
        "SDK": run.pipeline.sdk_version if run.pipeline else "",
        "service account": run.service_account,
    }
    state, created = run.state, run.created_at or facts.created_at
    return replace(facts, name=run.name, state=state, created_at=created, pipeline_ir=run.pipeline, settings=settings)


def _origins(lineage: Lineage, facts: DiffFacts) -> dict[str, str]:
    """The runs from which steps were taken: by the ids of the executions that really ran."""
    cached = {e.cached_from: None for run in (facts.a, facts.b) for e in run.executions if e.cached_from}
    if not cached:
        return {}
    rows = Rows(lineage)
    rows.executions.update({e.id: e for run in (facts.a, facts.b) for e in run.executions})
    rows.read_executions(cached)
    places = gather_places(rows, [i for i in cached if i in rows.executions])
    return {i: place.run_id for i, place in places.items() if place.run_id}


def _objects(
    store: Store | None, pool: ThreadPoolExecutor, uris: Sequence[str], gaps: dict[str, str]
) -> dict[str, StoredObject | None]:
    """Pairs of URIs are asked for until one answer says that the store gives none."""
    if not uris:
        return {}
    if store is None:
        gaps[STORE] = "there is none, so contents are not compared"
        return {}
    if len(uris) > OBJECTS:
        gaps[STORE] = f"of {len(uris):,} objects the first {OBJECTS:,} were compared"
        uris = uris[:OBJECTS]
    found: dict[str, StoredObject | None] = {}
    for begin in range(0, len(uris), _PARALLEL):
        batch = uris[begin : begin + _PARALLEL]
        for uri, answer in zip(batch, [pool.submit(_stat(store, uri)) for uri in batch]):
            try:
                found[uri] = answer.result()
            except UsageError:
                raise
            except NotFound:
                found[uri] = None
            except KfpopsError as error:
                gaps[STORE] = f"{_why(error)} Contents are not compared, or not all."
                if not isinstance(error, Forbidden):
                    return found
    return found


def _stat(store: Store, uri: str) -> Callable[[], StoredObject | None]:
    return lambda: store.stat(uri)


def _why(error: KfpopsError) -> str:
    needs = f" (needs: {error.needs})" if isinstance(error, Forbidden) and error.needs else ""
    return f"{error.message.rstrip('.')}{needs}."
