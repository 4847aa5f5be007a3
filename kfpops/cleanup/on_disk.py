"""Sorting more than fits in memory: runs of sorted rows on disk, merged.

Rows are bytes in files without names, which vanish with the process. Whatever is sorted, about 12 MiB are held in memory.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import msgspec

from kfpops.cleanup.terms import to_bytes

R = TypeVar("R", bound=tuple[Any, ...])

_RUN_BYTES: Final = 8 * 2**20
_ROW_OVERHEAD: Final = 41
"""Of a bytes object and its place in a list."""
_FRAME_BYTES: Final = 32 * 2**10
_RUNS: Final = 64
"""So many files are merged at once, and so many frames held."""

_encoder, _frames = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(list[bytes])


def sorted_on_disk(rows: Iterable[R], kind: Callable[[Iterable[Any]], R] | type[R], folder: Path) -> Iterator[R]:
    """Named tuples whose first field is a key, in byte order of the key; equal keys by their other fields, in some order.

    The other fields are texts, numbers, truth values or None. `folder` exists; it takes files as large as the rows.
    """
    make = getattr(kind, "_make", kind)
    decode = msgspec.msgpack.Decoder(list[Any]).decode
    for row in sorted_bytes((as_key(to_bytes(row[0])) + _encoder.encode(row[1:]) for row in rows), folder):
        key, payload = split_key(row)
        yield make((key.decode("utf-8", "surrogateescape"), *decode(payload)))


def as_key(key: bytes) -> bytes:
    """Bytes that can be followed by others, and sort first by what they stand for."""
    return key.replace(b"\0", b"\0\xff") + b"\0\0"


def split_key(row: bytes) -> tuple[bytes, bytes]:
    """The key that a row begins with, and what follows it."""
    at = row.index(b"\0\0")
    return row[:at].replace(b"\0\xff", b"\0"), row[at + 2 :]


def sorted_bytes(rows: Iterable[bytes], folder: Path) -> Iterator[bytes]:
    """The rows in order; equal ones as often as they came."""
    runs: list[IO[bytes]] = []
    chunk: list[bytes] = []
    held = 0
    for row in rows:
        chunk.append(row)
        held += len(row) + _ROW_OVERHEAD
        if held >= _RUN_BYTES:
            chunk.sort()
            runs.append(_written(chunk, folder))
            chunk, held = [], 0
            if len(runs) == _RUNS:
                runs = [_written(_merged(runs), folder)]
    chunk.sort()
    if not runs:
        return iter(chunk)
    return _merged([*runs, _written(chunk, folder)])


def _merged(runs: list[IO[bytes]]) -> Iterator[bytes]:
    try:
        yield from heapq.merge(*(_read(run) for run in runs))
    finally:
        for run in runs:
            run.close()


def _written(rows: Iterable[bytes], folder: Path) -> IO[bytes]:
    """A file with the rows in frames: a length of four bytes, then a list in msgpack."""
    file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
    frame: list[bytes] = []
    held = 0
    for row in rows:
        frame.append(row)
        held += len(row)
        if held >= _FRAME_BYTES:
            _put(file, frame)
            frame, held = [], 0
    _put(file, frame)
    file.seek(0)
    return file


def _put(file: IO[bytes], frame: list[bytes]) -> None:
    packed = _encoder.encode(frame)
    file.write(len(packed).to_bytes(4, "big"))
    file.write(packed)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while head := file.read(4):
        yield from _frames.decode(file.read(int.from_bytes(head, "big")))
