"""Several readers of one listing, each of a span of it, who see for themselves that together they miss nothing."""

from __future__ import annotations

import contextlib
from bisect import bisect_right
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice, pairwise
from operator import lt
from queue import Empty, Full, Queue
from threading import Event
from typing import Literal, TypeAlias, TypeVar

from kfpops.cleanup.gather.spans import Span, by_components
from kfpops.model.bucket import BucketObject
from kfpops.model.object_rows import in_columns
from kfpops.ports import Bucket

R = TypeVar("R")
Page: TypeAlias = Sequence[BucketObject]
Pages: TypeAlias = Iterator[Page]
Fold: TypeAlias = Callable[[int, Span, Pages], R]
"""Takes a span with its number, and its pages in byte order, each key once. May be called again for the same number."""

Order: TypeAlias = Literal["bytes", "components", "none"]

_READERS = 8
_WAITING = 64
"""So many pages may wait to be sorted."""
_TICK = 0.1


class Unordered(Exception):
    """The store's order is not the one that it was read in; `key` shows it."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class _Stopped(Exception):
    """Another reader has failed: what this one reads is of no use."""


@dataclass(slots=True)
class _Seam:
    """What a reader saw at the ends of its span: the first key of all, its own last, and the first beyond it."""

    first: str | None = None
    last: str = ""
    beyond: str | None = None


@dataclass(slots=True)
class Reading:
    bucket: Bucket
    spans: tuple[Span, ...]
    order: Order
    stop: Event = field(default_factory=Event)
    seams: list[_Seam] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.seams = [_Seam() for _ in self.spans]

    def ranks(self, keys: Sequence[str]) -> Sequence[str]:
        """By what keys rise in this order."""
        return keys if self.order == "bytes" else list(map(by_components, keys))


def by_span(reading: Reading, fold: Fold[R]) -> tuple[R, ...]:
    """Each reader folds what it reads."""

    def read(number: int) -> R:
        pages = _pages(reading, number)
        result = fold(number, reading.spans[number], pages)
        for _ in pages:
            # A fold that did not look at all pages leaves the seam unseen.
            pass
        return result

    if len(reading.spans) == 1:
        return (read(0),)
    with ThreadPoolExecutor(min(_READERS, len(reading.spans))) as readers:
        futures = [readers.submit(read, number) for number in range(len(reading.spans))]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            # Harmless where all have ended; after an error, or Ctrl-C, the others stop at their next page.
            reading.stop.set()
            readers.shutdown(wait=True, cancel_futures=True)
    _raise_first(futures)
    _check_seams(reading)
    return tuple(future.result() for future in futures)


def together(reading: Reading) -> Generator[Page, None, None]:
    """The pages of all readers as they come. The seams are checked at the end."""
    waiting: Queue[Page | None] = Queue(_WAITING)

    def put(page: Page | None) -> None:
        while not reading.stop.is_set():
            with contextlib.suppress(Full):
                waiting.put(page, timeout=_TICK)
                return

    def read(number: int) -> None:
        try:
            for page in _pages(reading, number):
                put(page)
        except BaseException:
            reading.stop.set()
            raise
        finally:
            put(None)

    with ThreadPoolExecutor(min(_READERS, len(reading.spans))) as readers:
        futures = [readers.submit(read, number) for number in range(len(reading.spans))]
        left = len(futures)
        try:
            while left and not reading.stop.is_set():
                with contextlib.suppress(Empty):
                    page = waiting.get(timeout=_TICK)
                    left -= page is None
                    if page is not None:
                        yield page
        finally:
            reading.stop.set()
            readers.shutdown(wait=True, cancel_futures=True)
    _raise_first(futures)
    _check_seams(reading)


def rises(ranks: Sequence[str]) -> bool:
    """Whether each is larger than the one before it."""
    return all(map(lt, ranks, islice(ranks, 1, None)))


def _raise_first(futures: Sequence[Future[R]]) -> None:
    """The error that stopped the readers, if one did."""
    errors = [e for future in futures if not future.cancelled() and (e := future.exception()) is not None]
    for error in sorted(errors, key=lambda e: isinstance(e, _Stopped)):
        raise error


def _pages(reading: Reading, number: int) -> Pages:
    """The span's part of the listing. Raises `Unordered` at the first key that does not rise."""
    span, seam = reading.spans[number], reading.seams[number]
    (last,) = reading.ranks([span.after])
    upto = None if span.upto is None else reading.ranks([span.upto])[0]
    seam.last = span.after
    for page in reading.bucket.pages("", start_after=span.after):
        if reading.stop.is_set():
            raise _Stopped
        if not page:
            continue
        rows = in_columns(page)
        keys = rows.keys
        ranks = reading.ranks(keys)
        if not (last < ranks[0] and rises(ranks)):
            raise Unordered(keys[0])
        seam.first = keys[0] if seam.first is None else seam.first
        inside = len(rows) if upto is None else bisect_right(ranks, upto)
        if inside:
            seam.last, last = keys[inside - 1], ranks[inside - 1]
            yield rows if inside == len(rows) else rows[:inside]
        if inside < len(rows):
            seam.beyond = keys[inside]
            return


def _check_seams(reading: Reading) -> None:
    """Raises `Unordered` where two readers did not meet at the same key, and do not when it is looked again."""
    for (left, right), span in zip(pairwise(reading.seams), reading.spans):
        cut = span.upto or ""
        if left.beyond == right.first:
            continue
        # Something may have been written or deleted there in between.
        if _beyond(reading, left.last, cut) != _beyond(reading, cut, cut):
            raise Unordered(left.beyond or right.first or "")


def _beyond(reading: Reading, after: str, cut: str) -> str | None:
    """The first key beyond `cut` that a listing after `after` tells."""
    (limit,) = reading.ranks([cut])
    for page in reading.bucket.pages("", start_after=after):
        for row in page:
            if reading.ranks([row.key])[0] > limit:
                return row.key
    return None
