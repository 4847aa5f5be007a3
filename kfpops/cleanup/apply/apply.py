"""Carrying a plan out, from the lock to the last confirmation: the phases in order, each from where the journal left it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

from kfpops.cleanup.apply.again import gather, going_beside, judge_again
from kfpops.cleanup.apply.confirm import confirm
from kfpops.cleanup.apply.delete import delete
from kfpops.cleanup.apply.evict import evict
from kfpops.cleanup.apply.job import Job, bucket_name, held
from kfpops.cleanup.apply.journal import Journal
from kfpops.cleanup.apply.look import LastLook
from kfpops.cleanup.apply.marking import mark
from kfpops.cleanup.apply.outcome import Result
from kfpops.cleanup.apply.quiesce import note_evicted, quiesce, unfinished_runs
from kfpops.cleanup.apply.record import Begun, Finished
from kfpops.cleanup.apply.recover import recover
from kfpops.cleanup.apply.state import state_of
from kfpops.cleanup.apply.undo import undo
from kfpops.cleanup.apply.whole import settle_kept
from kfpops.cleanup.apply.work import Work
from kfpops.cleanup.plan.holding import applied
from kfpops.cleanup.plan.read import Plan, read_plan
from kfpops.cleanup.plan.safety import refuse_expired, refuse_other_cluster
from kfpops.cleanup.policy.policy import Policy
from kfpops.cleanup.policy.read import read_policy
from kfpops.errors import PlanRefused, Unreachable, UsageError
from kfpops.ports import Changes, Cluster

__all__ = ["Work", "apply_plan", "undo_plan"]


def apply_plan(plan_path: Path, cluster: Callable[[], Cluster], changes: Changes, work: Work) -> Result:
    """Does what was reviewed and still holds; called again, it goes on; called after its end, it does nothing.

    `cluster` gives a fresh look each time it is called. Raises `PlanRefused` when it would not be safe, `Busy` when somebody
    else cleans, `UsageError` for a file that is no plan, and `Unreachable` as long as nothing was changed; what stops it
    later stands in the result.
    """
    with _opened(plan_path, cluster, changes, work) as job:
        if job.state.phase == "finished":
            return _result(job)
        if job.state.phase == "undone":
            raise PlanRefused("The plan was undone: it is not carried out any more.", "Make a new one.")
        if job.state.phase == "new":
            refuse_expired(job.header, datetime.fromtimestamp(work.clock(), timezone.utc))
        if job.state.phase == "new":
            _probe(job)
        job.write(Begun(job.header.id, job.plan.sha256, job.generation, job.now()))
        try:
            return _carry_out(job)
        except Unreachable as error:
            if not job.state.has_changed_anything:
                raise
            return _result(job, stopped=error)


def undo_plan(plan_path: Path, cluster: Callable[[], Cluster], changes: Changes, work: Work) -> Result:
    """Takes back what can be; a plan that was begun is never carried out after it. Raises as `apply_plan` does."""
    with _opened(plan_path, cluster, changes, work) as job:
        if job.state.phase in ("new", "undone"):
            return _result(job)
        job.write(Begun(job.header.id, job.plan.sha256, job.generation, job.now()))
        return undo(job)


def _carry_out(job: Job) -> Result:
    recover(job)
    if not job.state.evicted:
        with TemporaryDirectory(dir=job.work.folder) as folder:
            fresh = gather(job, Path(folder))
            evict(job, fresh.inventory, fresh.claims.evicted)
            mark(job, lambda: going_beside(job, fresh, Path(folder)))
        note_evicted(job, unfinished_runs(job.look()))
    waits = quiesce(job)
    if waits is not None:
        return _result(job, waits)
    if job.state.done.count < job.planned:
        _delete_what_goes(job)
    settled = settle_kept(job)
    if job.state.done.count >= job.planned and confirm(job) and settled:
        job.write(Finished(job.now()))
    return _result(job)


def _delete_what_goes(job: Job) -> None:
    if not job.traits:
        _probe(job)
    with TemporaryDirectory(dir=job.work.folder) as folder:
        fresh = gather(job, Path(folder))
        beside = going_beside(job, fresh, Path(folder))
        kept = judge_again(job, fresh, beside, Path(folder))
        if kept:
            job.work.say(f"{kept:,} of {job.planned:,} objects are needed by now: they stay.")
        delete(job, LastLook(job, fresh.known, beside.rows))


@contextmanager
def _opened(path: Path, cluster: Callable[[], Cluster], changes: Changes, work: Work) -> Iterator[Job]:
    """The job of a plan, with its buckets locked and its journal read."""
    with applied(path):
        plan = read_plan(path)
        policy = _policy(plan)
        seen = cluster()
        refuse_other_cluster(plan.header, seen.source, seen.identity())
        locks = tuple(changes.lock(uri) for uri in sorted(plan.header.buckets))
        with held(locks) as generation, Journal(work.journal, plan.sha256, work.sync) as journal:
            yield Job(plan, policy, journal, state_of(journal.records()), cluster, changes, work, locks, generation)


def _probe(job: Job) -> None:
    """What the stores do with conditional deletes, seen on scratch objects."""
    for uri in job.header.buckets:
        name = bucket_name(uri)
        traits = job.traits[name] = job.changes.bucket(uri).probe()
        if traits.honours_etag_in_batch is False and traits.honours_etag is False:
            job.work.say(f"The store of {name} ignores conditions: each object is looked at right before it is deleted.")


def _policy(plan: Plan) -> Policy:
    try:
        policy = read_policy(plan.header.policy, plan.header.policy_name)
    except UsageError as error:
        message = f"The policy in the plan cannot be read any more: {error.message}"
        raise PlanRefused(message, "Make the plan again with this kfpops.") from error
    return policy


def _result(job: Job, waits: tuple[str, ...] | None = None, stopped: Unreachable | None = None) -> Result:
    told = tuple(getattr(lock, "told", "") for lock in job.locks)
    return Result(
        job.plan,
        job.state,
        str(job.work.journal),
        waits_for=waits,
        stopped=stopped,
        locked_by=tuple(filter(None, told)),
    )
