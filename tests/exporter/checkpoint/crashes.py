"""What a kill can leave on the disk: every state of database and log between two commits, made from copies.

SQLite appends a commit's frames to the log from front to back, or overwrites old ones from the front; then it copies pages
into the database in their order, and only afterwards begins the log anew. So a kill leaves a beginning of what is new and
the rest of what was there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from kfpops.exporter.checkpoint import Checkpoint
from kfpops.metrics.family import Series
from kfpops.metrics.value import Value
from tests.exporter.checkpoint.worlds import FAMILIES, Past, a_batch, kept, kept_truth, shown, step, truth


@dataclass(frozen=True)
class Files:
    """Both files' bytes; b"" for one that is not there."""

    database: bytes
    log: bytes

    @classmethod
    def of(cls, path: Path) -> Files:
        return cls(*(one.read_bytes() if one.exists() else b"" for one in _both(path)))

    def write(self, path: Path) -> None:
        for one, content in zip(_both(path), (self.database, self.log)):
            one.unlink(missing_ok=True)
            if content:
                one.write_bytes(content)


def _both(path: Path) -> tuple[Path, Path]:
    return path, path.with_name(f"{path.name}-wal")


def torn(random: Random, before: Files, after: Files) -> Iterator[Files]:
    """Some of the states between two commits: within the log, at its ends, within the database."""
    for cut in (0, len(after.log), random.randrange(len(after.log) + 1), random.randrange(len(after.log) + 1)):
        yield Files(before.database, after.log[:cut] + before.log[cut:])
    if after.database != before.database:
        for cut in (random.randrange(len(after.database) + 1), len(after.database)):
            yield Files(after.database[:cut] + before.database[cut:], after.log)


def counted_in(told: dict[str, int], runs: list[Past]) -> tuple[dict[Series, Value], dict[Series, list[float]]]:
    """The truth about the attempts that pages have told so far, and about the last values of them."""
    past = [Past(run.run_id, run.pipeline, run.created_at, run.attempts[: told.get(run.run_id, 0)]) for run in runs]
    return truth(past), kept_truth(past)


def check_history(folder: Path, seed: int, steps: int) -> int:
    """A history in which each page may be the last: whatever a kill leaves is the truth before that page, or after it.

    The history goes on from one of those states. Returns how many were looked at.
    """
    random, runs, told, looked = Random(seed), list[Past](), dict[str, int](), 0
    path, copy = folder / f"{seed}.db", folder / f"{seed}-copy.db"
    for minute in range(steps):
        page = step(random, runs, minute)
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            # A log of a few pages only, so that copying into the database is seen too.
            checkpoint._database.execute(f"PRAGMA wal_autocheckpoint = {random.choice((1, 5, 1000))}")
            checkpoint.ingest(a_batch(checkpoint, []))
            before = Files.of(path)
            checkpoint.ingest(a_batch(checkpoint, page, minute=minute))
            after = Files.of(path)
        now = {**told, **{run.run_id: max(told.get(run.run_id, 0), len(run.attempts)) for run in page}}
        states = list(torn(random, before, after))
        for files in states:
            files.write(copy)
            _check(copy, page, runs, (told, now))
            looked += 1
        random.choice(states).write(path)
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            told = dict(checkpoint.counted(run.run_id for run in runs))
    return looked


def _check(path: Path, page: list[Past], runs: list[Past], either: tuple[dict[str, int], dict[str, int]]) -> None:
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        assert checkpoint.told == ()
        held = {run_id: number for run_id, number in checkpoint.counted(run.run_id for run in runs).items() if number}
        assert held in [{run_id: number for run_id, number in one.items() if number} for one in either]
        assert (shown(checkpoint), kept(checkpoint)) == counted_in(held, runs)
        checkpoint.ingest(a_batch(checkpoint, page))
        assert (shown(checkpoint), kept(checkpoint)) == counted_in(either[1], runs)
