"""What a listing of objects does not show: incomplete uploads, old versions, and delete markers of nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path

from msgspec.structs import replace

from kfpops.cleanup.batches import batches
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.on_disk import sorted_on_disk
from kfpops.cleanup.plan.entry import Entry
from kfpops.cleanup.plan.lines import entry_of
from kfpops.cleanup.plan.summary import Tally
from kfpops.cleanup.plan.write import lines_of
from kfpops.cleanup.targets.uploads import judged_uploads
from kfpops.cleanup.targets.versions import judged_versions
from kfpops.cleanup.terms import Terms
from kfpops.cleanup.verdict import Verdict
from kfpops.model.bucket import BucketObject, ObjectVersion, Upload
from kfpops.ports import Bucket

_AT_ONCE = 1000


def judge_besides(
    bucket: Bucket, terms: Terms, marks: Callable[[], Iterator[Mark]], folder: Path
) -> Iterator[tuple[Path, Tally]]:
    """A sorted part of the plan for each kind that the policy asks for. `marks`: all of the bucket, as often as wanted."""
    kinds = terms.kinds
    if kinds.uploads is not None:
        rows = sorted_on_disk((u for page in bucket.uploads() for u in page), Upload, folder)
        uploads = judged_uploads(batches(rows, _AT_ONCE), marks(), terms)
        found = ((_of_upload(terms.bucket, upload, verdict), verdict) for upload, verdict in uploads if verdict.goes)
        yield _part(folder / f"{terms.bucket}-uploads.jsonl", found)
    if kinds.noncurrent is not None or kinds.markers is not None:
        versions = sorted_on_disk((v for page in bucket.versions() for v in page), ObjectVersion, folder)
        judged = judged_versions(batches(versions, _AT_ONCE), marks(), terms)
        yield _part(
            folder / f"{terms.bucket}-versions.jsonl", ((_of_version(terms.bucket, o, v), v) for o, v in judged if v.goes)
        )


def _part(path: Path, found: Iterable[tuple[Entry, Verdict]]) -> tuple[Path, Tally]:
    tally = Tally()
    with path.open("wb") as file:
        for some in batches(_by_place(found), _AT_ONCE):
            file.write(lines_of(entry for entry, _ in some))
            for entry, verdict in some:
                tally.go_besides(verdict, entry.size or 0)
    return path, tally


def _by_place(found: Iterable[tuple[Entry, Verdict]]) -> Iterator[tuple[Entry, Verdict]]:
    """Those of one key, which come the newest first, in a plan's order: by their ids, which tell no time."""
    for _, same in groupby(found, key=lambda one: one[0].key):
        yield from sorted(same, key=lambda one: (one[0].version_id, one[0].upload_id))


def _of_upload(bucket: str, upload: Upload, verdict: Verdict) -> Entry:
    entry = entry_of(bucket, BucketObject(upload.key, 0, "", upload.began_at), verdict)
    return replace(entry, size=upload.size, upload_id=upload.upload_id)


def _of_version(bucket: str, version: ObjectVersion, verdict: Verdict) -> Entry:
    seen = BucketObject(version.key, version.size, version.etag, version.modified_at, version.version_id)
    return entry_of(bucket, seen, verdict)
