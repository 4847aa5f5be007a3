"""A bucket's objects in byte order, each once, whatever order the store tells them in, and by several threads.

Order and completeness are not believed but seen. Every page is watched, and where two spans meet, both readers must have
seen the same key: then the spans together are what one reader would have read from the first key to the last. A store that
lists by the parts of a path (SeaweedFS: `model/f` before `model-v2/f`) is read so and sorted on disk; one in no order at all
is read by one reader and sorted.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Generic

from kfpops.cleanup.gather.readers import Fold, Order, Page, R, Reading, Unordered, by_span, rises, together
from kfpops.cleanup.gather.sorting import sorted_pages
from kfpops.cleanup.gather.spans import WHOLE, Span, between, by_components, thinned
from kfpops.ports import Bucket

_SMALL = 8
"""A bucket of no more pages is read by one reader: others would read more beyond their spans than in them."""
_FEW = 16
"""Stores that list by components (SeaweedFS) pay for every key of a page: each span more is half a page read in vain."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[R]):
    """What the fold made of each span, in byte order, and the order that the store was found to list in.

    `duplicates`: rows that were told more than once.
    """

    results: tuple[R, ...]
    order: Order
    duplicates: int = 0


def list_bucket(bucket: Bucket, cut: Callable[[], Sequence[Span]], fold: Fold[R], folder: Path) -> Listing[R]:
    """All objects of the bucket, by span. `cut` is asked where to cut when the bucket is large.

    Raises what the bucket raises: nothing that was read before is of use then.
    """
    begun = list(islice(bucket.pages(""), _SMALL + 1))
    order = _order_of(begun)
    if len(begun) <= _SMALL:
        if order == "bytes":
            return Listing((fold(0, WHOLE, iter(begun)),), order)
        return _sorted(begun, fold, folder, order)
    # An inventory file is read once, too.
    spans = (WHOLE,) if getattr(bucket, "from_inventory", False) else tuple(cut())
    del begun
    if order == "bytes":
        try:
            return Listing(by_span(Reading(bucket, spans, order), fold), order)
        except Unordered:
            order = "components"
    if order == "components" and len(spans) > 1:
        again = between(thinned([span.upto for span in spans if span.upto], _FEW), by_components)
        with contextlib.suppress(Unordered), contextlib.closing(together(Reading(bucket, again, order))) as pages:
            return _sorted(pages, fold, folder, order)
    return _sorted(bucket.pages(""), fold, folder, "none")


def _order_of(pages: Iterable[Page]) -> Order:
    """The order that the beginning of a listing shows."""
    keys = [row.key for page in pages for row in page]
    if rises(keys):
        return "bytes"
    return "components" if rises(list(map(by_components, keys))) else "none"


def _sorted(pages: Iterable[Page], fold: Fold[R], folder: Path, order: Order) -> Listing[R]:
    duplicates: list[int] = []
    return Listing((fold(0, WHOLE, sorted_pages(pages, folder, duplicates)),), order, sum(duplicates))
