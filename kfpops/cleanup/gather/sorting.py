"""Pages of a listing in no order → the same objects by key, each once, sorted on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kfpops.model.bucket import BucketObject

_PAGE = 1000


def sorted_pages(
    pages: Iterable[Sequence[BucketObject]], folder: Path, duplicates: list[int]
) -> Iterator[Sequence[BucketObject]]:
    """Pages by key. Of a key that was told more than once the newest row is taken: the one that is kept the longest.

    How many rows were left out is appended to `duplicates` at the end.
    """
    from kfpops.cleanup.on_disk import sorted_on_disk

    page: list[BucketObject] = []
    left_out = 0
    for row in sorted_on_disk((row for page in pages for row in page), BucketObject, folder):
        if page and page[-1].key == row.key:
            left_out += 1
            page[-1] = max(page[-1], row, key=lambda r: r.modified_at)
            continue
        if len(page) == _PAGE:
            yield page
            page = []
        page.append(row)
    duplicates.append(left_out)
    if page:
        yield page
