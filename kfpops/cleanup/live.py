"""What is live: a verdict for every object of a listing, by the marks around it. Used when a plan is made, and again before
anything of it is deleted.

`judge` says what is meant, for one object; `live` says the same of a listing, in one pass and constant memory.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, groupby, islice, repeat
from math import inf
from operator import eq, lt
from typing import NamedTuple

from kfpops.cleanup.around import around_of, holds
from kfpops.cleanup.cursor import Cursor, OutOfOrder
from kfpops.cleanup.judging import Decision, decide, too_young
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.targets.dangling import is_candidate
from kfpops.cleanup.terms import Terms, ordered, terms_of
from kfpops.cleanup.verdict import Label, Reason, Verdict
from kfpops.model.bucket import BucketObject
from kfpops.model.object_rows import ObjectRows, in_columns, joined

__all__ = ["Group", "Judged", "OutOfOrder", "Terms", "judge", "live", "terms_of"]


class Group(NamedTuple):
    """So many objects that follow each other and may go for one reason, and their bytes.

    `mark`: the artifact's that names them; None: no artifact does.
    """

    objects: int
    size: int
    verdict: Verdict
    mark: Mark | None


class Judged(NamedTuple):
    """Of a page: what may go, in its order, and by `groups` why; counts of the rest.

    `keeps`: objects and bytes. `missed`: marks of live artifacts where the listing had nothing; see `targets/dangling.py`.
    """

    goes: ObjectRows
    groups: Sequence[Group]
    keeps: Mapping[tuple[Label, Reason], tuple[int, int]]
    missed: Sequence[Mark] = ()

    def each(self) -> Iterator[tuple[BucketObject, Group]]:
        """Every object that may go, with its group."""
        return zip(self.goes, chain.from_iterable(repeat(group, group.objects) for group in self.groups))


def judge(obj: BucketObject, around: Iterable[Mark], terms: Terms) -> Verdict:
    """What becomes of one object. `around`: the marks around it; others do no harm."""
    marks = [mark for mark in (*terms.standing(), *around) if holds(mark, obj.key)]
    decision = decide(obj.key, around_of(marks), terms)
    if decision.verdict.goes and not obj.modified_at <= decision.cutoff:
        return too_young(decision.verdict)
    return decision.verdict


def live(pages: Iterable[Sequence[BucketObject]], marks: Iterable[Mark], terms: Terms) -> Iterator[Judged]:
    """One `Judged` for each page; in between and at the end more that hold nothing but `missed`.

    Raises `OutOfOrder` as soon as keys do not strictly rise in byte order, or marks do not rise: nothing that follows, and
    nothing that was said of this page, could be relied on.
    """
    cursor, last = Cursor(marks, terms), ""
    for page in pages:
        rows = in_columns(page)
        keys = _rising(rows.keys, last)
        last = keys[-1] if keys else last
        yield from _judged(rows, keys, cursor, terms)
    while not cursor.finish():
        yield from _missed(cursor)
    yield from _missed(cursor)


def _rising(names: Sequence[str], last: str) -> Sequence[str]:
    keys = names if all(map(str.isascii, names)) else list(map(ordered, names))
    if keys and not (last < keys[0] and all(map(lt, keys, islice(keys, 1, None)))):
        raise OutOfOrder(next(name for name, key, before in zip(names, keys, [last, *keys]) if not before < key))
    return keys


def _missed(cursor: Cursor) -> Iterator[Judged]:
    found = tuple(filter(is_candidate, cursor.missed))
    cursor.missed = []
    if found:
        yield Judged(in_columns(()), (), {}, found)


def _judged(page: ObjectRows, keys: Sequence[str], cursor: Cursor, terms: Terms) -> Iterator[Judged]:
    """Keys that have the same around them stand together: each such stretch is decided once."""
    found = _Found(page)
    at, number = 0, len(page)
    while at < number:
        while not cursor.advance(keys[at]):
            yield from _missed(cursor)
        end = at + 1 if cursor.alone else bisect_left(keys, cursor.until, at + 1)
        while at < end:
            decision = decide(page.keys[at], cursor.around, terms)
            upto = _same(decision, keys, at, end)
            found.add(decision, at, upto)
            at = upto
    yield Judged(found.goes(), found.groups, found.keeps, tuple(filter(is_candidate, cursor.missed)))
    cursor.missed = []


def _same(decision: Decision, keys: Sequence[str], at: int, end: int) -> int:
    """How far the same decision holds."""
    if decision.folder is None:
        return end
    if decision.folder:
        folder = ordered(decision.folder)
        length = len(folder)
        for upto in range(at + 1, end):
            key = keys[upto]
            if not key.startswith(folder) or "/" in key[length:]:
                return upto
        return end
    return at + 1


class _Found:
    """What was decided of a page so far, stretch after stretch."""

    def __init__(self, page: ObjectRows) -> None:
        self._page = page
        self._sums = list(accumulate(page.sizes, initial=0))
        # A time that is no number counts as young.
        self._newest = max(page.modified, default=0.0) if all(map(eq, page.modified, page.modified)) else inf
        self._spans: list[tuple[int, int]] = []
        self.groups: list[Group] = []
        self.keeps: dict[tuple[Label, Reason], tuple[int, int]] = {}

    def add(self, decision: Decision, at: int, upto: int) -> None:
        verdict, cutoff = decision[:2]
        if not verdict.goes:
            self._keep(verdict, at, upto)
        elif self._newest <= cutoff:
            self._go(decision, at, upto)
        else:
            for old, group in groupby(range(at, upto), lambda number: self._page.modified[number] <= cutoff):
                numbers = list(group)
                if old:
                    self._go(decision, numbers[0], numbers[-1] + 1)
                else:
                    self._keep(too_young(verdict), numbers[0], numbers[-1] + 1)

    def goes(self) -> ObjectRows:
        """Stretches that follow each other are taken as one: mostly that is the whole page."""
        spans: list[tuple[int, int]] = []
        for at, upto in self._spans:
            begun = spans.pop()[0] if spans and spans[-1][1] == at else at
            spans.append((begun, upto))
        if spans == [(0, len(self._page))]:
            return self._page
        return joined([self._page[at:upto] for at, upto in spans])

    def _go(self, decision: Decision, at: int, upto: int) -> None:
        self._spans.append((at, upto))
        self.groups.append(Group(upto - at, self._sums[upto] - self._sums[at], decision[0], decision[2]))

    def _keep(self, verdict: Verdict, at: int, upto: int) -> None:
        what = (verdict[1], verdict[2])
        objects, size = self.keeps.get(what, (0, 0))
        self.keeps[what] = (objects + upto - at, size + self._sums[upto] - self._sums[at])
