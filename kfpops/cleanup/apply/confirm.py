"""When nothing is left of an artifact it is DELETED: seen by HEAD and by listing, never by what a delete answered."""

from __future__ import annotations

from functools import partial
from typing import Final

from kfpops.cleanup.apply.job import Job
from kfpops.cleanup.apply.marking import confirm as set_deleted
from kfpops.cleanup.apply.record import Confirmed
from kfpops.cleanup.apply.whole import live_again
from kfpops.cleanup.batches import batches
from kfpops.cleanup.places import UnknownScheme, places_of
from kfpops.errors import KfpopsError
from kfpops.model.lineage import DELETED, MARKED, Artifact
from kfpops.ports import Bucket

_AT_ONCE: Final = 100


def confirm(job: Job) -> bool:
    """Of all that is marked and not kept; whether the store answered for each.

    What has something left stays marked when a part of it went, for it is not whole; else it is LIVE again.
    """
    if job.changes.lineage is None:
        return not job.state.marked
    left: list[str] = []
    answered = True
    for chunk in batches(sorted(job.state.marked - job.state.to_unmark), _AT_ONCE):
        job.renew()
        rows = [row for row in job.lineage().artifacts(chunk) if row.state in (MARKED, DELETED)]
        gone = job.work.together([partial(_is_gone, job, row) for row in rows])
        done = set_deleted(job, [row for row, is_gone in zip(rows, gone, strict=True) if is_gone])
        if done:
            job.write(Confirmed(done, job.now()))
        left += [row.id for row, is_gone in zip(rows, gone, strict=True) if is_gone is False]
        answered = answered and None not in gone
    return live_again(job, [id for id in left if id not in job.state.not_live]) is not None and answered


def _is_gone(job: Job, row: Artifact) -> bool | None:
    """Whether nothing lies at its URI or below it; None when the store does not say. May run beside others."""
    names = job.bucket_names
    places = places_of(row.uri, names, job.policy.external_schemes)
    ours = [] if isinstance(places, UnknownScheme) else [p for p in places if p.path and p.bucket in names]
    if not ours:
        return False
    try:
        return not any(_holds(job.bucket(place.bucket), place.path) for place in ours)
    except KfpopsError:
        return None


def _holds(bucket: Bucket, path: str) -> bool:
    return bucket.head(path) is not None or any(len(page) > 0 for page in bucket.pages(f"{path}/"))
