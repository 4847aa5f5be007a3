"""What a command does that serves until it is stopped."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

from kfpops.cli.door import INTERRUPTED

# A pod has 30 seconds to end; a page that is being read may take as long as KFP lets it.
_PATIENCE = 15.0


def until_stopped(run: Callable[[], None], stop: Callable[[], None]) -> int:
    """Runs `run` beside this thread until SIGTERM (exit code 0) or Ctrl-C (130); `stop` asks it to end.

    Signals only fill a queue: a handler that took a lock could wait for the very thread that it interrupted.
    """
    told: SimpleQueue[int] = SimpleQueue()
    before = {number: signal.signal(number, lambda n, _: told.put(n)) for number in (signal.SIGTERM, signal.SIGINT)}
    thread = Thread(target=run, name="loop", daemon=True)
    try:
        thread.start()
        number = told.get()
        stop()
        thread.join(_PATIENCE)
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)
    return INTERRUPTED if number == signal.SIGINT else 0


def log_to_stderr() -> None:
    """What the exporter warns of; -vv has set up more by now."""
    logger = logging.getLogger("kfpops")
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.WARNING)
