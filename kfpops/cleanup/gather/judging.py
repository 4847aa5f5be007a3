"""Objects of a span are judged, and what may go is written to a file of its own: memory holds a page, however many go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

from kfpops.cleanup.gather.spans import Span
from kfpops.cleanup.live import Judged, live
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.plan.entry import Entry
from kfpops.cleanup.plan.kind import KIND_OF
from kfpops.cleanup.plan.summary import UNWRITABLE, Tally
from kfpops.cleanup.plan.write import lines_of
from kfpops.cleanup.terms import Terms
from kfpops.cleanup.verdict import Verdict
from kfpops.model.bucket import BucketObject

Going: TypeAlias = tuple[BucketObject, Verdict, Mark | None]

_BY_VERDICT = itemgetter(1, 2)

MarksOf: TypeAlias = Callable[[Span], Iterator[Mark]]
"""The bucket's marks that concern the keys of a span, in byte order of their paths."""


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of a plan, in order, and what they count. `missed`: artifacts that seem to have no bytes (ids)."""

    path: Path
    tally: Tally
    missed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judge:
    """Folds the pages of a span of a bucket into a part of the plan. `say` is told how many objects were looked at."""

    marks: MarksOf
    terms: Terms
    folder: Path
    say: Callable[[int], None]

    def __call__(self, number: int, span: Span, pages: Iterator[Sequence[BucketObject]]) -> Part:
        path = self.folder / f"{self.terms.bucket}-{number:06}.jsonl"
        tally, missed = Tally(), set[str]()
        with path.open("wb") as file:
            for judged in live(self._told(pages), self.marks(span), self.terms):
                missed.update(mark.id for mark in judged.missed)
                file.write(written(self.terms.bucket, judged, tally))
        return Part(path, tally, frozenset(missed))

    def _told(self, pages: Iterator[Sequence[BucketObject]]) -> Iterator[Sequence[BucketObject]]:
        for page in pages:
            self.say(len(page))
            yield page


def written(bucket: str, judged: Judged, tally: Tally) -> bytes:
    """The lines of what may go of a page; everything of it is counted."""
    tally.keep(judged.keeps)
    if not judged.goes:
        return b""
    try:
        return _lines(bucket, judged.goes, tally)
    except UnicodeEncodeError:
        lost = [one[0].size for one in judged.goes if not _is_text(one[0].key)]
        tally.keep({UNWRITABLE: (len(lost), sum(lost))})
        return _lines(bucket, [one for one in judged.goes if _is_text(one[0].key)], tally)


def _lines(bucket: str, goes: Sequence[Going], tally: Tally) -> bytes:
    """Counts only what could be written."""
    entries: list[Entry] = []
    counts: list[tuple[Verdict, int, int]] = []
    for (verdict, mark), some in groupby(goes, key=_BY_VERDICT):
        begun = len(entries)
        entries += _entries(bucket, verdict, mark.id if mark else "", [one[0] for one in some])
        counts.append((verdict, sum(entry.size or 0 for entry in entries[begun:]), len(entries) - begun))
    lines = lines_of(entries)
    for verdict, size, objects in counts:
        tally.go(verdict, size, objects)
    return lines


def _entries(bucket: str, verdict: Verdict, artifact_id: str, objects: Sequence[BucketObject]) -> list[Entry]:
    _, label, reason, who, rule = verdict
    kind = KIND_OF[reason]
    return [
        Entry(
            bucket=bucket,
            key=key,
            size=size,
            etag=etag,
            version_id=version_id,
            modified_at=modified_at,
            kind=kind,
            label=label,
            reason=reason,
            who=who,
            rule=rule,
            artifact_id=artifact_id,
        )
        for key, size, etag, modified_at, version_id in objects
    ]


def _is_text(key: str) -> bool:
    try:
        key.encode()
    except UnicodeEncodeError:
        return False
    return True
