"""The runs that were asked for: from the KFP API, or from the workflows that are left when it does not answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeAlias

from kfpops.errors import KfpopsError, NotFound, Unreachable
from kfpops.knowledge.argo_workflow import RUN_LABEL, run_id_of, run_name_of
from kfpops.knowledge.run_state import OF_ARGO, state_of_run
from kfpops.model.diagnosis import State
from kfpops.model.finding import NotChecked
from kfpops.model.run import Run
from kfpops.model.workflow import Workflow
from kfpops.ports import Cluster, Pipelines
from kfpops.runs.listing import Listing, Query, Row

# Of so many bad runs at most the cause is looked up: the answer must stay quick.
EXPLAINED = 30
# KFP's own word, where one of ours is exactly one of its: then the server can filter.
_ON_THE_SERVER: dict[State | None, str] = {"succeeded": "SUCCEEDED", "failed": "FAILED"}
# KFP's words in place of Argo's, for runs that are known by their workflow only.
_KFP_WORDS: dict[State, str] = {"succeeded": "SUCCEEDED", "failed": "FAILED", "running": "RUNNING"}

Explain: TypeAlias = Callable[[Cluster, Sequence[Run]], Mapping[str, str]]
"""Ids of runs → id of the first cause, for those of the runs that have one."""


def explains_nothing(cluster: Cluster, runs: Sequence[Run]) -> Mapping[str, str]:
    return {}


def gather_runs(cluster: Cluster, query: Query, explain: Explain = explains_nothing) -> Listing:
    """The newest runs that fit, with the causes of the bad ones as `explain` knows them."""
    found, missing = _runs(cluster, query)
    runs = list(islice((r for r in found if _fits(r, query)), query.limit + 1))
    more, runs = len(runs) > query.limit, runs[: query.limit]
    suspects = [r for r in runs if state_of_run(r) in ("failed", "running", "waiting", "unknown")][:EXPLAINED]
    causes = explain(cluster, suspects) if suspects else {}
    rows = tuple(_row(r, cluster, causes.get(r.id)) for r in runs)
    return Listing(cluster.source, cluster.now, rows, more, missing)


def _row(run: Run, cluster: Cluster, cause: str | None) -> Row:
    state = state_of_run(run)
    end = run.finished_at or (cluster.now if state in ("running", "waiting") else None)
    seconds = (end - run.created_at).total_seconds() if end and run.created_at else None
    if cause == "run/cancelled":
        state = "cancelled"
    return Row(run, state, seconds, cause)


def _fits(run: Run, query: Query) -> bool:
    if query.state is not None and state_of_run(run) != query.state:
        return False
    if query.pipeline and query.pipeline not in (run.pipeline_name, run.pipeline_id):
        return False
    return not (query.since and run.created_at and run.created_at < query.since)


def _runs(cluster: Cluster, query: Query) -> tuple[Iterator[Run], tuple[NotChecked, ...]]:
    if cluster.pipelines is None:
        return _of_workflows(cluster, query), (NotChecked("KFP API", "there is none; the runs are those with a workflow"),)
    try:
        found = _of_api(cluster.pipelines, query)
        first = list(islice(found, 1))
    except NotFound:
        raise
    except Unreachable as error:
        why = f"{error.message} The runs shown are those whose workflow still exists."
        return _of_workflows(cluster, query), (NotChecked("KFP API", why),)
    return _chained(first, found), ()


def _chained(first: list[Run], rest: Iterator[Run]) -> Iterator[Run]:
    yield from first
    yield from rest


def _of_api(pipelines: Pipelines, query: Query) -> Iterator[Run]:
    namespace = query.namespace or ""
    experiment_id = _experiment_id(pipelines, namespace, query.experiment) if query.experiment else ""
    server_state = _ON_THE_SERVER.get(query.state, "")
    return pipelines.runs(namespace, state=server_state, experiment_id=experiment_id, since=query.since)


def _experiment_id(pipelines: Pipelines, namespace: str, wanted: str) -> str:
    known = pipelines.experiments(namespace)
    for experiment in known:
        if wanted in (experiment.name, experiment.id):
            return experiment.id
    names = ", ".join(sorted(e.name for e in known)[:8]) or "none"
    raise NotFound(f'No experiment is called "{wanted}".', f"There are: {names}.")


def _of_workflows(cluster: Cluster, query: Query) -> Iterator[Run]:
    try:
        workflows = cluster.kubernetes.list(Workflow, query.namespace, labels=RUN_LABEL)
    except KfpopsError as error:
        raise Unreachable("Neither the KFP API nor the workflows could be read.", error.message) from None
    runs = (_run_of(w) for w in workflows)
    return iter(sorted(runs, key=lambda r: (r.created_at is None, r.created_at and -r.created_at.timestamp(), r.id)))


def _run_of(workflow: Workflow) -> Run:
    metadata, status = workflow.metadata, workflow.status
    state = _KFP_WORDS.get(OF_ARGO.get(status.phase, "running"), "")
    run = Run(run_id_of(workflow), run_name_of(workflow), state, metadata.namespace)
    return replace(run, created_at=metadata.creation_timestamp, finished_at=status.finished_at)
