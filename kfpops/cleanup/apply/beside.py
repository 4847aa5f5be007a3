"""Rows whose places hold what entries delete, though no entry names them: an importer's, under another name, a folder above.

An entry names the one artifact whose own task wrote the object. Other rows may lead to the same bytes, and an importer takes
whichever of them is LIVE.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kfpops.cleanup.apply.bits import Bits
from kfpops.cleanup.apply.job import Job
from kfpops.cleanup.apply.look import Numbered, Why, bucket_name
from kfpops.cleanup.claims import Claims
from kfpops.cleanup.inventory import Inventory
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.marks import places_in
from kfpops.cleanup.places import Place
from kfpops.cleanup.sorted_marks import SortedMarks
from kfpops.cleanup.targets.run_artifacts import judge_artifact
from kfpops.cleanup.terms import ordered
from kfpops.model.lineage import LIVE, Artifact

_PAGE: Final = 1000


@dataclass(slots=True)
class Beside:
    """Rows by their places, sorted on disk below `folder`, which exists: memory holds those around one key."""

    folder: Path
    _marks: SortedMarks = field(init=False)

    def __post_init__(self) -> None:
        self._marks = SortedMarks(self.folder)

    def write(self, rows: Iterable[tuple[Place, str]]) -> int:
        """Places and ids of rows, in whatever order; once. How many they were."""
        return self._marks.write((place.bucket, _mark(place.path, id)) for place, id in rows)

    def ids(self, entries: Iterable[Numbered]) -> Iterator[str]:
        """Of the rows at the key of an entry or above it; each but seldom more than once."""
        before: set[str] = set()
        for bucket, page in _pages(entries):
            found = {id for _, around in self._around(bucket, page) for one in around for id in one.ids}
            yield from sorted(found - before)
            before = found

    def whys(self, page: Sequence[Numbered]) -> dict[int, Why]:
        """Of the entries with such a row, by number: that it names them."""
        whys: dict[int, Why] = {}
        for bucket, part in _pages(page):
            for number, around in self._around(bucket, part):
                whys[number] = ("attributed", f"artifact {around[-1].ids[0]}")
        return whys

    def _around(self, bucket: str, page: Sequence[Numbered]) -> Iterator[tuple[int, list[_Open]]]:
        """Each entry that has any, with the places around it, the outermost first.

        Paths that begin a key stand in a stack, for each of them begins the next. Not all of these enclose it: `a/mod` does
        not enclose `a/model`.
        """
        keys = sorted((ordered(entry.key), number) for number, entry in page)
        first, last = (min(page, key=_key)[1].key, max(page, key=_key)[1].key)
        marks = groupby(self._marks.of(bucket, above=first, below=f"{last}\0"), key=lambda mark: mark.path)
        stack: list[_Open] = []
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
class _Open:
    """A path, `ordered`, and the rows that lead to it."""

    path: str
    ids: tuple[str, ...]

    def encloses(self, key: str) -> bool:
        return not self.path or len(self.path) == len(key) or key[len(self.path)] == "/"


def going_rows(job: Job, inventory: Inventory, claims: Claims) -> Iterator[tuple[Place, str]]:
    """All rows that are LIVE and that nothing needs any more, be they named by entries or not."""
    names = _buckets(job)
    for artifact in inventory.artifacts:
        places = places_in(names, artifact.uri) if artifact.uri and artifact.state == LIVE else ()
        if places and judge_artifact(artifact, claims).goes:
            yield from ((place, artifact.id) for place in places)


def broken(job: Job, rows: Iterable[Artifact], numbers: Bits) -> set[str]:
    """Ids of those rows at whose places, or below them, one of these entries lay: they are not whole."""
    if not numbers.count:
        return set()
    names = _buckets(job)
    with TemporaryDirectory(dir=job.work.folder) as folder:
        beside = Beside(Path(folder))
        beside.write((place, row.id) for row in rows for place in places_in(names, row.uri))
        return set(beside.ids(one for one in job.entries() if one[0] in numbers))


def _buckets(job: Job) -> tuple[str, ...]:
    return tuple(bucket_name(uri) for uri in job.header.buckets)


def _pages(entries: Iterable[Numbered]) -> Iterator[tuple[str, list[Numbered]]]:
    """Those of current objects, by bucket: an upload that is aborted, or an old version, breaks no row."""
    current = (one for one in entries if one[1].kind not in ("uploads", "versions"))
    for bucket, group in groupby(current, key=lambda one: one[1].bucket):
        while page := list(islice(group, _PAGE)):
            yield bucket, page


def _next(marks: Iterator[tuple[str, Iterator[Mark]]]) -> _Open | None:
    path, group = next(marks, ("", None))
    return None if group is None else _Open(ordered(path), tuple(mark.id for mark in group))


def _pop(stack: list[_Open], text: str) -> None:
    while stack and not text.startswith(stack[-1].path):
        stack.pop()


def _key(one: Numbered) -> str:
    return ordered(one[1].key)


def _mark(path: str, id: str) -> Mark:
    return Mark(path, "artifact", True, "expired", "artifact-expired", id=id)
