"""Runs with histories that are written as words: `a_run("PENDING RUNNING FAILED")`, an entry a minute."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from kfpops.metrics.attempt import TERMINAL
from kfpops.metrics.seen import SeenRun, SeenTask
from kfpops.model.run import Run, StateChange

T0 = datetime(2026, 11, 21, 10, 0, tzinfo=timezone.utc)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def a_run(
    history: str = "", state: str | None = None, *, finished: float | None = None, recurring: str = "", id: str = "r"
) -> Run:
    """Created at minute 0; `-` is an entry without a state. `finished`: minute of the end; None: of the last entry."""
    words = ["" if word == "-" else word for word in history.split()]
    entries = tuple(StateChange(at(minute), word) for minute, word in enumerate(words))
    said = [word for word in words if word]
    now = state if state is not None else said[-1] if said else ""
    end = finished if finished is not None else len(words) - 1 if now in TERMINAL and words else None
    return Run(
        id=id,
        name=id,
        state=now,
        recurring_run_id=recurring,
        created_at=T0,
        scheduled_at=at(-0.5) if recurring else T0,
        finished_at=None if end is None else at(end),
        state_history=entries,
    )


def seen(run: Run, *, cause: str = "", tasks: tuple[SeenTask, ...] = ()) -> SeenRun:
    return SeenRun(run, "team-a", "train", "nightly" if run.recurring_run_id else "", cause, tasks)
