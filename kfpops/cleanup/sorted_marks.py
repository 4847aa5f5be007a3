"""Marks sorted by bucket and bytes of their path, on disk: read from the beginning, or from any key on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import msgspec

from kfpops.cleanup.mark import Mark
from kfpops.cleanup.on_disk import as_key, sorted_bytes, split_key
from kfpops.cleanup.terms import to_bytes

_BLOCK: Final = 256
"""Marks that are read at once: of a million, the index holds four thousand paths."""
_NUMBER: Final = 4
"""Bytes of a bucket's number, by which rows are sorted first."""
_BELOW: Final = ord("0")
"""The first byte behind `/`: what encloses a key goes on there with `/`, or with what comes before it."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[bytes]).decode
_fields = msgspec.msgpack.Decoder(list[Any]).decode


class _Block(NamedTuple):
    """Paths, and what a mark has beside its path."""

    paths: list[bytes]
    payloads: list[bytes]


class _Blocks:
    """Of one bucket: where each block lies in the file, and the path it begins with."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.first: list[bytes] = []
        self._places: list[tuple[int, int]] = []
        # Whoever looks at one key after another meets the same blocks again and again.
        self.read = lru_cache(maxsize=32)(self._read)

    def append(self, file: IO[bytes], block: list[bytes]) -> None:
        packed = _encode(block)
        self.first.append(split_key(block[0])[0])
        self._places.append((file.tell(), len(packed)))
        file.write(packed)

    def _read(self, number: int) -> _Block:
        offset, length = self._places[number]
        with self.file.open("rb") as file:
            file.seek(offset)
            rows = [split_key(row) for row in _decode(file.read(length))]
        return _Block([path for path, _ in rows], [payload for _, payload in rows])


class SortedMarks:
    """Written once, then read as often as wanted, by several threads too. Its files lie in `folder`, which exists."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._buckets: dict[str, _Blocks] = {}

    def write(self, marks: Iterable[tuple[str, Mark]]) -> int:
        """How many they were. Each comes with its bucket's name."""
        names: dict[str, int] = {}
        rows = sorted_bytes(_rows(marks, names), self._folder)
        count = 0
        for number, of_bucket in groupby(rows, key=itemgetter(slice(_NUMBER))):
            bucket = list(names)[int.from_bytes(number, "big")]
            blocks = self._buckets[bucket] = _Blocks(self._folder / f"marks-{int.from_bytes(number, 'big')}")
            with blocks.file.open("wb") as file:
                while block := [row[_NUMBER:] for row in islice(of_bucket, _BLOCK)]:
                    blocks.append(file, block)
                    count += len(block)
        return count

    def of(self, bucket: str, *, above: str = "", below: str | None = None) -> Iterator[Mark]:
        """In byte order of their paths, all that can hold for a key behind `above` and up to `below`, which counts.

        Those around such a key begin before it: they come, too. `below` None: to the end.
        """
        blocks = self._buckets.get(bucket)
        if blocks is None:
            return
        start, end = to_bytes(above), None if below is None else to_bytes(below)
        if start:
            for enclosing in _enclosing(start):
                yield from _at(blocks, enclosing)
        for path, payload in _behind(blocks, start):
            if end is not None and path > end:
                return
            yield _mark(path, payload)


def _enclosing(key: bytes) -> Iterator[bytes]:
    """Paths before a key that can hold for it, or for keys behind it: the shortest first."""
    yield b""
    yield from (key[:length] for length in range(1, len(key)) if key[length] < _BELOW)
    yield key


def _behind(blocks: _Blocks, start: bytes) -> Iterator[tuple[bytes, bytes]]:
    """All rows whose path is behind `start`; with "" all there are."""
    number = max(bisect_right(blocks.first, start) - 1, 0) if start else 0
    while number < len(blocks.first):
        paths, payloads = blocks.read(number)
        begin = bisect_right(paths, start) if start else 0
        yield from zip(paths[begin:], payloads[begin:])
        number += 1


def _at(blocks: _Blocks, path: bytes) -> Iterator[Mark]:
    """The marks of exactly this path; they may go on in further blocks, and begin at the end of the one before."""
    for number in range(max(bisect_left(blocks.first, path) - 1, 0), bisect_right(blocks.first, path)):
        paths, payloads = blocks.read(number)
        for at in range(bisect_left(paths, path), bisect_right(paths, path)):
            yield _mark(path, payloads[at])


def _rows(marks: Iterable[tuple[str, Mark]], names: dict[str, int]) -> Iterator[bytes]:
    for bucket, mark in marks:
        number = names.setdefault(bucket, len(names))
        yield number.to_bytes(_NUMBER, "big") + as_key(to_bytes(mark[0])) + _encode(mark[1:])


def _mark(path: bytes, payload: bytes) -> Mark:
    # What NamedTuple's own constructor does, without its Python frame.
    return tuple.__new__(Mark, (path.decode("utf-8", "surrogateescape"), *_fields(payload)))
