"""What a listing of objects does not show: incomplete uploads, old versions, and delete markers of nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

from kfpops.cleanup.mark import Mark
from kfpops.cleanup.on_disk import sorted_on_disk
from kfpops.cleanup.plan.entry import Entry
from kfpops.cleanup.plan.kind import KIND_OF
from kfpops.cleanup.plan.summary import Tally
from kfpops.cleanup.plan.write import lines_of
from kfpops.cleanup.targets.uploads import judged_uploads
from kfpops.cleanup.targets.versions import judged_versions
from kfpops.cleanup.terms import Terms
from kfpops.cleanup.verdict import Verdict
from kfpops.model.bucket import ObjectVersion, Upload
from kfpops.ports import Bucket

R = TypeVar("R")

_AT_ONCE = 1000


def judge_besides(
    bucket: Bucket, terms: Terms, marks: Callable[[], Iterator[Mark]], folder: Path
) -> Iterator[tuple[Path, Tally]]:
    """A sorted part of the plan for each kind that the policy asks for. `marks`: all of the bucket, as often as wanted."""
    kinds = terms.kinds
    if kinds.uploads is not None:
        rows = sorted_on_disk((u for page in bucket.uploads() for u in page), Upload, folder)
        found = ((_of_upload(terms.bucket, u, v), v) for u, v in judged_uploads(_pages(rows), marks(), terms) if v.goes)
        yield _part(folder / f"{terms.bucket}-uploads.jsonl", found)
    if kinds.noncurrent is not None or kinds.markers is not None:
        versions = sorted_on_disk((v for page in bucket.versions() for v in page), ObjectVersion, folder)
        judged = judged_versions(_pages(versions), marks(), terms)
        yield _part(
            folder / f"{terms.bucket}-versions.jsonl", ((_of_version(terms.bucket, o, v), v) for o, v in judged if v.goes)
        )


def _part(path: Path, found: Iterable[tuple[Entry, Verdict]]) -> tuple[Path, Tally]:
    tally = Tally()
    with path.open("wb") as file:
        for some in _pages(found):
            file.write(lines_of(entry for entry, _ in some))
            for entry, verdict in some:
                tally.go_besides(verdict, entry.size or 0)
    return path, tally


def _pages(rows: Iterable[R]) -> Iterator[Sequence[R]]:
    rest = iter(rows)
    while page := list(islice(rest, _AT_ONCE)):
        yield page


def _of_upload(bucket: str, upload: Upload, verdict: Verdict) -> Entry:
    return Entry(
        bucket=bucket,
        key=upload.key,
        size=upload.size,
        upload_id=upload.upload_id,
        modified_at=upload.began_at,
        kind=KIND_OF[verdict.reason],
        label=verdict.label,
        reason=verdict.reason,
        who=verdict.who,
        rule=verdict.rule,
    )


def _of_version(bucket: str, version: ObjectVersion, verdict: Verdict) -> Entry:
    return Entry(
        bucket=bucket,
        key=version.key,
        size=version.size,
        etag=version.etag,
        version_id=version.version_id,
        modified_at=version.modified_at,
        kind=KIND_OF[verdict.reason],
        label=verdict.label,
        reason=verdict.reason,
        who=verdict.who,
        rule=verdict.rule,
    )
