"""One exporter for one checkpoint: a lock file beside it, which the kernel frees when its holder dies."""

from __future__ import annotations

import os
from pathlib import Path

from kfpops.errors import Busy, UsageError


class Alone:
    """Holds `<checkpoint>.lock` by flock(2) from the start. Raises `Busy` when another process, or this one, has it.

    It is a file of its own: SQLite's locks on the database end when any other handle of the same file is closed.
    """

    def __init__(self, checkpoint: Path) -> None:
        import fcntl

        path = checkpoint.with_name(f"{checkpoint.name}.lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            message = f"The checkpoint {checkpoint} cannot be opened: {error.strerror}."
            raise UsageError(message, "Name a file in a folder that can be written with --checkpoint.") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            message = f"Another exporter has the checkpoint {checkpoint} open: two would count everything twice."
            raise Busy(message, "Stop it, or give this one a checkpoint of its own.") from None

    def release(self) -> None:
        os.close(self._file)
