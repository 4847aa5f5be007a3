"""Histories of runs for the checkpoint's tests, and the truth about them in plain Python: no SQLite, no batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from random import Random

from kfpops.exporter.checkpoint import Checkpoint
from kfpops.exporter.checkpoint.recent import pairs_of
from kfpops.metrics.change import Add, Change, Keep, Observe, Put
from kfpops.metrics.family import Family, Series
from kfpops.metrics.page import Batch, Counting, OpenRun
from kfpops.metrics.pipelines import MOST
from kfpops.metrics.value import Distribution, Value

ENDS = Family("ends_total", "counter", "Ends", ("namespace", "pipeline", "state"))
TOOK = Family("took_seconds", "histogram", "How long", ("namespace", "pipeline"), "seconds", (1.0, 10.0))
LAST = Family("last_seconds", "gauge", "When", ("namespace", "pipeline"), "seconds")
ALL = Family("all_total", "counter", "All there are", ("namespace",))
FAMILIES = (ENDS, TOOK, LAST, ALL)
T0 = datetime(2026, 11, 21, 10, tzinfo=timezone.utc)


def at(minute: float) -> datetime:
    return T0 + timedelta(minutes=minute)


@dataclass
class Past:
    """A run and its attempts so far: (state, seconds, minute of the end). It is changed in place, as KFP does it."""

    run_id: str
    pipeline: str
    created_at: datetime
    attempts: list[tuple[str, float, float]] = field(default_factory=list)
    running: bool = False


def changes_of(run: Past, counted: int) -> tuple[Change, ...]:
    return tuple(change for attempt in run.attempts[counted:] for change in _of_attempt(run, attempt))


def _of_attempt(run: Past, attempt: tuple[str, float, float]) -> Iterator[Change]:
    state, seconds, minute = attempt
    yield Add(Series(ENDS.name, ("a", run.pipeline, state)), 1.0, run.run_id)
    yield Add(Series(ALL.name, ("a",)))
    yield Observe(Series(TOOK.name, ("a", run.pipeline)), seconds, run.run_id)
    yield Keep(Series(TOOK.name, ("a", run.pipeline)), seconds, at(minute).timestamp())
    yield Put(Series(LAST.name, ("a", run.pipeline)), minute, at(minute).timestamp())


def a_batch(checkpoint: Checkpoint, runs: Iterable[Past], *, minute: float = 0, history: bool = False) -> Batch:
    """A page as the poll makes it: counted from what the checkpoint says."""
    page = tuple(runs)
    counted = checkpoint.counted(run.run_id for run in page)
    return Batch(
        "",
        tuple(_counting(run, counted.get(run.run_id, 0)) for run in page),
        opened=tuple(OpenRun(run.run_id, "a", run.pipeline, "RUNNING", run.created_at) for run in page if run.running),
        closed=tuple(run.run_id for run in page if not run.running),
        cursor=at(minute),
        history=history,
    )


def _counting(run: Past, counted: int) -> Counting:
    return Counting(run.run_id, counted, len(run.attempts), changes_of(run, counted), run.created_at)


def truth(runs: Iterable[Past]) -> dict[Series, Value]:
    """What all of it comes to."""
    counts: Counter[Series] = Counter()
    took: dict[Series, list[float]] = {}
    last: dict[Series, float] = {}
    for run in runs:
        for change in changes_of(run, 0):
            match change:
                case Add():
                    counts[change.series] += 1
                case Observe():
                    took.setdefault(change.series, []).append(change.value)
                case Put():
                    last[change.series] = max(change.value, last.get(change.series, 0.0))
    return {**{s: float(n) for s, n in counts.items()}, **{s: _spread(v) for s, v in took.items()}, **last}


def kept(checkpoint: Checkpoint) -> dict[Series, list[float]]:
    """The moments of the last values."""
    return {series: [moment for moment, _ in pairs_of(pairs)] for series, pairs in checkpoint.recent()}


def kept_truth(runs: Iterable[Past]) -> dict[Series, list[float]]:
    found: dict[Series, list[float]] = {}
    for run in runs:
        for change in changes_of(run, 0):
            if isinstance(change, Keep):
                found.setdefault(change.series, []).append(change.at)
    return {series: sorted(moments)[-MOST:] for series, moments in found.items()}


def _spread(values: list[float]) -> Distribution:
    low, middle = sum(v <= 1 for v in values), sum(1 < v <= 10 for v in values)
    return Distribution((low, middle, len(values) - low - middle), sum(values))


def shown(checkpoint: Checkpoint) -> dict[Series, Value]:
    """All series when everything was sent; exemplars left out, which the file does not keep."""
    checkpoint.exposed(checkpoint.unexposed())
    return {series: plain(value) for series, value in checkpoint.series()}


def plain(value: Value) -> Value:
    return Distribution(value.buckets, value.sum) if isinstance(value, Distribution) else value


def step(random: Random, runs: list[Past], minute: float) -> list[Past]:
    """KFP goes on: a run begins, ends or is tried again. A page of it: some runs, old ones too, and at times one twice."""
    for _ in range(random.randrange(1, 4)):
        if not runs or random.random() < 0.5:
            created = at(minute)
            runs.append(Past(f"run-{len(runs)}", f"p{random.randrange(4)}", created, running=True))
        else:
            _go_on(random, random.choice(runs), minute)
    page = random.sample(runs, random.randrange(1, len(runs) + 1))
    return [*page, page[0]] if random.random() < 0.3 else page


def _go_on(random: Random, run: Past, minute: float) -> None:
    run.running = not run.running
    if not run.running:
        run.attempts.append((random.choice(("SUCCEEDED", "FAILED")), random.choice((0.5, 1.0, 4.25, 600.0)), minute))
