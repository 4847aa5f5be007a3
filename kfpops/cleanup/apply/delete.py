"""Deleting: a last look, the intent on the disk, the delete by condition, the outcome on the disk; batch by batch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, groupby, islice
from typing import Final, TypeAlias

from kfpops.cleanup.apply.bits import Bits
from kfpops.cleanup.apply.job import Job
from kfpops.cleanup.apply.look import LastLook, Numbered, Why
from kfpops.cleanup.apply.marking import same_marked
from kfpops.cleanup.apply.pace import How, Pace
from kfpops.cleanup.apply.record import GONE, Intent, Kept, Outcome
from kfpops.cleanup.apply.recover import FateOf, fates_seen
from kfpops.errors import Forbidden, KfpopsError, Unreachable
from kfpops.model.bucket import Deletion, StoreTraits, Upload

_PASSES: Final = 3
"""How often what failed is tried in one apply."""
_HOPELESS: Final = 10
"""After so many rounds without a single answer the store counts as gone."""
_SAY_EVERY: Final = 10_000

Answer: TypeAlias = "tuple[FateOf, ...] | KfpopsError"


@dataclass(slots=True)
class _Round:
    """What a pass goes by. `refused`: entries that are not asked for again by this apply."""

    job: Job
    look: LastLook
    pace: Pace = field(default_factory=Pace)
    refused: Bits = field(default_factory=Bits)
    silent: int = 0
    told: int = 0


def delete(job: Job, look: LastLook) -> None:
    """Deletes all entries that are not done. What is refused or failed stays open for the next apply.

    Raises `Unreachable` when the store does not answer any more; the journal then holds what is known.
    """
    going = _Round(job, look)
    for _ in range(_PASSES):
        todo = _Todo(job, going.refused)
        while True:
            batches = todo.batches(going.pace)
            if not batches:
                break
            _carry_out(going, batches)
        if not job.state.troubles["failed"].count:
            return


class _Todo:
    """The open entries of the plan, in its order, cut into batches of one bucket and one kind of request."""

    def __init__(self, job: Job, refused: Bits) -> None:
        done = job.state.done
        entries = job.entries()
        if done.count or refused.count:
            entries = ((number, entry) for number, entry in entries if number not in done and number not in refused)
        self._left: Iterator[Numbered] = entries
        self._ahead: list[Numbered] = []

    def batches(self, pace: Pace) -> list[list[Numbered]]:
        """As many as may be in flight together. None ends within an artifact that it could hold whole."""
        ahead = self._ahead
        # One more tells whether an artifact goes on behind.
        ahead += islice(self._left, max(pace.batch * pace.together + 1 - len(ahead), 0))
        alike = len({(entry.bucket, bool(entry.upload_id)) for _, entry in ahead}) <= 1
        groups = [ahead] if alike else [list(group) for _, group in groupby(ahead, _request_of)]
        found = [batch for rows in groups for batch in _cut(rows, pace.batch)]
        # The last one may end in the middle of an artifact: what goes on behind it is not read yet.
        found = found[: pace.together] if alike else found[:-1] or found
        self._ahead = ahead[sum(map(len, found)) :]
        return found


def _cut(rows: Sequence[Numbered], most: int) -> Iterator[list[Numbered]]:
    """A batch ends where an artifact ends, unless that one began with it: so most are looked at whole before a part goes."""
    at = 0
    while at < len(rows):
        end = min(at + most, len(rows))
        id = rows[end][1].artifact_id if end < len(rows) else ""
        start = end
        while id and start > at and rows[start - 1][1].artifact_id == id:
            start -= 1
        yield list(rows[at : start if start > at else end])
        at = start if start > at else end


def _carry_out(going: _Round, batches: Sequence[Sequence[Numbered]]) -> None:
    """One round: looks at all batches, writes their intents, sends them, writes what came of them."""
    job = going.job
    job.renew()
    kept = _kept_out(job, list(chain.from_iterable(batches)), _looked(going, batches))
    left = [[one for one in batch if one[0] not in kept] if kept else batch for batch in batches]
    first = job.state.last_batch + 1
    intents = [_intent(job, batch, number) for number, batch in enumerate(filter(None, left), first)]
    if not intents:
        return
    # The looks took their time: who has the lock by now, if not we, may have made something LIVE.
    job.renew()
    job.write(*intents)
    answers = job.work.together([partial(_send, job, intent) for intent in intents])
    known = [(i, a) for i, a in zip(intents, answers, strict=True) if not isinstance(a, KfpopsError)]
    if known:
        job.write(*(Outcome(intent.batch, fates, job.now()) for intent, fates in known))
    lost = [(i, a) for i, a in zip(intents, answers, strict=True) if isinstance(a, KfpopsError)]
    for intent, error in lost:
        _look_after(job, intent, error)
    _note(going, intents, [fates for _, fates in known], [error for _, error in lost])


def _looked(going: _Round, batches: Sequence[Sequence[Numbered]]) -> dict[int, Why]:
    """Why entries of a round stay. When a look finds something, all are looked at again: it may concern those before."""
    whys: dict[int, Why] = {}
    while True:
        found = {number: why for batch in batches for number, why in going.look(batch).items()}
        if found.keys() <= whys.keys():
            return whys
        whys |= found


def _kept_out(job: Job, batch: Sequence[Numbered], whys: dict[int, Why]) -> Collection[int]:
    """Writes what is kept, and gives its numbers. With one object of an artifact the whole artifact is kept."""
    for number, entry in batch:
        if not (entry.etag or entry.version_id or entry.upload_id):
            # Nothing to make the delete depend on.
            whys.setdefault(number, ("owner-unknown", "no ETag"))
        elif entry.artifact_id in job.state.unmarked or entry.artifact_id in job.state.kept_artifacts:
            whys.setdefault(number, ("attributed", f"artifact {entry.artifact_id}"))
    if not whys:
        return whys
    whole = {entry.artifact_id: whys[number] for number, entry in batch if number in whys and entry.artifact_id}
    for number, entry in batch:
        if entry.artifact_id in whole:
            whys.setdefault(number, whole[entry.artifact_id])
    keep(job, [one for one in batch if one[0] in whys], whys)
    return whys


def keep(job: Job, entries: Sequence[Numbered], whys: dict[int, Why]) -> None:
    """Writes that these stay. Their artifacts stay marked until nothing goes any more and they are seen whole."""
    if not entries:
        return
    ids = same_marked(job, list(dict.fromkeys(entry.artifact_id for _, entry in entries if entry.artifact_id)))
    objects = tuple((entry.bucket, entry.key, *whys[number]) for number, entry in entries)
    size = sum(entry.size or 0 for _, entry in entries)
    job.write(Kept(objects, job.now(), tuple(number for number, _ in entries), size, ids))


def _request_of(one: Numbered) -> tuple[str, bool]:
    """What may stand in one request: of one bucket, and either uploads or objects."""
    return one[1].bucket, bool(one[1].upload_id)


def _intent(job: Job, batch: Sequence[Numbered], number: int) -> Intent:
    # Lists first: a tuple of a generator takes a third longer, for each object there is.
    objects = tuple([(e.bucket, e.key, e.etag, e.upload_id or e.version_id, e.size or 0) for _, e in batch])
    entries = tuple([number for number, _ in batch])
    return Intent(number, objects, job.now(), entries, "uploads" if batch[0][1].upload_id else "objects")


def _send(job: Job, intent: Intent) -> Answer:
    """The fates of a batch, or the error for which nobody knows them. May run beside others."""
    changes = job.bucket_changes(intent.objects[0][0])
    try:
        if intent.what == "uploads":
            return tuple(
                ("gone" if changes.abort(Upload(key, upload, 0.0)) else "absent", "", "")
                for _, key, _, upload, _ in intent.objects
            )
        # What NamedTuple's own constructor does, without its Python frame.
        new = tuple.__new__
        batch = [new(Deletion, (key, etag, size, version)) for _, key, etag, version, size in intent.objects]
        deleted = changes.delete(batch, job.traits.get(intent.objects[0][0], StoreTraits()))
    except KfpopsError as error:
        return error
    return tuple([(fate, why, marker_id) for _, fate, why, _, marker_id in deleted])


def _look_after(job: Job, intent: Intent, error: KfpopsError) -> None:
    """A request that was refused as a whole has done nothing; after any other failure the store is looked at."""
    if isinstance(error, Forbidden) and intent.what == "objects":
        fates: tuple[FateOf, ...] = (("refused", error.needs or "AccessDenied", ""),) * len(intent.objects)
    else:
        fates = fates_seen(job, intent)
    job.write(Outcome(intent.batch, fates, job.now()))


def _note(
    going: _Round, intents: Sequence[Intent], known: Sequence[tuple[FateOf, ...]], lost: Sequence[KfpopsError]
) -> None:
    """Refused entries are set aside, the pace follows the store, and now and then a line is said."""
    job, state = going.job, going.job.state
    refused = state.troubles["refused"]
    for number in (number for intent in intents for number in intent.entries) if refused.count else ():
        if number in refused:
            going.refused.add(number)
    going.silent = 0 if known else going.silent + 1
    if going.silent >= _HOPELESS:
        raise lost[-1]
    going.pace = going.pace.after(how_it_went(known, lost))
    if going.pace.pause:
        job.work.sleep(going.pace.pause)
    if state.sum("gone").objects - going.told >= _SAY_EVERY:
        going.told = state.sum("gone").objects
        job.work.say(f"{going.told:,} deleted, {job.planned - state.done.count:,} to go.")


_BUSY: Final = frozenset({"SlowDown", "ServiceUnavailable", "RequestLimitExceeded", "TooManyRequests", "503"})
"""Error codes of S3 that ask for fewer requests."""


def how_it_went(known: Sequence[tuple[FateOf, ...]], lost: Sequence[KfpopsError]) -> How:
    """For the pace: lost answers weigh more than keys that failed."""
    if any(isinstance(error, Unreachable) for error in lost):
        return "failed"
    whys = {why for fates in known if fates.count(GONE) < len(fates) for fate, why, _ in fates if fate == "failed"}
    return "slow" if whys & _BUSY else "failed" if whys else "ok"
