"""A line on stderr for what takes longer than two seconds, on terminals only, and gone when it is done."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TextIO

PATIENCE = 2.0
_STEP = 0.5


class Progress:
    """`with Progress("reading the cluster"): …`. Other streams than terminals stay untouched."""

    def __init__(self, doing: str, stream: TextIO | None = None, patience: float = PATIENCE) -> None:
        self._doing = doing
        self._stream = sys.stderr if stream is None else stream
        self._patience = patience
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Progress:
        if self._stream.isatty():
            self._thread = threading.Thread(target=self._tell, daemon=True)
            self._thread.start()
        return self

    def say(self, doing: str) -> None:
        """What it is doing now; may be said from any thread."""
        self._doing = doing

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _tell(self) -> None:
        began = time.monotonic()
        if self._done.wait(self._patience):
            return
        while True:
            self._stream.write(f"\r\x1b[2K{self._doing} … {time.monotonic() - began:.0f} s")
            self._stream.flush()
            if self._done.wait(_STEP):
                break
        self._stream.write("\r\x1b[2K")
        self._stream.flush()
