"""Rows whose places hold what entries delete, though no entry names them: an importer's, under another name, a folder above.

An entry names the one artifact whose own task wrote the object. Other rows may lead to the same bytes, and an importer takes
whichever of them is LIVE.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from kfpops.cleanup.apply.job import Job
from kfpops.cleanup.apply.look import Numbered, Why
from kfpops.cleanup.batches import batches
from kfpops.cleanup.claims import Claims
from kfpops.cleanup.inventory import Inventory
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.marks import places_in
from kfpops.cleanup.places import Place
from kfpops.cleanup.sorted_marks import SortedMarks
from kfpops.cleanup.targets.run_artifacts import judge_artifact
from kfpops.cleanup.terms import ordered
from kfpops.model.lineage import DELETED, LIVE

_PAGE: Final = 1000


class Row(NamedTuple):
    """A row of the lineage store by one of its places. `live`: an importer could take it."""

    place: Place
    id: str
    live: bool = False


@dataclass(slots=True)
class Beside:
    """Rows by their places, sorted on disk below `folder`, which exists: memory holds those around one key."""

    folder: Path
    _marks: SortedMarks = field(init=False)

    def __post_init__(self) -> None:
        self._marks = SortedMarks(self.folder)

    def write(self, rows: Iterable[Row]) -> int:
        """In whatever order; once. How many they were."""
        return self._marks.write((row.place.bucket, _mark(row)) for row in rows)

    def ids(self, entries: Iterable[Numbered]) -> Iterator[str]:
        """Of the rows at the key of an entry or above it; each but seldom more than once."""
        before: set[str] = set()
        for bucket, page in pages_of(entries):
            found = {id for _, around in self.around(bucket, page) for one in around for id in one.ids}
            yield from sorted(found - before)
            before = found

    def rows(self, page: Sequence[Numbered]) -> dict[int, tuple[str, ...]]:
        """Ids of the rows around each entry that has any, by number."""
        found: dict[int, tuple[str, ...]] = {}
        for bucket, part in pages_of(page):
            for number, around in self.around(bucket, part):
                found[number] = around[0].ids if len(around) == 1 else tuple(id for one in around for id in one.ids)
        return found

    def whys(self, page: Sequence[Numbered]) -> dict[int, Why]:
        """Of the entries around which a row is LIVE, by number: that it names them."""
        whys: dict[int, Why] = {}
        for bucket, part in pages_of(page):
            for number, around in self.around(bucket, part):
                live = next((one.live for one in reversed(around) if one.live), "")
                if live:
                    whys[number] = ("attributed", f"artifact {live}")
        return whys

    def around(self, bucket: str, page: Sequence[Numbered]) -> Iterator[tuple[int, list[Open]]]:
        """Each entry that has any, with the places around it, the outermost first.

        Paths that begin a key stand in a stack, for each of them begins the next. Not all of these enclose it: `a/mod` does
        not enclose `a/model`.
        """
        keys = sorted((ordered(entry.key), number) for number, entry in page)
        first, last = (min(page, key=_key)[1].key, max(page, key=_key)[1].key)
        marks = groupby(self._marks.of(bucket, above=first, below=f"{last}\0"), key=lambda mark: mark.path)
        stack: list[Open] = []
        ahead = _next(marks)
        for key, number in keys:
            while ahead is not None and ahead.path <= key:
                _pop(stack, ahead.path)
                stack.append(ahead)
                ahead = _next(marks)
            _pop(stack, key)
            around = [one for one in stack if one.encloses(key)]
            if around:
                yield number, around


@dataclass(frozen=True, slots=True)
class Open:
    """A path as it is and `ordered`, and the rows that lead to it. `live`: the first of them that is, or ""."""

    name: str
    path: str
    ids: tuple[str, ...]
    live: str

    def encloses(self, key: str) -> bool:
        return not self.path or len(self.path) == len(key) or key[len(self.path)] == "/"


@dataclass(slots=True)
class Going:
    """The rows that nothing needs any more and that are not DELETED, be they named by entries or not.

    `needed`: once all were met, those that this job has marked, and that something needs by now.
    """

    job: Job
    inventory: Inventory
    claims: Claims
    needed: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Row]:
        names, marked = self.job.bucket_names, self.job.state.marked
        for artifact in self.inventory.artifacts:
            places = places_in(names, artifact.uri) if artifact.uri and artifact.state != DELETED else ()
            if not places:
                continue
            if judge_artifact(artifact, self.claims).goes:
                yield from (Row(place, artifact.id, artifact.state == LIVE) for place in places)
            elif artifact.id in marked:
                self.needed.append(artifact.id)


def pages_of(entries: Iterable[Numbered]) -> Iterator[tuple[str, list[Numbered]]]:
    """Those of current objects, by bucket: an upload that is aborted, or an old version, breaks no row."""
    current = (one for one in entries if one[1].kind not in ("uploads", "versions"))
    for bucket, group in groupby(current, key=lambda one: one[1].bucket):
        yield from ((bucket, page) for page in batches(group, _PAGE))


def _next(marks: Iterator[tuple[str, Iterator[Mark]]]) -> Open | None:
    path, group = next(marks, ("", None))
    if group is None:
        return None
    rows = list(group)
    live = next((mark.id for mark in rows if not mark.goes), "")
    return Open(path, ordered(path), tuple(mark.id for mark in rows), live)


def _pop(stack: list[Open], text: str) -> None:
    while stack and not text.startswith(stack[-1].path):
        stack.pop()


def _key(one: Numbered) -> str:
    return ordered(one[1].key)


def _mark(row: Row) -> Mark:
    """A row that is LIVE is one that does not go."""
    return Mark(row.place.path, "artifact", not row.live, "expired", "artifact-expired", id=row.id)
