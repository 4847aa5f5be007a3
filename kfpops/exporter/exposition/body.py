"""What is served at one revision: never changed, read by any number of threads."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock

from kfpops.exporter.exposition.entry import Entry, Layout
from kfpops.exporter.exposition.format import Format
from kfpops.exporter.exposition.segment import Segment, compressed, stream
from kfpops.exporter.exposition.text import END_OF_OPENMETRICS


class Sheet:
    """Some series of a family, in order. While none of them changes, later revisions share it, and what was compressed."""

    __slots__ = ("_entries", "_has_exemplars", "_segments")

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self._entries = entries
        self._has_exemplars = any(entry.has_exemplars for entry in entries)
        self._segments: dict[Format, Segment] = {}

    def content(self, form: Format) -> bytes:
        return b"".join([entry.bytes_of(form) for entry in self._entries])

    def segment(self, form: Format) -> Segment:
        if form is Format.OPENMETRICS and not self._has_exemplars:
            form = Format.TEXT
        found = self._segments.get(form)
        if found is None:
            found = self._segments[form] = compressed(self.content(form))
        return found


class Chapter:
    """A family: its header and its sheets."""

    __slots__ = ("_layout", "_sheets")

    def __init__(self, layout: Layout, sheets: tuple[Sheet, ...]) -> None:
        self._layout, self._sheets = layout, sheets

    def contents(self, form: Format) -> Iterator[bytes]:
        found = [sheet.content(form) for sheet in self._sheets]
        yield self._layout.header(form, sum(map(len, found)))
        yield from found

    def segments(self, form: Format) -> Iterator[Segment]:
        found = [sheet.segment(form) for sheet in self._sheets]
        yield compressed(self._layout.header(form, sum(segment.size for segment in found)))
        yield from found


class Body:
    """The first who asks for a format makes its bytes; who asks meanwhile waits, who asks later gets the same bytes."""

    def __init__(self, revision: int, chapters: tuple[Chapter, ...]) -> None:
        """`revision`: grows by one with each change that was published; 0 is empty."""
        self.revision = revision
        self._chapters = chapters
        self._made: dict[tuple[Format, bool], bytes] = {}
        self._making = Lock()

    def text(self, form: Format = Format.TEXT) -> bytes:
        return self._cached(form, gzip=False)

    def gzip(self, form: Format = Format.TEXT) -> bytes:
        return self._cached(form, gzip=True)

    def _cached(self, form: Format, *, gzip: bool) -> bytes:
        found = self._made.get((form, gzip))
        if found is not None:
            return found
        with self._making:
            if (form, gzip) not in self._made:
                self._made[form, gzip] = self._compressed(form) if gzip else self._plain(form)
            return self._made[form, gzip]

    def _plain(self, form: Format) -> bytes:
        return b"".join([part for chapter in self._chapters for part in chapter.contents(form)] + [_end(form)])

    def _compressed(self, form: Format) -> bytes:
        parts = [segment for chapter in self._chapters for segment in chapter.segments(form)]
        return stream([*parts, compressed(_end(form))])


def _end(form: Format) -> bytes:
    return END_OF_OPENMETRICS if form is Format.OPENMETRICS else b""
