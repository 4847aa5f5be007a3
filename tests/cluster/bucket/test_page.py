"""Pages of listings: what is believed, what is not, and that both ways of reading agree."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfpops.cluster.bucket.page import Page, Unusual, _usual, read_page
from kfpops.cluster.bucket.page_xml import read_any_page
from kfpops.errors import BadAnswer
from kfpops.model.bucket import BucketObject
from tests.cluster.bucket.pages_of_stores import ETAG, SECONDS, as_aws, as_seaweedfs, page_of

WHOLE = page_of([as_aws("a"), as_aws("b")])
READERS = pytest.mark.parametrize("read", [read_page, read_any_page])


@READERS
@pytest.mark.parametrize(
    "body, words",
    [
        pytest.param(b"", "cut off or no XML", id="nothing"),
        pytest.param(b"<html>login</html>", "sent html", id="a web page"),
        pytest.param(b"<Error><Code>SlowDown</Code></Error>", "sent Error", id="an error after a 200"),
        pytest.param(page_of([as_aws("a")], count=2), "holds 1 keys and counts 2", id="a row too few"),
        pytest.param(page_of([as_aws("a")], count=0), "holds 1 keys and counts 0", id="a row too many"),
        pytest.param(WHOLE.replace(b"<KeyCount>2</KeyCount>", b""), "no KeyCount", id="no count"),
        pytest.param(page_of([], cut=""), "no IsTruncated", id="neither whole nor cut"),
        pytest.param(page_of([as_aws("a")], cut="true"), "that more follows, and not where", id="no token"),
        pytest.param(page_of([as_aws("a")], token="t"), "that it is the last, and where", id="a token at the end"),
        pytest.param(WHOLE.replace(b"<KeyCount>", b"<KeyCount>2</KeyCount><KeyCount>"), "KeyCount twice", id="two counts"),
        pytest.param(page_of([as_aws("")]), "without a key", id="a row without a key"),
        pytest.param(WHOLE.replace(b"<Size>5", b"<Size>-5"), "without a key or a size", id="a negative size"),
        pytest.param(WHOLE.replace(b"T09:52:06.250Z", b"T09:52:nanZ"), "no time", id="a time that is no number"),
        pytest.param(b"<!DOCTYPE x []>" + page_of([]).partition(b"\n")[2], "document type", id="a document type"),
        pytest.param(page_of([as_aws("a&bomb;")]), "no XML", id="an entity that nobody declared"),
    ],
)
def test_what_is_not_believed(read: Callable[[bytes], Page], body: bytes, words: str) -> None:
    with pytest.raises(BadAnswer, match=words):
        read(body)


@READERS
@pytest.mark.parametrize("length", range(len(WHOLE) - 800, len(WHOLE), 13))
def test_a_page_that_ends_early_is_not_believed(read: Callable[[bytes], Page], length: int) -> None:
    with pytest.raises(BadAnswer):
        read(WHOLE[:length])


@READERS
@pytest.mark.parametrize(
    "row", [as_aws("a/b"), as_seaweedfs("a/b"), as_aws("a/b", "<ChecksumType>FULL_OBJECT</ChecksumType>")]
)
def test_a_row(read: Callable[[bytes], Page], row: str) -> None:
    assert read(page_of([row])) == Page([BucketObject("a/b", 5, ETAG, SECONDS)])


@READERS
@pytest.mark.parametrize(
    "written, quoted, key",
    [
        pytest.param("a+b%2Bc%20d", True, "a b+c d", id="spaces and plus signs"),
        pytest.param("%C3%BC/%FF", True, "ü/\udcff", id="bytes that are no UTF-8"),
        pytest.param("a+b%20c", False, "a+b%20c", id="a store that ignores encoding-type"),
        pytest.param("&amp;&lt;&#xFC;&#13;", False, "&<ü\r", id="entities"),
        pytest.param("ü", False, "ü", id="UTF-8 as it is"),
    ],
)
def test_keys(read: Callable[[bytes], Page], written: str, quoted: bool, key: str) -> None:
    assert [o.key for o in read(page_of([as_aws(written)], quoted=quoted)).objects] == [key]


def test_usual_pages_take_the_fast_way() -> None:
    for row in (as_aws, as_seaweedfs):
        body = page_of([row(f"a/{n}") for n in range(3)], cut="true", token="t")
        assert _usual(body) == read_any_page(body)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(WHOLE.replace(b"<Contents>", b"<Contents>\n  "), id="white space"),
        pytest.param(page_of([as_aws("a"), as_seaweedfs("b")]), id="rows of two forms"),
        pytest.param(WHOLE.replace(b"T09:52:06.250Z", b"T10:52:06.25+01:00"), id="a time with an offset"),
        pytest.param(page_of([as_aws("a&amp;b")], quoted=False), id="entities in a key"),
    ],
)
def test_unusual_pages_are_read_all_the_same(body: bytes) -> None:
    with pytest.raises(Unusual):
        _usual(body)
    assert {(o.size, o.etag, o.modified_at) for o in read_page(body).objects} == {(5, ETAG, SECONDS)}


def test_folders_and_tokens() -> None:
    folders = (
        "<CommonPrefixes><Prefix>v2/a+b/</Prefix></CommonPrefixes><CommonPrefixes><Prefix>v2/c/</Prefix></CommonPrefixes>"
    )
    page = read_page(page_of([as_aws("v2/x")], count=3, cut="true", token="v2/x&amp;y", more=folders))
    assert (page.folders, page.token) == (("v2/a b/", "v2/c/"), "v2/x&y")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8), max_size=5, unique=True))
def test_both_ways_read_the_same(keys: list[str]) -> None:
    from urllib.parse import quote_plus

    body = page_of([as_aws(quote_plus(key)) for key in keys])
    assert [o.key for o in read_page(body).objects] == keys == [o.key for o in read_any_page(body).objects]


@pytest.mark.parametrize("row", [as_aws, as_seaweedfs])
@pytest.mark.parametrize(
    "between",
    [
        pytest.param("<Contents><Key>odd</Key></Contents>", id="a row of another form"),
        pytest.param("<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>", id="a folder"),
        pytest.param(as_aws("b", "<ChecksumType>FULL_OBJECT</ChecksumType>"), id="a row with more in it"),
        pytest.param(as_aws("b").replace("STANDARD", "GLACIER"), id="a row of another class"),
    ],
)
def test_no_row_is_skipped(row: Callable[[str], str], between: str) -> None:
    """Whatever stands between the rows of the fast way: it is read, or the page is not believed."""
    rows = [row("a"), between, row("c")]
    try:
        page = read_page(page_of(rows, count=3))
    except BadAnswer:
        return
    assert len(page.objects) + len(page.folders) == 3
