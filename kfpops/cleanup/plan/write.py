"""A plan file as it is written: under another name until it is whole, so that a killed `plan` leaves no half plan."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

import msgspec

from kfpops.cleanup.plan.entry import Entry, Footer, Header
from kfpops.cleanup.plan.read import is_plan
from kfpops.errors import UsageError

_ENCODER = msgspec.json.Encoder()
_BLOCK = 1 << 20
_PART = ".part"
_RANDOM = re.compile(r"[a-z0-9_]{8}\.part")
"""What `mkstemp` puts between, and the end."""


def lines_of(entries: Iterable[Entry]) -> bytes:
    """Entries as lines. Raises `UnicodeEncodeError` for a key that is no Unicode text."""
    return _ENCODER.encode_lines(entries)


class PlanFile:
    """`with PlanFile(path, header) as file: file.add(…); file.finish(footer)`; without `finish` nothing is left behind.

    What a killed writer left beside it is taken away first; what another one is writing now is not. Entries must come sorted
    by bucket and key (then version, then upload), each once: `read_plan` refuses anything else. Raises `UsageError`
    when `path` cannot be written, or is something that is no plan and would be lost.
    """

    def __init__(self, path: Path, header: Header) -> None:
        self._path = path
        self._sum = hashlib.sha256()
        self._header = header

    def __enter__(self) -> PlanFile:
        check_target(self._path)
        begin = f".{self._path.name}."
        _remove_leftovers(self._path.parent, begin)
        try:
            descriptor, name = tempfile.mkstemp(prefix=begin, suffix=_PART, dir=self._path.parent)
        except OSError as error:
            raise UsageError(f"The plan {self._path} cannot be written: {error.strerror}.") from None
        self._part = Path(name)
        with contextlib.suppress(OSError):
            # Where there are no locks, nobody gets one to take it away either.
            _lock(descriptor)
        self._file = os.fdopen(descriptor, "wb", buffering=_BLOCK)
        self.add(_ENCODER.encode(self._header) + b"\n")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not self._file.closed:
            with contextlib.suppress(OSError):
                self._file.close()
            self._part.unlink(missing_ok=True)

    def add(self, lines: bytes) -> None:
        """Whole lines, as `lines_of` makes them."""
        self._sum.update(lines)
        self._file.write(lines)

    def copy(self, part: Path) -> None:
        """All lines of a file."""
        with part.open("rb") as file:
            while block := file.read(_BLOCK):
                self.add(block)

    def finish(self, footer: Footer) -> Footer:
        """Writes the footer with the sum of all above, syncs, and gives the plan its name."""
        whole = msgspec.structs.replace(footer, sha256=self._sum.hexdigest())
        self._file.write(_ENCODER.encode(whole) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self._path)
        _sync_folder(self._path.parent)
        return whole


def check_target(path: Path) -> None:
    """Raises `UsageError` where a plan must not, or cannot, be put: on a folder, in none, or on a file that is no plan."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder.", "Name a file for the plan: --output plan.jsonl")
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent} for the plan.")
    if path.exists() and path.stat().st_size and not is_plan(path):
        raise UsageError(f"{path} exists and is no plan; it is not overwritten.", "Name another file with --output.")


def _remove_leftovers(folder: Path, begin: str) -> None:
    """Those of writers that were killed: nobody holds the lock of these. None of them was ever taken for a plan."""
    for path in folder.iterdir():
        if path.name.startswith(begin) and _RANDOM.fullmatch(path.name[len(begin) :]):
            with contextlib.suppress(OSError):
                descriptor = os.open(path, os.O_RDWR)
                try:
                    _lock(descriptor)
                    path.unlink()
                finally:
                    os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Until it is closed, or its process dies. Raises `OSError` when another holds it."""
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sync_folder(folder: Path) -> None:
    """The new name survives a loss of power where the file system can do that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
