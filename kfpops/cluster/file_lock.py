"""A lock file: keeps out other clean-ups on this machine, where no Lease in the cluster can."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from kfpops.errors import Busy, UsageError


class FileLock:
    """`kfpops.ports.Lock` by flock(2): the kernel frees it when its holder dies, however it dies.

    The file holds the generation, and who has it. It is never removed: whoever waits for a removed file waits alone.
    """

    def __init__(self, path: Path, holder: str) -> None:
        self._path, self._holder = path, holder
        self._file: int | None = None
        self.told = f"the lock file {path}: clean-ups on other machines are not kept out"

    def acquire(self) -> int:
        import fcntl

        if self._file is not None:
            raise Busy(f"This command itself holds {self._path}.")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise UsageError(f"The lock file {self._path} cannot be opened: {error.strerror}.") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _, who = _read(file)
            os.close(file)
            raise Busy(f"{who or 'Another clean-up'} holds {self._path}.", hint="Wait until it has ended.") from None
        generation = _read(file)[0] + 1
        os.ftruncate(file, 0)
        os.pwrite(file, f"{generation} {self._holder}\n".encode(), 0)
        os.fsync(file)
        self._file = file
        return generation

    def renew(self) -> None:
        """A lock file is held until it is let go; one that was removed by hand is not held any more."""
        if self._file is None:
            raise Busy(f"{self._path} is not held.")
        try:
            same = os.path.samestat(os.fstat(self._file), self._path.stat())
        except OSError:
            same = False
        if not same:
            raise Busy(f"Somebody removed the lock file {self._path}: another clean-up may be under way.")

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def lock_path(bucket: str, environ: Mapping[str, str]) -> Path:
    """Below $XDG_STATE_HOME, else ~/.local/state: one file for each bucket."""
    state = environ.get("XDG_STATE_HOME", "")
    base = Path(state) if state.startswith("/") else Path.home() / ".local" / "state"
    return base / "kfpops" / "locks" / f"{re.sub(r'[^A-Za-z0-9.-]', '_', bucket)}.lock"


def _read(file: int) -> tuple[int, str]:
    """Generation and holder; 0 and "" of a file that nobody has written."""
    number, _, who = os.pread(file, 500, 0).decode("utf-8", "replace").strip().partition(" ")
    return (int(number) if number.isdecimal() else 0), who
