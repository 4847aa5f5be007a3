"""Rows on disk: written once, read as often as wanted, one at a time in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar

import msgspec

from kfpops.errors import UsageError

R = TypeVar("R", bound=msgspec.Struct)

_LINES = 512


class Spilled(Generic[R]):
    """The rows of a file, JSON lines; each iteration opens the file anew. `count`: how many there are."""

    def __init__(self, path: Path, kind: type[R], count: int) -> None:
        self._path, self._kind, self.count = path, kind, count

    def drop(self) -> None:
        """Removes the file: it cannot be read any more."""
        self._path.unlink(missing_ok=True)

    def __iter__(self) -> Iterator[R]:
        decode = msgspec.json.Decoder(self._kind).decode
        with self._path.open("rb") as file:
            for line in file:
                yield decode(line)


def spill(rows: Iterable[R], kind: type[R], path: Path) -> Spilled[R]:
    """Writes the rows in their order. An existing file is replaced. Raises `UsageError` when it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            return Spilled(path, kind, _write(rows, file))
    except OSError as error:
        hint = "The rows of the lineage store are kept in a temporary folder; TMPDIR says where."
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.", hint) from error


def _write(rows: Iterable[R], file: BinaryIO) -> int:
    encode = msgspec.json.Encoder().encode_lines
    count = 0
    some: list[R] = []
    for row in rows:
        some.append(row)
        if len(some) == _LINES:
            file.write(encode(some))
            count, some = count + len(some), []
    file.write(encode(some))
    return count + len(some)
