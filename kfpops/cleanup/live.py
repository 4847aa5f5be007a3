"""What is live: a verdict for every object of a listing, by the marks around it. Used when a plan is made, and again before
anything of it is deleted.

`judge` says what is meant, for one object; `live` says the same of a listing, in one pass and constant memory.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, islice
from operator import itemgetter, lt
from typing import NamedTuple

from kfpops.cleanup.around import around_of, holds
from kfpops.cleanup.cursor import Cursor, OutOfOrder
from kfpops.cleanup.judging import Decision, decide, too_young
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.targets.dangling import is_candidate
from kfpops.cleanup.terms import Terms, ordered, terms_of
from kfpops.cleanup.verdict import Label, Reason, Verdict
from kfpops.model.bucket import BucketObject

__all__ = ["Judged", "OutOfOrder", "Terms", "judge", "live", "terms_of"]


class Judged(NamedTuple):
    """Of a page: what may go, each with the artifact's mark that names it (None: no artifact does), and counts of the rest.

    `keeps`: objects and bytes. `missed`: marks of live artifacts where the listing had nothing; see `targets/dangling.py`.
    """

    goes: Sequence[tuple[BucketObject, Verdict, Mark | None]]
    keeps: Mapping[tuple[Label, Reason], tuple[int, int]]
    missed: Sequence[Mark] = ()


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
        keys = _rising(page, last)
        last = keys[-1] if keys else last
        yield from _judged(page, keys, cursor, terms)
    while not cursor.finish():
        yield from _missed(cursor)
    yield from _missed(cursor)


def _rising(page: Sequence[BucketObject], last: str) -> list[str]:
    keys = list(map(itemgetter(0), page))
    if not all(map(str.isascii, keys)):
        keys = list(map(ordered, keys))
    if keys and not (last < keys[0] and all(map(lt, keys, islice(keys, 1, None)))):
        raise OutOfOrder(next(o.key for o, key, before in zip(page, keys, [last, *keys]) if not before < key))
    return keys


def _missed(cursor: Cursor) -> Iterator[Judged]:
    found = tuple(filter(is_candidate, cursor.missed))
    cursor.missed = []
    if found:
        yield Judged((), {}, found)


def _judged(page: Sequence[BucketObject], keys: list[str], cursor: Cursor, terms: Terms) -> Iterator[Judged]:
    """Keys that have the same around them stand together: each such group is decided once."""
    goes: list[tuple[BucketObject, Verdict, Mark | None]] = []
    keeps: dict[tuple[Label, Reason], tuple[int, int]] = {}
    sums = list(accumulate(map(itemgetter(1), page), initial=0))
    at, number = 0, len(page)
    while at < number:
        while not cursor.advance(keys[at]):
            yield from _missed(cursor)
        end = at + 1 if cursor.alone else bisect_left(keys, cursor.until, at + 1)
        while at < end:
            decision = decide(page[at][0], cursor.around, terms)
            upto = _same(decision, keys, at, end)
            verdict = decision.verdict
            if verdict.goes:
                _add_goes(page[at:upto], decision, goes, keeps)
            else:
                _count(keeps, verdict, upto - at, sums[upto] - sums[at])
            at = upto
    yield Judged(goes, keeps, tuple(filter(is_candidate, cursor.missed)))
    cursor.missed = []


def _same(decision: Decision, keys: list[str], at: int, end: int) -> int:
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


def _add_goes(
    group: Sequence[BucketObject],
    decision: Decision,
    goes: list[tuple[BucketObject, Verdict, Mark | None]],
    keeps: dict[tuple[Label, Reason], tuple[int, int]],
) -> None:
    verdict, cutoff, mark, _ = decision
    young = []
    for obj in group:
        # So written that a time that is no number counts as young.
        if obj[3] <= cutoff:
            goes.append((obj, verdict, mark))
        else:
            young.append(obj[1])
    if young:
        _count(keeps, too_young(verdict), len(young), sum(young))


def _count(keeps: dict[tuple[Label, Reason], tuple[int, int]], verdict: Verdict, objects: int, size: int) -> None:
    what = (verdict[1], verdict[2])
    before = keeps.get(what)
    keeps[what] = (objects, size) if before is None else (before[0] + objects, before[1] + size)
