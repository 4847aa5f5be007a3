"""Histories as KFP writes them, and odder ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kfpops.metrics.attempt import OpenAttempt, attempt_at, attempts_of, known, open_attempt
from kfpops.model.run import Run, StateChange
from tests.metrics.building import EPOCH, T0, a_run, at


@pytest.mark.parametrize(
    ("run", "states"),
    [
        pytest.param(a_run(), [], id="a run of which nothing is known has not ended"),
        pytest.param(a_run("PENDING RUNNING"), [], id="a run under way has not ended"),
        pytest.param(a_run("PENDING - -"), [], id="entries without a state end nothing"),
        pytest.param(a_run("PENDING RUNNING CANCELING"), [], id="what is being cancelled has not ended"),
        pytest.param(a_run("PENDING EXPLODED"), [], id="a state of a newer KFP ends nothing"),
        pytest.param(a_run("", "PAUSED"), [], id="no history, and not ended"),
        pytest.param(
            a_run("PENDING RUNNING SUCCEEDED - SUCCEEDED"), ["SUCCEEDED"], id="an end that is written again is one"
        ),
        pytest.param(a_run("PENDING RUNNING SUCCEEDED"), ["SUCCEEDED"], id="as it usually is"),
        pytest.param(a_run("RUNNING SUCCEEDED"), ["SUCCEEDED"], id="the run of a schedule was never pending"),
        pytest.param(a_run("PENDING FAILED"), ["FAILED"], id="a run that was refused"),
        pytest.param(a_run("PENDING - PENDING CANCELING FAILED"), ["CANCELED"], id="cancelled before it ran"),
        pytest.param(a_run("RUNNING CANCELING SUCCEEDED"), ["SUCCEEDED"], id="was done before the cancelling came"),
        pytest.param(a_run("RUNNING CANCELED"), ["CANCELED"], id="another engine than Argo may say CANCELED"),
        pytest.param(a_run("RUNNING SKIPPED"), ["SKIPPED"], id="skipped"),
        pytest.param(a_run("RUNNING FAILED RUNNING FAILED"), ["FAILED", "FAILED"], id="tried again, failed again"),
        pytest.param(a_run("RUNNING FAILED PENDING RUNNING"), ["FAILED"], id="tried again, under way"),
        pytest.param(
            a_run("RUNNING CANCELING FAILED RUNNING FAILED"),
            ["CANCELED", "FAILED"],
            id="a cancelling is of its attempt only",
        ),
        pytest.param(a_run("RUNNING FAILED SUCCEEDED"), ["FAILED", "SUCCEEDED"], id="the retry's begin was never reported"),
        pytest.param(a_run("", "SUCCEEDED", finished=5), ["SUCCEEDED"], id="no history: as its state says"),
        pytest.param(a_run("- -", "FAILED", finished=5), ["FAILED"], id="a history that says nothing is none"),
        pytest.param(a_run("PENDING RUNNING", "FAILED", finished=5), ["FAILED"], id="a history that lags behind"),
        pytest.param(a_run("PENDING CANCELING", "FAILED", finished=5), ["CANCELED"], id="lags behind a cancelling"),
    ],
)
def test_states_of_attempts(run: Run, states: list[str]) -> None:
    found = attempts_of(run)
    assert [one.state for one in found] == states
    assert [one.number for one in found] == list(range(len(states)))


def test_times_of_a_run() -> None:
    (only,) = attempts_of(a_run("PENDING RUNNING SUCCEEDED", finished=1.5))
    assert (only.began_at, only.started_at, only.ended_at) == (T0, at(1), at(1.5)), "the end is Argo's, not the report's"
    assert (only.duration, only.queued) == (90.0, 60.0)


def test_times_of_a_retry() -> None:
    first, second = attempts_of(a_run("PENDING RUNNING FAILED PENDING RUNNING SUCCEEDED", finished=4.5))
    assert (first.began_at, first.ended_at) == (T0, at(2))
    assert (second.began_at, second.started_at, second.ended_at) == (at(3), at(4), at(4.5))
    assert (second.duration, second.queued) == (90.0, 60.0)


def test_an_end_left_by_the_attempt_before_is_not_this_ones() -> None:
    _, second = attempts_of(a_run("RUNNING FAILED RUNNING FAILED", finished=1))
    assert second.ended_at == at(3)


def test_an_end_from_before_the_begin_is_not_believed() -> None:
    (only,) = attempts_of(a_run("RUNNING FAILED", finished=-3))
    assert only.ended_at == at(1)


def test_a_clock_that_went_back_gives_no_duration() -> None:
    back = Run(
        "r", "r", "FAILED", created_at=T0, state_history=(StateChange(at(-9), "RUNNING"), StateChange(at(-1), "FAILED"))
    )
    (only,) = attempts_of(back)
    assert (only.state, only.duration, only.queued) == ("FAILED", None, None)


def test_a_retry_whose_begin_nobody_saw_has_no_begin() -> None:
    _, second = attempts_of(a_run("RUNNING FAILED SUCCEEDED", finished=1))
    assert (second.began_at, second.ended_at, second.duration) == (None, at(2), None)


def test_the_epoch_is_no_time() -> None:
    history = (StateChange(EPOCH, "RUNNING"), StateChange(EPOCH, "FAILED"))
    (only,) = attempts_of(Run("r", "r", "FAILED", created_at=EPOCH, finished_at=EPOCH, state_history=history))
    assert (only.began_at, only.started_at, only.ended_at) == (None, None, None)
    assert (only.duration, only.queued) == (None, None)
    assert known(EPOCH - timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("minute", "number"),
    [
        pytest.param(3.5, None, id="after the last end: of one that has not ended"),
        pytest.param(-1, 0, id="before the creation, by another clock: of the first"),
        pytest.param(0.5, 0, id="within the first"),
        pytest.param(1, 0, id="at its very end: whole seconds make that of a short step"),
        pytest.param(1.5, 1, id="after it"),
        pytest.param(3, 1, id="at the very end of the last"),
        pytest.param(None, 1, id="at no known moment: of the last"),
    ],
)
def test_to_which_attempt_something_belongs(minute: float | None, number: int | None) -> None:
    ended = attempts_of(a_run("RUNNING FAILED RUNNING FAILED"))
    assert attempt_at(ended, None if minute is None else at(minute)) == number
    assert attempt_at((), None if minute is None else at(minute)) is None


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        pytest.param(a_run(), None, id="nothing is told of it: a record that KFP itself cannot read"),
        pytest.param(a_run("PENDING RUNNING FAILED"), None, id="it has ended"),
        pytest.param(a_run("PENDING RUNNING", "FAILED"), None, id="it has ended, the history lags behind"),
        pytest.param(a_run("", "SUCCEEDED"), None, id="it has ended, without a history"),
        pytest.param(a_run("PENDING RUNNING FAILED", ""), None, id="without a state it is as its history says: ended"),
        pytest.param(a_run("", "PENDING"), OpenAttempt("PENDING", T0), id="no history yet"),
        pytest.param(a_run("PENDING -", ""), OpenAttempt("PENDING", T0), id="KFP left its state out for a moment"),
        pytest.param(a_run("PENDING RUNNING"), OpenAttempt("RUNNING", T0), id="under way since it was created"),
        pytest.param(a_run("RUNNING CANCELING"), OpenAttempt("CANCELING", T0), id="being cancelled"),
        pytest.param(
            a_run("PENDING", "EXPLODED"), OpenAttempt("EXPLODED", T0), id="a state of a newer KFP, by its own name"
        ),
        pytest.param(
            a_run("RUNNING FAILED RUNNING"), OpenAttempt("RUNNING", at(2)), id="a retry began when it was asked for"
        ),
        pytest.param(a_run("RUNNING FAILED", "RUNNING"), OpenAttempt("RUNNING"), id="a retry whose begin is not told"),
    ],
)
def test_what_a_run_is_at(run: Run, expected: OpenAttempt | None) -> None:
    assert open_attempt(run) == expected


def test_an_open_run_without_a_creation() -> None:
    assert open_attempt(replace(a_run("PENDING"), created_at=EPOCH)) == OpenAttempt("PENDING")
