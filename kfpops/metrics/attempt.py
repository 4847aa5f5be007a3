"""The attempts of a run: what is counted. A run that has ended may be tried again; an attempt that has ended, never."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Final

from kfpops.model.run import Run, StateChange

TERMINAL: Final = frozenset({"SUCCEEDED", "FAILED", "CANCELED", "SKIPPED"})
"""States that end an attempt (RuntimeState in backend/api/v2beta1/run.proto). A state that is not known ends none."""

_UNSAID: Final = ("", "RUNTIME_STATE_UNSPECIFIED")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a run, ended. `number` counts from 0. Times are None where KFP tells none.

    `state` is KFP's word, but CANCELED for what failed after it was being cancelled: KFP itself calls that FAILED.
    `began_at`: when it was asked for, by the run's creation or by a retry; `started_at`: when it was first seen running.
    """

    number: int
    state: str
    began_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def duration(self) -> float | None:
        """Seconds from the asking to the end, waiting included; None when unknown, or when clocks contradict each other."""
        return seconds_between(self.began_at, self.ended_at)

    @property
    def queued(self) -> float | None:
        """Seconds from the asking until it ran; None as for `duration`, or when it never ran."""
        return seconds_between(self.began_at, self.started_at)


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """The try that a run is at. `state`: KFP's word, also one that is not known here. `began_at`: as of an `Attempt`."""

    state: str
    began_at: datetime | None = None


def attempts_of(run: Run) -> tuple[Attempt, ...]:
    """The attempts of a run that have ended, in the history's own order, whatever its times say.

    Entries without a state, and a state that is written again, are no news. What a longer history adds changes neither the
    number nor the states of those before, so that attempts can be counted by how many of them were. A run without a history,
    or with one that lags behind its state, has ended as its state says.
    """
    parts = _parts(run)
    return tuple(_attempt(run, n, part, last=n == len(parts) - 1) for n, part in enumerate(parts) if _ends(part))


def open_attempt(run: Run) -> OpenAttempt | None:
    """What the run is at; None when it has ended, or when KFP tells no state of it at all (a record that it cannot read)."""
    parts = _parts(run)
    part = parts[-1] if parts and not _ends(parts[-1]) else ()
    state = part[-1].state if run.state in _UNSAID and part else run.state
    if state in TERMINAL or state in _UNSAID:
        return None
    is_first = len(parts) == bool(part)
    return OpenAttempt(state, known(run.created_at if is_first else part[0].at if part else None))


def attempt_at(attempts: tuple[Attempt, ...], moment: datetime | None) -> int | None:
    """The number of the attempt to which what began at a moment belongs: the first that ended then or later.

    None: it belongs to one that has not ended. What began at no known moment belongs to the last.
    """
    if moment is None:
        return attempts[-1].number if attempts else None
    return next((one.number for one in attempts if one.ended_at is None or moment <= one.ended_at), None)


def known(at: datetime | None) -> datetime | None:
    """A time after 1970; KFP writes the epoch for a time that it does not have."""
    return at if at is not None and at > _EPOCH else None


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None or end < start:
        return None
    return (end - start).total_seconds()


def _parts(run: Run) -> list[tuple[StateChange, ...]]:
    """The history, cut after each state that ends an attempt: the last part may be open."""
    parts: list[tuple[StateChange, ...]] = []
    part: list[StateChange] = []
    before = ""
    for entry in run.state_history:
        if entry.state in _UNSAID or (entry.state == before and entry.state in TERMINAL):
            continue
        before = entry.state
        part.append(entry)
        if entry.state in TERMINAL:
            parts.append(tuple(part))
            part = []
    if run.state in TERMINAL and before not in TERMINAL:
        part.append(StateChange(run.finished_at, run.state))
    return [*parts, tuple(part)] if part else parts


def _ends(part: tuple[StateChange, ...]) -> bool:
    return part[-1].state in TERMINAL


def _attempt(run: Run, number: int, part: tuple[StateChange, ...], *, last: bool) -> Attempt:
    *under_way, end = part
    state = end.state
    if state == "FAILED" and any(entry.state == "CANCELING" for entry in under_way):
        state = "CANCELED"
    asked = run.created_at if number == 0 else under_way[0].at if under_way else None
    started = next((entry.at for entry in under_way if entry.state == "RUNNING"), None)
    attempt = Attempt(number, state, known(asked), known(started), known(end.at))
    return _ended_with_its_run(attempt, known(run.finished_at)) if last else attempt


def _ended_with_its_run(attempt: Attempt, finished_at: datetime | None) -> Attempt:
    """With Argo's time of the end: the history's is when that was reported. Not with one left by an attempt before."""
    if finished_at is None or (finished_at < attempt.began_at if attempt.began_at else attempt.number > 0):
        return attempt
    return replace(attempt, ended_at=finished_at)
