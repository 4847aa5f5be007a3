"""The entries in the middle of a plan file, block by block, however many they are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

import msgspec

from kfpops.cleanup.plan.entry import Entry
from kfpops.errors import PlanRefused, UsageError

_ENTRY = msgspec.json.Decoder(Entry)
BAD = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What comes of a line that is no JSON, not of the shape, no UTF-8, or nested without end."""
_BLOCK = 1 << 20
_LONGEST = 1 << 20
"""No entry is longer: it holds one key of 1,024 bytes."""
_AGAIN = "Make the plan again with `kfpops cleanup plan`, and review it again."


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a plan, from its file: iterated as often as wanted. Raises `PlanRefused` when the file has changed."""

    path: Path
    start: int
    end: int
    state: tuple[int, int, int]

    def __iter__(self) -> Iterator[Entry]:
        with opened(self.path) as file:
            for block in blocks(file, self):
                try:
                    yield from _ENTRY.decode_lines(block)
                except BAD as error:
                    refuse(self.path, f"was edited: a line of it is no entry ({error})")


def blocks(file: IO[bytes], entries: Entries) -> Iterator[bytes]:
    """Whole lines, about a block at a time."""
    if state_of(file) != entries.state:
        refuse(entries.path, "has changed while it was read")
    file.seek(entries.start)
    left = entries.end - entries.start
    rest = b""
    while left:
        read = file.read(min(_BLOCK, left))
        if not read:
            refuse(entries.path, "has changed while it was read")
        left -= len(read)
        whole, newline, rest = (rest + read).rpartition(b"\n")
        if newline:
            yield whole + newline
        elif len(rest) > _LONGEST:
            refuse(entries.path, "was edited: a line of it is longer than any entry")
    if rest:
        refuse(entries.path, "was edited: a line of it has no end")


def state_of(file: IO[bytes]) -> tuple[int, int, int]:
    """By what a change of the file is seen."""
    seen = os.fstat(file.fileno())
    return seen.st_ino, seen.st_size, seen.st_mtime_ns


def opened(path: Path) -> IO[bytes]:
    """Raises `UsageError` for a file that cannot be read."""
    try:
        return path.open("rb")
    except OSError as error:
        raise UsageError(f"The plan {path} cannot be read: {error.strerror}.") from None


def refuse(path: Path, why: str) -> NoReturn:
    """Raises `PlanRefused`: the plan at `path` is so."""
    raise PlanRefused(f"The plan {path} {why}. Nothing was deleted.", _AGAIN)
