"""An exporter that is there to be killed: `killed PATH` goes on with a history from where the checkpoint stands."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

from kfpops.exporter.checkpoint import Checkpoint
from kfpops.metrics.family import Series
from tests.exporter.checkpoint.worlds import FAMILIES, Past, a_batch, at, step

STEPS = 400


def world(steps: int) -> tuple[list[Past], list[Past]]:
    """The last page of a history of so many steps, and all its runs; the same whoever asks."""
    random, runs, page = Random(3), list[Past](), list[Past]()
    for minute in range(steps):
        page = step(random, runs, minute)
    return page, runs


def main() -> None:
    with Checkpoint.open(Path(sys.argv[1]), FAMILIES) as checkpoint:
        cursor, random, runs = checkpoint.cursor(""), Random(3), list[Past]()
        sys.stdout.write("open\n")
        sys.stdout.flush()
        for minute in range(STEPS):
            page = step(random, runs, minute)
            # The page before the cursor is told again, as a poll's overlap does it.
            if cursor is None or at(minute + 2) > cursor:
                checkpoint.ingest(a_batch(checkpoint, page[:200], minute=minute))
                checkpoint.exposed(some_waiting(checkpoint, minute))


def some_waiting(checkpoint: Checkpoint, minute: int) -> list[Series]:
    waiting = checkpoint.unexposed()
    return [one for number, one in enumerate(waiting) if number % 3 == minute % 3]


if __name__ == "__main__":
    main()
