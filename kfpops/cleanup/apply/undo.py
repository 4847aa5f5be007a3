"""Taking a plan back: what is marked and still there becomes LIVE again, and delete markers that we put are removed.

Objects that were deleted where a bucket has no versions, and runs that were deleted in KFP, are gone for good: that is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from kfpops.cleanup.apply.bits import Bits
from kfpops.cleanup.apply.job import Job
from kfpops.cleanup.apply.marking import mark_again, unmark
from kfpops.cleanup.apply.outcome import Result
from kfpops.cleanup.apply.record import Confirmed, Intent, Outcome, Undone
from kfpops.cleanup.apply.recover import recover
from kfpops.cleanup.apply.whole import look_whole, rows_of
from kfpops.errors import BadAnswer, Forbidden, KfpopsError, Unreachable
from kfpops.render.words import count


def undo(job: Job) -> Result:
    """Nothing of the plan is carried out after this. Doing it twice is doing it once."""
    recover(job)
    restored, gone, missing = _restore(job)
    lost = _named(job, missing)
    if job.changes.lineage is not None:
        lost |= _back(job, missing)
    job.write(Undone(job.now()))
    if job.state.evicting:
        job.work.say(f"{count(len(job.state.evicting), 'run')} deleted in KFP: nobody can bring that back.")
    return Result(job.plan, job.state, str(job.work.journal), restored=restored, gone=gone, lost=len(lost))


def _restore(job: Job) -> tuple[int, int, Bits]:
    """Removes the delete markers; how many objects are back, how many we deleted for good, the numbers of all missing."""
    missing, for_good, restored = Bits(), Bits(), 0
    for number, bucket, key, fate, marker in _deleted(job):
        if marker and _undelete(job, bucket, key, marker):
            restored += 1
            missing.discard(number)
            for_good.discard(number)
        else:
            missing.add(number)
            if fate == "gone":
                for_good.add(number)
    return restored, for_good.count, missing


def _undelete(job: Job, bucket: str, key: str, marker: str) -> bool:
    """Whether the object is there. A marker that is gone already was removed by an undo that did not come to its end.

    Raises `Unreachable` when the store does not answer.
    """
    try:
        job.bucket_changes(bucket).undelete(key, marker)
        return job.bucket(bucket).head(key) is not None
    except KfpopsError as error:
        if isinstance(error, Unreachable) and not isinstance(error, (Forbidden, BadAnswer)):
            # It is away: nothing is over, and calling the undo again goes on.
            raise
        job.work.say(f"{key} could not be brought back: {error.message}")
        return False


def _deleted(job: Job) -> Iterator[tuple[int, str, str, str, str]]:
    """Number, bucket, key, fate and delete marker of every object that went, from the journal."""
    intents: dict[int, Intent] = {}
    for record in job.journal.records():
        if isinstance(record, Intent):
            intents[record.batch] = record
        elif isinstance(record, Outcome) and (intent := intents.pop(record.batch, None)):
            rows = zip(intent.entries, intent.objects, record.fates, strict=False)
            for number, (bucket, key, _, _, _), (fate, _, marker) in rows:
                if fate in ("gone", "absent"):
                    yield number, bucket, key, fate, marker


def _named(job: Job, numbers: Bits) -> set[str]:
    """Artifacts that entries name which are missing, whether they could be marked or not."""
    if not numbers.count:
        return set()
    return {entry.artifact_id for number, entry in job.entries() if number in numbers} - {""}


def _back(job: Job, missing: Bits) -> set[str]:
    """Makes every row what it was before, if it is whole; ids of those that are not. Raises what keeps us from seeing it."""
    touched, not_live = _touched(job), job.state.not_live
    seen = look_whole(job, rows_of(job, touched), missing)
    back = touched - _named(job, missing) - seen.broken - seen.unknown
    unmark(job, sorted(back - not_live))
    mark_again(job, back & not_live)
    if seen.error is not None:
        raise seen.error
    return seen.broken


def _touched(job: Job) -> set[str]:
    """All artifacts that were marked or DELETED, and are not LIVE again."""
    found = set(job.state.marked)
    for record in job.journal.records():
        if isinstance(record, Confirmed):
            found.update(record.artifact_ids)
    return found
