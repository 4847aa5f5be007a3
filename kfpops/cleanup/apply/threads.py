"""Requests side by side: what an apply is given outside of tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_MOST = 32


def by_threads(calls: Sequence[Callable[[], T]], /) -> Sequence[T]:
    """At most thirty-two at a time; `work.Together`. Returns, or raises, when all of them have ended."""
    if len(calls) <= 1:
        return [call() for call in calls]
    with ThreadPoolExecutor(min(_MOST, len(calls)), thread_name_prefix="cleanup") as pool:
        return list(pool.map(lambda call: call(), calls))
