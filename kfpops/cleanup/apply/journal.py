"""The journal's file: records are on the disk before anything is done; a crash in the middle of a line costs that line."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Final

import msgspec

from kfpops.cleanup.apply.record import Begun, Record
from kfpops.errors import PlanRefused, UsageError

_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Record)
_HINT: Final = "Its journal tells what was deleted, so keep it. Make a new plan, which gets a journal of its own."


class Journal:
    """`with Journal(path, sha256) as journal: …`. It is made with the first record; `sync` is fsync(2).

    Raises `PlanRefused` when it is the journal of another plan, or holds a line that is no record, and `UsageError` when it
    cannot be opened.
    """

    def __init__(self, path: Path, sha256: str, sync: Callable[[int], None] = os.fsync) -> None:
        self._path, self._sha256, self._sync = path, sha256, sync
        self._file: int | None = None

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def records(self) -> Iterator[Record]:
        """All whole records so far; none when there is no journal yet. A torn last line is left out."""
        yield from read_journal(self._path, self._sha256)

    def append(self, *records: Record) -> None:
        """Returns when all of them are on the disk."""
        file = self._opened()
        text = b"".join(_ENCODER.encode(record) + b"\n" for record in records)
        written = 0
        try:
            while written < len(text):
                written += os.write(file, text[written:])
            self._sync(file)
        except OSError as error:
            message = f"The journal {self._path} cannot be written: {error.strerror}. Nothing is deleted without it."
            raise UsageError(message, hint="Make room, then apply the plan again: it goes on where it was.") from error

    def _opened(self) -> int:
        if self._file is None:
            try:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            except OSError as error:
                raise UsageError(f"The journal {self._path} cannot be written: {error.strerror}.") from error
            _cut(self._file)
            self._sync_folder()
        return self._file

    def _sync_folder(self) -> None:
        """A new name survives a loss of power only when its folder is synced too; some file systems cannot."""
        with contextlib.suppress(OSError):
            folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                self._sync(folder)
            finally:
                os.close(folder)


def read_journal(path: Path, sha256: str = "") -> Iterator[Record]:
    """The records of a journal that nobody need hold open. `sha256`: of the plan that it must be of; "" for any."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"The journal {path} cannot be read: {error.strerror}.") from error
    with file:
        for number, record in enumerate(_lines(path, file)):
            if number == 0 and not isinstance(record, Begun):
                raise PlanRefused(f"{path} is no journal of a clean-up: it does not begin as one.", _HINT)
            if isinstance(record, Begun) and sha256 and record.sha256 != sha256:
                raise PlanRefused(f"{path} is the journal of another plan ({record.plan}).", "Name another with --journal.")
            yield record


def _lines(path: Path, file: IO[bytes]) -> Iterator[Record]:
    for number, line in enumerate(file, start=1):
        if not line.endswith(b"\n"):
            return
        try:
            yield _DECODER.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise PlanRefused(f"Line {number} of the journal {path} is damaged: {error}.", _HINT) from error


def _cut(file: int) -> None:
    """Removes a torn last line: it was never synced whole, so nothing was done for it."""
    end = os.fstat(file).st_size
    block, at = b"", end
    while at > 0:
        start = max(0, at - (1 << 16))
        block = os.pread(file, at - start, start)
        newline = block.rfind(b"\n")
        if newline >= 0:
            at = start + newline + 1
            break
        at = start
    if at < end:
        os.ftruncate(file, at)
