"""The exporter's ingest of a history, in a process of its own: `ingest_worker FILE RUNS PAGES`, or `… FILE warm`.

Runs are made here as KFP would list them, then counted and written as the exporter does, PAGES of 200 in a transaction; the
making is measured too. Prints one JSON object: seconds, what the sums say, the size of the file.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from hashlib import md5
from pathlib import Path
from uuid import UUID

from kfpops.exporter.checkpoint import Checkpoint
from kfpops.metrics.catalog import FAMILIES
from kfpops.metrics.change import Add
from kfpops.metrics.counting import changes_of
from kfpops.metrics.page import Batch, Counting
from kfpops.metrics.pipelines import WINDOW
from kfpops.metrics.seeding import born
from kfpops.metrics.seen import SeenRun
from kfpops.metrics.value import Distribution
from kfpops.model.run import Run, StateChange

PAGE = 200
PIPELINES, SPACES = 500, 20
_BEGIN = datetime(2024, 1, 1, tzinfo=timezone.utc)
_SINCE = (_BEGIN + timedelta(seconds=60 * 1_000_000 - WINDOW)).timestamp()
"""As the exporter keeps durations when it has just read a million runs."""
_STATES = ("SUCCEEDED",) * 8 + ("FAILED", "CANCELED")


def a_run(number: int) -> Run:
    """Every 25th was tried again; pipelines change from run to run, so that a page meets many."""
    began = _BEGIN + timedelta(seconds=60 * number)
    state = _STATES[number * 7 % len(_STATES)]
    history = [StateChange(began, "PENDING"), StateChange(began + timedelta(seconds=5), "RUNNING")]
    end = began + timedelta(seconds=20 + number * 7919 % 20000)
    if number % 25 == 0:
        history += [StateChange(end, "FAILED"), StateChange(end + timedelta(seconds=60), "RUNNING")]
        end += timedelta(seconds=600)
    run_id = str(UUID(bytes=md5(str(number).encode()).digest()))
    pipeline = int(run_id[:8], 16) % PIPELINES
    return Run(
        run_id, str(pipeline), state, f"team-{pipeline % SPACES}", created_at=began, scheduled_at=began, finished_at=end,
        state_history=(*history, StateChange(end, state)),
    )  # fmt: skip


def pages(number: int, size: int = PAGE) -> Iterator[list[Run]]:
    for start in range(0, number, size):
        yield [a_run(n) for n in range(start, min(start + size, number))]


def ingest(checkpoint: Checkpoint, runs: list[Run], named: set[tuple[str, str]]) -> None:
    seen = [SeenRun(run, run.namespace, f"pipeline-{run.name}") for run in runs]
    counted = checkpoint.counted(run.id for run in runs)
    new = {(one.namespace, one.pipeline) for one in seen} - named
    named |= new
    countings = []
    for one in seen:
        before = counted.get(one.run.id, 0)
        attempts = 2 if len(one.run.state_history) > 3 else 1
        countings.append(Counting(one.run.id, before, attempts, changes_of(one, before, _SINCE), one.run.created_at))
    births = tuple(Add(series, 0.0) for pair in sorted(new) for series in born(*pair))
    checkpoint.ingest(Batch("", tuple(countings), births, cursor=runs[-1].created_at, history=True))


def cold(path: Path, number: int, at_once: int) -> dict[str, object]:
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        named: set[tuple[str, str]] = set()
        for runs in pages(number, at_once * PAGE):
            ingest(checkpoint, runs, named)
        log = path.with_name(f"{path.name}-wal").stat().st_size
        return {"size": path.stat().st_size, "log": log, "folded": checkpoint.folded, **read(checkpoint)}


def read(checkpoint: Checkpoint) -> dict[str, object]:
    sums: Counter[str] = Counter()
    series = 0
    for one, value in checkpoint.series():
        series += 1
        sums[one.family] += value.count if isinstance(value, Distribution) else int(value)
    kept = ("kfp_runs_finished_total", "kfp_run_retries_total", "kfp_run_duration_seconds")
    return {"series": series, **{name: sums[name] for name in kept}}


def warm(path: Path) -> dict[str, object]:
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        return read(checkpoint)


def main() -> None:
    path, what = Path(sys.argv[1]), sys.argv[2]
    if what == "make":
        for runs in pages(int(sys.argv[3])):
            for run in runs:
                changes_of(SeenRun(run, run.namespace, "p"), 0)
        return
    began = time.perf_counter()
    told = warm(path) if what == "warm" else cold(path, int(what), int(sys.argv[3]))
    print(json.dumps({"seconds": time.perf_counter() - began, **told}))


if __name__ == "__main__":
    main()
