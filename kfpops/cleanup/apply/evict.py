"""Runs that must go from KFP first, because KFP forgets their cache entries only with them. This cannot be taken back."""

from __future__ import annotations

from collections.abc import Callable

from kfpops.cleanup.apply.job import Job
from kfpops.cleanup.apply.quiesce import is_final
from kfpops.cleanup.apply.record import RunEvicting
from kfpops.cleanup.inventory import Inventory, RunFact
from kfpops.errors import NotFound, Unreachable

_TRIES = 3


def evict(job: Job, inventory: Inventory, still_given_up: Callable[[str], bool]) -> int:
    """Deletes the planned runs that are still given up as a whole; how many that were now.

    `still_given_up` judges by what was read just now: a run that somebody has retried, tagged or pinned since stays, and
    so does all that the plan wanted of it. What is known of a run is written down before, for nobody can tell it afterwards.
    """
    deleted = 0
    for eviction in job.header.evictions:
        run = inventory.runs.get(eviction.run_id)
        if run is None or not run.known:
            continue
        if not run.finished or not still_given_up(run.id) or not _is_final_now(job, run):
            job.work.say(f"Run {eviction.name or run.id} is needed by now: it stays, and so does what it made.")
            continue
        job.renew()
        job.write(RunEvicting(run.id, job.now(), run))
        deleted += _delete(job, run.id)
    return deleted


def evicted_runs(job: Job, inventory: Inventory) -> dict[str, RunFact]:
    """The inventory's runs, with those that this job deleted in KFP as they were before: their rules still speak of them.

    Their cache entries went with them, and nobody can retry them.
    """
    runs = dict(inventory.runs)
    for run_id, before in job.state.evicting.items():
        now = runs.get(run_id)
        if before is not None and (now is None or not now.known):
            runs[run_id] = _as_before(before)
    return runs


def _as_before(run: RunFact) -> RunFact:
    from msgspec.structs import replace

    return replace(run, known=True, finished=True, caches=False, retryable=False)


def _is_final_now(job: Job, run: RunFact) -> bool:
    """Asked once more: between the reading of all runs and here, somebody may have retried it."""
    try:
        return is_final(job.pipelines().run(run.id))
    except NotFound:
        return True


def _delete(job: Job, run_id: str) -> bool:
    """Deleting twice is deleting once, so a lost answer is asked for again."""
    for attempt in range(1, _TRIES + 1):
        try:
            return job.changes.pipelines.delete_run(run_id)
        except Unreachable:
            if attempt == _TRIES:
                raise
    raise AssertionError("the last attempt raises")
