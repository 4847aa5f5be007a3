"""Incomplete multipart uploads: parts that take up room and that no listing of objects shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kfpops.cleanup.around import Around, around_of, holds
from kfpops.cleanup.cursor import Cursor, OutOfOrder
from kfpops.cleanup.judging import decide, too_young
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.terms import Terms, ordered
from kfpops.cleanup.verdict import Verdict
from kfpops.model.bucket import Upload


def judge_upload(upload: Upload, around: Iterable[Mark], terms: Terms) -> Verdict:
    """What becomes of one upload. `around`: the marks around its key; others do no harm."""
    marks = [mark for mark in (*terms.standing(), *around) if holds(mark, upload.key)]
    return _judge(upload, around_of(marks), terms)


def judged_uploads(
    pages: Iterable[Sequence[Upload]], marks: Iterable[Mark], terms: Terms
) -> Iterator[tuple[Upload, Verdict]]:
    """A verdict for each. Several may have one key. Raises `OutOfOrder` for a key that falls in byte order."""
    cursor, last = Cursor(marks, terms), ""
    for upload in (upload for page in pages for upload in page):
        key = ordered(upload.key)
        if key < last:
            raise OutOfOrder(upload.key)
        last = key
        while not cursor.advance(key):
            cursor.missed = []
        cursor.missed = []
        yield upload, _judge(upload, cursor.around, terms)


def _judge(upload: Upload, around: Around, terms: Terms) -> Verdict:
    """Where an object would stay because something needs the place, or because it is nobody's, an upload stays, too.

    Below a run that is gone, and beside what a finished run has named, it is abandoned: nobody will complete it.
    """
    place = decide(upload.key, around, terms).verdict
    asked = terms.kinds.uploads
    if place.label in ("live", "protected", "foreign") or place.reason == "may-be-retried":
        return place
    if asked is None or (place.label == "orphan" and not place.goes):
        return Verdict(False, "abandoned", "kind-not-asked", place.who)
    verdict = Verdict(True, "abandoned", "upload-abandoned", place.who, place.rule)
    return verdict if upload.began_at <= terms.cutoff(asked) else too_young(verdict)
