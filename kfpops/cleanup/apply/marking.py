"""The states of artifacts: LIVE → MARKED_FOR_DELETION before anything is deleted, and back for what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from kfpops.cleanup.apply.beside import Beside
from kfpops.cleanup.apply.job import Job
from kfpops.cleanup.apply.look import same_uris
from kfpops.cleanup.apply.record import Marking, Unmarked
from kfpops.cleanup.batches import batches
from kfpops.model.lineage import DELETED, LIVE, MARKED, Artifact

_AT_ONCE: Final = 100
_TRIES: Final = 3
_CANNOT: Final = (
    "The lineage store cannot be written to: nothing is marked there, and the rows of what goes stay LIVE. So an import"
    " (dsl.importer with reimport=False) of what goes is not safe, neither now nor later: it takes the old row, and its run"
    " reads an empty directory. Import nothing that the plan deletes."
)


def mark(job: Job, beside: Callable[[], Beside]) -> int:
    """Marks the artifacts whose objects the plan lets go, those of the same URIs, and all `beside`; how many they are.

    What was LIVE is MARKED_FOR_DELETION afterwards, or `Unmarked` is written of it: its row changed while we looked, so its
    objects stay. A back end that cannot be written to marks nothing. `beside`: what is LIVE and goes by the inventory.
    """
    if job.changes.lineage is None:
        job.work.say(_CANNOT)
        return 0
    marked = 0
    for ids in _chunks(_planned(job), _AT_ONCE):
        marked += _mark(job, _same_places(job, ids))
    for ids in _chunks(beside().ids(job.entries()), _AT_ONCE):
        # One that another plan has marked may not be whole any more: ours is not to make it LIVE again.
        rows = [row for row in job.lineage().artifacts(ids) if row.state == LIVE and row.id not in job.state.unmarked]
        marked += _mark(job, rows)
    return marked


def _mark(job: Job, rows: Sequence[Artifact]) -> int:
    ids = tuple(row.id for row in rows)
    if not ids:
        return 0
    job.renew()
    # What this job began to mark before is its own, though it is not LIVE any more.
    others = tuple(row.id for row in rows if row.state != LIVE and row.id not in job.state.marked)
    job.write(Marking(ids, job.now(), others))
    lost = _set(job, [row for row in rows if row.state != MARKED], MARKED)
    if lost:
        job.work.say(f"{len(lost)} artifacts changed while they were being marked: they stay.")
        job.write(Unmarked(tuple(lost), job.now()))
    return len(ids) - len(lost)


def unmark(job: Job, ids: Iterable[str]) -> None:
    """Makes them LIVE again, those of them that are marked or DELETED; whatever else they are by now stays as it is.

    They were seen whole, and the lineage store can be written to.
    """
    for chunk in _chunks(iter(ids), _AT_ONCE):
        job.renew()
        rows = job.lineage().artifacts(chunk)
        _set(job, [row for row in rows if row.state in (MARKED, DELETED)], LIVE, _TRIES)
        job.write(Unmarked(tuple(chunk), job.now()))


def mark_again(job: Job, ids: Iterable[str]) -> None:
    """What was not LIVE before, and is DELETED though its bytes are back, is marked as it was."""
    for chunk in _chunks(iter(ids), _AT_ONCE):
        job.renew()
        _set(job, [row for row in job.lineage().artifacts(chunk) if row.state == DELETED], MARKED, _TRIES)


def confirm(job: Job, rows: Sequence[Artifact]) -> tuple[str, ...]:
    """Makes them DELETED; the ids of those that are."""
    lost = set(_set(job, [row for row in rows if row.state != DELETED], DELETED, _TRIES))
    return tuple(row.id for row in rows if row.id not in lost)


def _set(job: Job, rows: Sequence[Artifact], state: str, tries: int = 1) -> list[str]:
    """Ids of those that could not be set. One that has the state by now is set: perhaps by us, and the answer was lost.

    `tries`: how often a row is taken anew of which something else than its state was written in between.
    """
    changes = job.changes.lineage
    if changes is None or not rows:
        return [row.id for row in rows]
    done = changes.set_state(rows, state)
    before = {row.id: row.state for row, right in zip(rows, done, strict=True) if not right}
    now = job.lineage().artifacts(list(before)) if before else ()
    left = [id for id in before if id not in {row.id for row in now if row.state == state}]
    again = [row for row in now if row.id in left and row.state == before[row.id]]
    if tries <= 1 or not again:
        return left
    lost = set(_set(job, again, state, tries - 1))
    return [id for id in left if id in lost or id not in {row.id for row in again}]


def _planned(job: Job) -> Iterator[str]:
    """Ids of the artifacts in the plan; each once as long as its objects stand together, as they mostly do."""
    before = ""
    for _, entry in job.entries():
        if entry.artifact_id and entry.artifact_id != before:
            before = entry.artifact_id
            yield before


def _same_places(job: Job, ids: Sequence[str]) -> Sequence[Artifact]:
    """The rows, and all others with the same URIs: an importer would take any of them that is LIVE."""
    lineage = job.lineage()
    rows = {row.id: row for row in lineage.artifacts(ids)}
    rows |= {row.id: row for row in lineage.artifacts_at(same_uris(rows.values()))}
    return [row for row in rows.values() if row.id not in job.state.unmarked and row.state != DELETED]


def same_marked(job: Job, ids: Sequence[str]) -> tuple[str, ...]:
    """These ids, and those of the rows at the same places that this job has marked."""
    if not ids or not job.state.marked:
        return tuple(ids)
    lineage = job.lineage()
    others = lineage.artifacts_at(same_uris(lineage.artifacts(ids)))
    return tuple(dict.fromkeys((*ids, *(row.id for row in others if row.id in job.state.marked))))


def _chunks(ids: Iterator[str], size: int) -> Iterator[list[str]]:
    return (list(dict.fromkeys(some)) for some in batches(ids, size))
