"""Objects of a span are judged, and what may go is written to a file of its own: memory holds a page, however many go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from kfpops.cleanup.gather.spans import Span
from kfpops.cleanup.live import Judged, live
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.plan.lines import page_lines
from kfpops.cleanup.plan.summary import UNWRITABLE, Tally
from kfpops.cleanup.terms import Terms
from kfpops.model.bucket import BucketObject
from kfpops.model.object_rows import in_columns

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
    try:
        lines = page_lines(bucket, judged)
    except UnicodeEncodeError:
        judged = _writable(judged, tally)
        lines = page_lines(bucket, judged)
    for objects, size, verdict, _ in judged.groups:
        tally.go(verdict, size, objects)
    return lines


def _writable(judged: Judged, tally: Tally) -> Judged:
    """The same, one by one, without those that no plan can hold: they are kept."""
    each = list(judged.each())
    lost = [obj.size for obj, _ in each if not _is_text(obj.key)]
    tally.keep({UNWRITABLE: (len(lost), sum(lost))})
    held = [(obj, group) for obj, group in each if _is_text(obj.key)]
    groups = [group._replace(objects=1, size=obj.size) for obj, group in held]
    return judged._replace(goes=in_columns([obj for obj, _ in held]), groups=groups)


def _is_text(key: str) -> bool:
    try:
        key.encode()
    except UnicodeEncodeError:
        return False
    return True
