"""Many small requests, several at once: the answers in order, few of them waiting, and no more asked after an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from kfpops.cleanup.batches import batches

T = TypeVar("T")
V = TypeVar("V")

_AT_ONCE, _AHEAD = 8, 256


def in_parallel(ask: Callable[[T], V], things: Iterable[T]) -> Iterator[tuple[T, V]]:
    """Each thing with the answer to it. The first error is raised, and what was not begun by then is not asked any more."""
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="cleanup")
    try:
        for some in batches(things, _AHEAD):
            yield from zip(some, pool.map(ask, some), strict=True)
    finally:
        pool.shutdown(cancel_futures=True)
