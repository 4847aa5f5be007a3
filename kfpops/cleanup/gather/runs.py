"""The runs that KFP or the lineage store knows, in one form; and whether KFP really has not those that look deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from kfpops.cleanup.gather.kfp_runs import FINAL, RETRYABLE, KfpRuns
from kfpops.cleanup.gather.lineage_runs import SeenRun, SeenRuns
from kfpops.cleanup.gather.parallel import in_parallel
from kfpops.cleanup.inventory import RunFact
from kfpops.errors import NotFound, NotInBundle, Unreachable
from kfpops.model.run import Run
from kfpops.ports import Cluster


def merged(kfp: KfpRuns, seen: SeenRuns, home: str) -> dict[str, RunFact]:
    """All runs by id. `home`: the namespace of runs of which nobody tells one."""
    found = {id: _known(run, kfp, seen.by_id.get(id), home) for id, run in kfp.runs.items()}
    for id, run in seen.by_id.items():
        if id not in found:
            found[id] = _deleted(run, id in kfp.caching)
    return found


def confirm_deleted(cluster: Cluster, ids: Iterable[str]) -> Mapping[str, bool]:
    """Run id → whether KFP has no such run any more: it must say so of each, with 404.

    Raises `Unreachable` when it does not answer for one, or when a bundle left it out: then nobody knows.
    """
    pipelines = cluster.pipelines
    if pipelines is None:
        raise Unreachable("There is no KFP API that could tell whether runs were deleted.")
    run = pipelines.run

    def is_gone(id: str) -> bool:
        try:
            run(id)
        except NotInBundle as error:
            raise Unreachable(error.message, error.hint) from error
        except NotFound:
            return True
        return False

    return dict(in_parallel(is_gone, dict.fromkeys(ids)))


def _known(run: Run, kfp: KfpRuns, seen: SeenRun | None, home: str) -> RunFact:
    context = seen.context if seen else None
    finished = run.state in FINAL
    return RunFact(
        id=run.id,
        known=True,
        finished=finished,
        name=run.name,
        namespace=(context.namespace if context else "") or run.namespace or home,
        pipeline=(context.pipeline if context else "") or run.pipeline_name,
        experiment=kfp.experiments.get(run.experiment_id, run.experiment_id),
        recurring_run=kfp.recurring.get(run.recurring_run_id, run.recurring_run_id),
        state=run.state,
        workflow=run.workflow or (seen.workflow if seen else ""),
        root=context.root if context else "",
        created_at=_seconds(run.created_at),
        finished_at=_seconds(run.finished_at),
        archived=run.archived,
        failed=run.state in RETRYABLE if finished else None,
        caches=run.id in kfp.caching,
        retryable=run.state in RETRYABLE,
        tags=tuple(seen.tags) if seen else (),
        metrics=seen.metrics if seen else {},
    )


def _deleted(seen: SeenRun, caches: bool) -> RunFact:
    context = seen.context
    return RunFact(
        id=context.run_id,
        known=False,
        finished=True,
        namespace=context.namespace,
        pipeline=context.pipeline,
        workflow=seen.workflow,
        root=context.root,
        created_at=_seconds(context.created_at),
        failed=seen.tasks_failed,
        caches=caches,
        tags=tuple(seen.tags),
        metrics=seen.metrics,
    )


def _seconds(at: datetime | None) -> float | None:
    return at.timestamp() if at else None
