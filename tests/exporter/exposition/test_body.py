"""Bodies: what is made once, and what later revisions share."""

from __future__ import annotations

import gzip
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from kfpops.exporter.exposition.body import Body, Chapter, Sheet
from kfpops.exporter.exposition.entry import Entry, Layout
from kfpops.exporter.exposition.format import Format
from kfpops.metrics.value import Exemplar
from tests.exporter.exposition.families import FINISHED

LAYOUT = Layout(FINISHED, native=False)


def sheet(*namespaces: str, exemplar: Exemplar | None = None) -> Sheet:
    return Sheet(tuple(Entry.first(LAYOUT, (name, "FAILED"), 1.0, exemplar) for name in namespaces))


def body() -> Body:
    return Body(3, (Chapter(LAYOUT, (sheet("a", "b"), sheet("c"))),))


@pytest.mark.parametrize("form", list(Format))
def test_compressed_and_not_are_the_same(form: Format) -> None:
    assert gzip.decompress(body().gzip(form)) == body().text(form)


class Slow(Sheet):
    """Takes long enough for others to ask meanwhile."""

    def content(self, form: Format) -> bytes:
        time.sleep(0.02)
        return super().content(form)


@pytest.mark.parametrize("form", list(Format))
def test_bytes_are_made_once_however_many_ask_at_once(form: Format) -> None:
    one = Body(3, (Chapter(LAYOUT, (Slow((Entry.first(LAYOUT, ("a", "FAILED"), 1.0, None),)),)),))
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: one.gzip(form) if n % 2 else one.text(form), range(64)))
    assert len({id(each) for each in found}) == 2


def test_a_sheet_is_compressed_once_for_both_text_formats() -> None:
    one = sheet("a")
    assert one.segment(Format.OPENMETRICS) is one.segment(Format.TEXT)
    assert one.segment(Format.PROTOBUF) is not one.segment(Format.TEXT)


def test_a_sheet_with_exemplars_is_compressed_for_each() -> None:
    one = sheet("a", exemplar=Exemplar("r", 1.0))
    assert one.segment(Format.OPENMETRICS).size > one.segment(Format.TEXT).size


def test_a_segment_is_what_its_sheet_holds() -> None:
    one = sheet("a", "b")
    content, segment = one.content(Format.TEXT), one.segment(Format.TEXT)
    assert (segment.crc, segment.size) == (zlib.crc32(content), len(content))


def test_an_empty_body() -> None:
    one = Body(0, ())
    assert one.text() == gzip.decompress(one.gzip()) == b""
    assert one.text(Format.OPENMETRICS) == gzip.decompress(one.gzip(Format.OPENMETRICS)) == b"# EOF\n"
