"""Waiting until every run has ended that was unfinished after the eviction: such a run may have looked before it.

A step that took its inputs from the cache before the cache forgot them belongs to one of these runs (read-copy-update, with
runs as the readers). Clocks have no say in it; the quarantine is only the user's time to think.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kfpops.cleanup.apply.job import Job
from kfpops.cleanup.apply.quiet import quiet_runs
from kfpops.cleanup.apply.record import Evicted, Settled
from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.gather.kfp_runs import FINAL
from kfpops.cleanup.gather.namespaces import users_namespaces
from kfpops.cleanup.plan.safety import refuse_gaps
from kfpops.errors import NotFound, PlanRefused
from kfpops.model.run import Run
from kfpops.ports import Cluster, Pipelines

_FIRST_PAUSE: Final = 5.0
_LONGEST_PAUSE: Final = 30.0
_NAMED: Final = 3


def note_evicted(job: Job, unfinished: Sequence[str]) -> None:
    """Writes that all is evicted and marked, and which runs are unfinished after it: they must have been listed after it."""
    now = job.now()
    job.write(Evicted(tuple(sorted(unfinished)), now + job.policy.quarantine, now))


def unfinished_runs(cluster: Cluster) -> tuple[str, ...]:
    """Every run of every namespace that may still do something. Raises whatever keeps us from seeing one of them."""
    if cluster.pipelines is None:
        raise PlanRefused("Nothing leads to KFP from here.", "Check with: kfpops status")
    pipelines = cluster.pipelines
    spaces = _namespaces(cluster, pipelines)
    return tuple(run.id for space in spaces for run in pipelines.runs(space, whole=True) if not is_final(run))


def _namespaces(cluster: Cluster, pipelines: Pipelines) -> tuple[str, ...]:
    """As the inventory reads them: one list without users."""
    if not pipelines.health().multi_user:
        return ("",)
    told = [context.namespace for context in cluster.lineage.all_runs()] if cluster.lineage else []
    gaps = Gaps()
    found = users_namespaces(cluster, told, cluster.kfp_namespace, gaps)
    refuse_gaps(gaps.found)
    return found


def quiesce(job: Job) -> tuple[str, ...] | None:
    """Waits, if the job may. None: all have ended, and it is written; else the runs that have not, () for the quarantine."""
    if job.state.settled:
        return None
    waits, pause, told = list(job.state.waits_for), _FIRST_PAUSE, -1
    while True:
        waits = still_unfinished(job, waits)
        left = job.state.until - job.now()
        if not waits and left <= 0:
            job.write(Settled(job.now()))
            return None
        if not job.work.wait:
            return tuple(waits)
        if len(waits) != told:
            job.work.say(waiting_text(waits, left))
            told = len(waits)
        job.work.sleep(pause if waits else min(left, _LONGEST_PAUSE))
        pause = min(pause * 2, _LONGEST_PAUSE)
        job.renew()


def still_unfinished(job: Job, run_ids: Sequence[str]) -> list[str]:
    """Those that may still read or write; a run that KFP does not have (any more) cannot, nor one that is quiet."""
    cluster, found = job.look(), []
    for run_id in run_ids:
        try:
            run = job.pipelines().run(run_id)
        except NotFound:
            continue
        if not is_final(run):
            found.append(run)
    quiet = quiet_runs(cluster, found)
    return [run.id for run in found if run.id not in quiet]


def is_final(run: Run) -> bool:
    """CANCELING is no end: its pods may still write."""
    return run.state in FINAL


def waiting_text(waits: Sequence[str], quarantine: float) -> str:
    """What is waited for, in a line."""
    if not waits:
        return f"Waiting for the end of the quarantine, {_span(quarantine)} from now."
    more = f" and {len(waits) - _NAMED} more" if len(waits) > _NAMED else ""
    runs = "run" if len(waits) == 1 else "runs"
    named = ", ".join(waits[:_NAMED]) + more
    return f"Waiting for {len(waits)} {runs} to end that may still use what goes: {named}."


def _span(seconds: float) -> str:
    minutes = int(max(seconds, 0.0) + 59) // 60
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
