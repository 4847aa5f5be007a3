"""Which artifacts may be LIVE again: those of which everything that the plan knows is there, seen by listing and by HEAD.

A row that is LIVE is what an importer takes, so it has all its bytes. What is kept too late has not: it stays marked, and
that is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kfpops.cleanup.apply.beside import Beside, Row, pages_of
from kfpops.cleanup.apply.bits import Bits
from kfpops.cleanup.apply.job import Job
from kfpops.cleanup.apply.marking import unmark
from kfpops.cleanup.apply.record import Kept
from kfpops.cleanup.batches import batches
from kfpops.cleanup.marks import places_in
from kfpops.cleanup.places import Place
from kfpops.errors import BadAnswer, Forbidden, KfpopsError
from kfpops.model.lineage import Artifact
from kfpops.render.words import count, some

_AT_ONCE: Final = 100
_MOST: Final = 50_000
"""Keys that are looked for at once."""
_FEW: Final = 3
"""So many keys are asked for one by one; for more their place is listed first."""

_Wanted = dict[Place, dict[str, set[str]]]
"""The outermost place of a row → key at it or below → the rows that need that key."""


@dataclass(slots=True)
class Seen:
    """Ids of rows: `broken` lack a part, or may lack it soon; of `unknown` the store did not say, for `error`."""

    broken: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    error: KfpopsError | None = None


def look_whole(job: Job, rows: Iterable[Artifact], gone: Bits) -> Seen:
    """Looks for everything that the plan has at the places of these rows and below. `gone`: entries that are not there.

    Whatever else has deleted from there since the plan was made, another plan or a rule of the bucket, is seen so too.
    Raises `Unreachable` when the store does not answer.
    """
    seen, names = Seen(), job.bucket_names
    with TemporaryDirectory(dir=job.work.folder) as folder:
        beside = Beside(Path(folder))
        places = (Row(place, row.id) for row in rows for place in places_in(names, row.uri))
        for wanted in _wanted(job, beside, gone, seen) if beside.write(places) else ():
            _look(job, wanted, seen)
    return seen


def live_again(job: Job, ids: Collection[str]) -> set[str] | None:
    """Makes LIVE what is whole of these. The ids of what is not; None when the store does not say of each."""
    seen = look_whole(job, rows_of(job, ids), job.state.gone)
    unmark(job, sorted(set(ids) - seen.broken - seen.unknown))
    if seen.error is not None:
        job.work.say(f"Whether {count(len(seen.unknown), 'artifact')} can be LIVE again is not known: {seen.error.message}")
        return None
    return seen.broken


def settle_kept(job: Job) -> bool:
    """Makes LIVE again what is kept, when nothing goes any more; whether all is known for it. What is not whole is told."""
    if not job.state.to_unmark:
        return True
    if job.changes.lineage is None:
        job.work.say("The lineage store cannot be written to: artifacts that are kept after all stay marked for deletion.")
        return False
    broken = live_again(job, job.state.to_unmark)
    if broken:
        _tell(job, list(rows_of(job, broken)))
    return broken is not None


def rows_of(job: Job, ids: Iterable[str]) -> Iterator[Artifact]:
    """The rows of these ids, a few at a time."""
    for chunk in batches(sorted(ids), _AT_ONCE):
        yield from job.lineage().artifacts(chunk)


def _wanted(job: Job, beside: Beside, gone: Bits, seen: Seen) -> Iterator[_Wanted]:
    """What should be there, a part at a time. The rows of what is not, or perhaps not for long, are noted as broken."""
    wanted, many = _Wanted(), 0
    for bucket, page in pages_of(job.entries()):
        keys = {number: entry.key for number, entry in page}
        for number, around in beside.around(bucket, page):
            ids = {id for one in around for id in one.ids}
            if number in gone or number in job.state.lost:
                seen.broken |= ids
            elif not ids <= seen.broken:
                wanted.setdefault(Place(bucket, around[0].name), {})[keys[number]] = ids
                many += 1
        if many >= _MOST:
            yield wanted
            wanted, many = _Wanted(), 0
    yield wanted


def _look(job: Job, wanted: _Wanted, seen: Seen) -> None:
    for some_places in batches(wanted.items(), _AT_ONCE):
        asked = [(place, keys) for place, keys in some_places if not _ids(keys) <= seen.broken]
        answers = job.work.together([partial(_missing, job, place, frozenset(keys)) for place, keys in asked])
        for (_, keys), answer in zip(asked, answers, strict=True):
            if not isinstance(answer, KfpopsError):
                seen.broken.update(id for key in answer for id in keys[key])
            elif isinstance(answer, (Forbidden, BadAnswer)):
                seen.unknown |= _ids(keys)
                seen.error = answer
            else:
                # It is away: nothing more would be learned.
                raise answer
    seen.unknown -= seen.broken


def _ids(keys: dict[str, set[str]]) -> set[str]:
    return set[str]().union(*keys.values())


def _missing(job: Job, place: Place, keys: frozenset[str]) -> list[str] | KfpopsError:
    """Those of the keys that are not there. What a listing does not tell is asked for by its name. May run beside others."""
    left = set(keys)
    try:
        bucket = job.bucket(place.bucket)
        if len(keys) > _FEW:
            for page in bucket.pages(f"{place.path}/" if place.path else ""):
                left.difference_update(found.key for found in page)
                if not left:
                    break
        return [key for key in sorted(left) if bucket.head(key) is None]
    except KfpopsError as error:
        return error


def _tell(job: Job, rows: Sequence[Artifact]) -> None:
    """Who needs what is not whole, as far as the journal tells: whatever it is finds it incomplete."""
    names = job.bucket_names
    whose = {place: row.id for row in rows for place in places_in(names, row.uri)}
    users: dict[str, dict[str, None]] = {row.id: {} for row in rows}
    for record in job.journal.records():
        for bucket, key, _, who in record.objects if isinstance(record, Kept) else ():
            for id in {whose[place] for place in _up(Place(bucket, key)) if place in whose}:
                users[id][who] = None
    for row in rows:
        needs = some(list(filter(None, users[row.id]))) or "somebody"
        job.work.say(
            f"Artifact {row.id} ({row.uri}) is needed again ({needs}), but a part of it was deleted, or the answer to a"
            " delete of it was lost: whoever reads it may find it incomplete. What is left stays, but stays marked."
        )


def _up(place: Place) -> Iterator[Place]:
    """A place and all above it, but for the whole bucket."""
    path = place.path
    while path:
        yield Place(place.bucket, path)
        path = path.rpartition("/")[0]
