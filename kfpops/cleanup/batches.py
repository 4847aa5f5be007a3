"""Something iterated, a list of so many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of so many, the last shorter; none is empty. The next is read when it is asked for."""
    source = iter(things)
    while some := list(islice(source, size)):
        yield some
