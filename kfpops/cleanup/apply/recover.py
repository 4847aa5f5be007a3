"""What came of a delete whose answer nobody has seen: the store is looked at, object by object, before anything is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kfpops.cleanup.apply.job import Job
from kfpops.cleanup.apply.record import LOST, Intent, Outcome
from kfpops.model.bucket import ObjectVersion
from kfpops.ports import Bucket

FateOf = tuple[str, str, str]


def recover(job: Job) -> None:
    """Writes the outcome of every intent that has none. What still is as it was seen has `failed`, and is tried again."""
    for intent in sorted(job.state.open.values(), key=lambda one: one.batch):
        job.write(Outcome(intent.batch, fates_seen(job, intent), job.now()))


def fates_seen(job: Job, intent: Intent) -> tuple[FateOf, ...]:
    """What the store shows of a batch. Raises `Unreachable` when it does not answer: then nothing is known yet."""
    fates: list[FateOf] = []
    buckets: dict[str, tuple[Bucket, bool]] = {}
    for name, key, etag, version, _ in intent.objects:
        if name not in buckets:
            bucket = job.bucket(name)
            buckets[name] = bucket, bucket.versioning() in ("enabled", "suspended")
        bucket, versioned = buckets[name]
        if intent.what == "uploads":
            fates.append(_upload(bucket, key, version))
        elif version:
            fates.append(_version(bucket, key, version))
        else:
            fates.append(_current(bucket, key, etag, versioned=versioned))
    return tuple(fates)


def _current(bucket: Bucket, key: str, etag: str, *, versioned: bool) -> FateOf:
    found = bucket.head(key)
    if found is not None:
        return ("failed", LOST, "") if found.etag == etag else ("changed", LOST, "")
    marker = _first(bucket, key, lambda one: one.is_latest and one.is_marker) if versioned else None
    return "gone", LOST, marker.version_id if marker else ""


def _version(bucket: Bucket, key: str, version: str) -> FateOf:
    there = _first(bucket, key, lambda one: one.version_id == version)
    return ("failed", LOST, "") if there else ("gone", LOST, "")


def _upload(bucket: Bucket, key: str, upload_id: str) -> FateOf:
    there = any(one.key == key and one.upload_id == upload_id for page in bucket.uploads(key) for one in page)
    return ("failed", LOST, "") if there else ("gone", LOST, "")


def _first(bucket: Bucket, key: str, fits: Callable[[ObjectVersion], bool]) -> ObjectVersion | None:
    rows: Iterable[ObjectVersion] = (one for page in bucket.versions(key) for one in page)
    return next((one for one in rows if one.key == key and fits(one)), None)
