"""Chunks and pages, and how they shrink when an answer is too large."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from kfpops.cluster.mlmd.requests import in_chunks, in_pages
from kfpops.cluster.mlmd.schema import message
from kfpops.cluster.mlmd.status import TooLarge
from kfpops.errors import BadAnswer


class Limited:
    """Answers with what it was asked, at most `most` at once; keeps the sizes that were asked for."""

    def __init__(self, most: int) -> None:
        self.most, self.sizes = most, list[int]()

    def __call__(self, asked: Sequence[int]) -> Iterable[int]:
        self.sizes.append(len(asked))
        if len(asked) > self.most:
            raise TooLarge("The server cannot answer GetArtifactsByID: message larger than max.", "larger than max")
        return asked


class Listing:
    """A server with `total` rows, of which it can give `most` at once (200: any page)."""

    def __init__(self, total: int, most: int = 200) -> None:
        self.total, self.most, self.asked = total, most, list[tuple[int, bytes, bytes]]()

    def __call__(self, method: str, request: Any) -> Any:
        options = request.options
        self.asked.append((options.max_result_size, options.next_page_token, options.filter_query))
        if min(options.max_result_size, self.total) > self.most:
            raise TooLarge("The server cannot answer GetArtifacts: larger than max.")
        start = int(options.next_page_token or b"0")
        end = min(start + options.max_result_size, self.total)
        answer = message(f"{method}Response")(next_page_token=b"%d" % end if end < self.total else b"")
        for id in range(start + 1, end + 1):
            answer.artifacts.add(id=id)
        return answer


def test_nothing_asked_is_nothing_sent() -> None:
    limited = Limited(100)
    assert list(in_chunks([], limited)) == []
    assert limited.sizes == []


def test_at_most_a_hundred_at_once() -> None:
    limited = Limited(100)
    assert list(in_chunks(range(250), limited)) == list(range(250))
    assert limited.sizes == [100, 100, 50]


def test_chunks_shrink_and_stay_small() -> None:
    limited = Limited(30)
    assert list(in_chunks(range(120), limited)) == list(range(120))
    assert limited.sizes == [100, 50, 25, 25, 25, 25, 20]


def test_one_that_is_too_large_alone_is_named() -> None:
    with pytest.raises(TooLarge, match=r"larger than max, even for 7 alone\.$"):
        list(in_chunks([7, 8], Limited(0)))


def test_a_list_is_read_page_by_page_with_its_size_said() -> None:
    listing = Listing(250)
    found = [one.id for one in in_pages(listing, "GetArtifacts", "artifacts", where="type = 'x'")]
    assert found == list(range(1, 251))
    assert listing.asked == [(100, b"", b"type = 'x'"), (100, b"100", b"type = 'x'"), (100, b"200", b"type = 'x'")]


def test_an_empty_list_is_one_page() -> None:
    listing = Listing(0)
    assert list(in_pages(listing, "GetArtifacts", "artifacts")) == []
    assert len(listing.asked) == 1


def test_whoever_stops_reading_asks_for_no_more_pages() -> None:
    listing = Listing(1000)
    pages = in_pages(listing, "GetArtifacts", "artifacts")
    assert [next(pages).id for _ in range(100)] == list(range(1, 101))
    assert len(listing.asked) == 1


def test_pages_shrink_and_nothing_is_lost() -> None:
    listing = Listing(60, most=30)
    assert [one.id for one in in_pages(listing, "GetArtifacts", "artifacts")] == list(range(1, 61))
    assert [size for size, _, _ in listing.asked] == [100, 50, 25, 25, 25]


def test_a_row_that_is_too_large_alone_is_said_with_the_one_before_it() -> None:
    with pytest.raises(TooLarge, match="even for the first one alone"):
        list(in_pages(Listing(3, most=0), "GetArtifacts", "artifacts"))


def test_a_server_that_gives_the_same_token_again_is_not_asked_for_ever() -> None:
    asked = []

    def stuck(method: str, request: Any) -> Any:
        asked.append(method)
        return message("GetArtifactsResponse")(artifacts=[{"id": 1}], next_page_token=b"again")

    with pytest.raises(BadAnswer, match="page token of GetArtifacts twice"):
        list(in_pages(stuck, "GetArtifacts", "artifacts"))
    assert len(asked) == 2
