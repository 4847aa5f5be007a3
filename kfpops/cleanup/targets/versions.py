"""Old versions and delete markers of a bucket with versions: what is no current object, and takes up room all the same.

Nothing here brings anything back: a marker that hides a version is never removed, for the version would be current again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from kfpops.cleanup.around import Around, around_of, holds
from kfpops.cleanup.cursor import Cursor, OutOfOrder
from kfpops.cleanup.judging import decide, too_young
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.terms import Terms, ordered
from kfpops.cleanup.verdict import Reason, Verdict
from kfpops.model.bucket import ObjectVersion


def judge_versions(
    versions: Sequence[ObjectVersion], around: Iterable[Mark], terms: Terms
) -> Sequence[tuple[ObjectVersion, Verdict]]:
    """Of all versions and markers of one key, in whatever order; answers the newest first."""
    if not versions:
        return ()
    key = versions[0].key
    marks = [mark for mark in (*terms.standing(), *around) if holds(mark, key)]
    return _judge(versions, around_of(marks), terms)


def judged_versions(
    pages: Iterable[Sequence[ObjectVersion]], marks: Iterable[Mark], terms: Terms
) -> Iterator[tuple[ObjectVersion, Verdict]]:
    """A verdict for each version and marker, key by key. Raises `OutOfOrder` for a key that does not rise in byte order.

    All of a key must stand together: of one that comes twice nobody could say what is left of it.
    """
    cursor, last = Cursor(marks, terms), ""
    rows = (version for page in pages for version in page)
    for name, group in groupby(rows, key=lambda version: version.key):
        key = ordered(name)
        if key <= last:
            raise OutOfOrder(name)
        last = key
        while not cursor.advance(key):
            cursor.missed = []
        cursor.missed = []
        yield from _judge(tuple(group), cursor.around, terms)


def _judge(versions: Sequence[ObjectVersion], around: Around, terms: Terms) -> Sequence[tuple[ObjectVersion, Verdict]]:
    # Some stores tell times in whole seconds: of two in one the current one is the newer.
    newest = sorted(versions, key=lambda v: (v.modified_at, v.is_latest), reverse=True)
    place = decide(newest[0].key, around, terms).verdict
    if place.label in ("protected", "foreign"):
        return [(version, place) for version in newest]
    data = [version for version in newest if not version.is_marker]
    found: list[tuple[ObjectVersion, Verdict]] = []
    for number, version in enumerate(newest):
        if version.is_marker:
            found.append((version, _of_marker(version, newest, place, terms)))
        else:
            replaced_at = newest[number - 1].modified_at if number else version.modified_at
            found.append((version, _of_version(version, data, replaced_at, place, terms)))
    return found


def _of_version(
    version: ObjectVersion, data: Sequence[ObjectVersion], replaced_at: float, place: Verdict, terms: Terms
) -> Verdict:
    """`data`: all versions, the newest first. It is old since `replaced_at`, when the next one, or a marker, came."""
    if version.is_latest:
        return Verdict(False, "live", "current-version", place.who)
    needed = place.label == "live" or place.reason == "may-be-retried"
    older = [other for other in data if not other.is_latest]
    # Somebody deleted what is needed: the newest of it can still be brought back. Of two in one second both may be that.
    if needed and len(older) == len(data) and version.modified_at == data[0].modified_at:
        return place
    if older.index(version) < terms.kinds.keep_noncurrent:
        return Verdict(False, "live", "rule-keeps", place.who)
    return _aged("noncurrent-version", terms.kinds.noncurrent, max(version.modified_at, replaced_at), place, terms)


def _of_marker(marker: ObjectVersion, newest: Sequence[ObjectVersion], place: Verdict, terms: Terms) -> Verdict:
    """A marker hides what is older. It goes when there is nothing left but markers, or when something newer hides it."""
    alone = all(version.is_marker for version in newest)
    if not alone and (marker.is_latest or marker == newest[0]):
        return Verdict(False, place.label, "current-version", place.who)
    return _aged("marker-of-nothing", terms.kinds.markers, marker.modified_at, place, terms)


def _aged(reason: Reason, asked: float | None, at: float, place: Verdict, terms: Terms) -> Verdict:
    if asked is None or (place.label == "orphan" and place.reason == "kind-not-asked"):
        return Verdict(False, "abandoned", "kind-not-asked", place.who)
    verdict = Verdict(True, "abandoned", reason, place.who, place.rule)
    return verdict if at <= terms.cutoff(asked) else too_young(verdict)
