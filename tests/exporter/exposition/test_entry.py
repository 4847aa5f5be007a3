"""One series: its bytes are made once for each format."""

from __future__ import annotations

import pytest

from kfpops.exporter.exposition.entry import Entry, Layout
from kfpops.exporter.exposition.format import Format
from kfpops.metrics.value import Distribution, Exemplar
from tests.exporter.exposition.families import DURATION, FINISHED

LAYOUT = Layout(FINISHED, native=False)


def entry(value: float = 1.0, exemplar: Exemplar | None = None) -> Entry:
    return Entry.first(LAYOUT, ("a", "FAILED"), value, exemplar)


@pytest.mark.parametrize("form", list(Format))
def test_bytes_are_kept(form: Format) -> None:
    one = entry()
    assert one.bytes_of(form) is one.bytes_of(form)


def test_without_an_exemplar_both_text_formats_share_their_bytes() -> None:
    one = entry()
    assert one.bytes_of(Format.OPENMETRICS) is one.bytes_of(Format.TEXT)


def test_plain_text_has_no_exemplars() -> None:
    value = Distribution((1, 0, 0, 0), 3.0, exemplars=((0, Exemplar("r", 3.0)),))
    histogram = Entry.first(Layout(DURATION, native=False), ("a",), value, None)
    for one in (entry(2.0, Exemplar("r", 1.0)), histogram):
        assert b"run_id" not in one.bytes_of(Format.TEXT)
        assert b'# {run_id="r"}' in one.bytes_of(Format.OPENMETRICS)


def test_what_follows_keeps_the_labels_as_they_were_written() -> None:
    one = entry()
    after = one.then(2.0, None)
    assert after.text is one.text
    assert one.bytes_of(Format.TEXT).endswith(b"} 1\n")
    assert after.bytes_of(Format.TEXT).endswith(b"} 2\n")


@pytest.mark.parametrize(
    ("value", "exemplar", "same"),
    [
        pytest.param(1.0, None, True, id="the same"),
        pytest.param(1, None, True, id="the same as an int"),
        pytest.param(2.0, None, False, id="another value"),
        pytest.param(1.0, Exemplar("r", 1.0), False, id="another exemplar"),
    ],
)
def test_what_counts_as_a_change(value: float, exemplar: Exemplar | None, same: bool) -> None:
    assert entry().says(value, exemplar) is same
