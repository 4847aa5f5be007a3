"""How many bytes lie below each artifact's URI: a listing of its own, where a policy asks for sizes."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

import msgspec

from kfpops.cleanup.gather.buckets import Opened
from kfpops.cleanup.gather.listing import list_bucket
from kfpops.cleanup.gather.spans import WHOLE, Span
from kfpops.cleanup.gather.sweep import marks_of_span
from kfpops.cleanup.inventory import ArtifactFact, Inventory
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.places import UnknownScheme, places_of
from kfpops.cleanup.sorted_marks import SortedMarks
from kfpops.cleanup.terms import ordered
from kfpops.model.bucket import BucketObject

Cuts: TypeAlias = Callable[[Opened], Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Sized:
    """The artifacts with their sizes, which stand in the order of the artifacts."""

    artifacts: Iterable[ArtifactFact]
    sizes: array[int]

    def __iter__(self) -> Iterator[ArtifactFact]:
        for artifact, size in zip(self.artifacts, self.sizes):
            yield msgspec.structs.replace(artifact, size=size)


@dataclass(slots=True)
class _Place:
    """The artifacts at one path, and the bytes that were seen there."""

    path: str
    indices: list[int]
    size: int = 0


_Sums: TypeAlias = "tuple[array[int], array[int]]"
"""Numbers of artifacts, and bytes of each."""


def measured(inventory: Inventory, buckets: Sequence[Opened], folder: Path, cuts: Cuts = lambda _: (WHOLE,)) -> Inventory:
    """The same inventory, with sizes. What lies below several URIs counts for each of them.

    Memory: 24 bytes for each artifact.
    """
    (folder / "sizes").mkdir()
    marks = SortedMarks(folder / "sizes")
    marks.write(_marks(inventory, {opened.name for opened in buckets}))
    sizes = array("q", bytes(8 * sum(1 for _ in inventory.artifacts)))

    def fold(opened: Opened, number: int, span: Span, pages: Iterator[Sequence[BucketObject]]) -> _Sums:
        found = array("q"), array("q")
        for place in _places(pages, marks_of_span(marks, opened.name, span)):
            found[0].extend(place.indices)
            found[1].extend([place.size] * len(place.indices))
        return found

    for opened in buckets:
        for indices, sums in list_bucket(opened.bucket, partial(cuts, opened), partial(fold, opened), folder).results:
            for index, size in zip(indices, sums):
                sizes[index] += size
    return replace(inventory, artifacts=Sized(inventory.artifacts, sizes))


def _marks(inventory: Inventory, names: Collection[str]) -> Iterator[tuple[str, Mark]]:
    """At every place that an artifact's URI may mean; the mark's id is the artifact's number."""
    for number, artifact in enumerate(inventory.artifacts):
        places = places_of(artifact.uri, names)
        if isinstance(places, UnknownScheme):
            continue
        for bucket, path in dict.fromkeys(places):
            if bucket in names and path:
                yield bucket, Mark(path, "artifact", False, "live", "run-kept", id=str(number))


def _places(pages: Iterable[Sequence[BucketObject]], marks: Iterable[Mark]) -> Iterator[_Place]:
    """The places with anything in them, each once. A place waits until `path/` is reached, as in `cleanup.around`."""
    ahead = (_Place(path, [int(m.id) for m in some]) for path, some in groupby(marks, key=lambda m: ordered(m.path)))
    following = next(ahead, None)
    stack: list[_Place] = []
    waiting: list[_Place] = []
    for key, size in ((ordered(row.key), row.size) for page in pages for row in page):
        while stack and not key.startswith(f"{stack[-1].path}/"):
            yield stack.pop()
        while waiting and f"{waiting[-1].path}/" <= key:
            reached = waiting.pop()
            if key.startswith(f"{reached.path}/"):
                stack.append(reached)
            elif reached.size:
                yield reached
        while following and following.path <= key:
            if key.startswith(f"{following.path}/"):
                stack.append(following)
            elif key < f"{following.path}/":
                following.size = size if key == following.path else 0
                waiting.append(following)
            following = next(ahead, None)
        for place in stack:
            place.size += size
    yield from stack
    yield from (place for place in waiting if place.size)
