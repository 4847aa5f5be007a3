"""Whatever a history holds, in whatever order: its attempts are those that a plainer reading finds, and only grow."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from kfpops.metrics.attempt import TERMINAL, attempts_of, open_attempt
from kfpops.metrics.change import Add, Change
from kfpops.metrics.counting import changes_of
from kfpops.model.run import Run, StateChange
from tests.metrics.building import EPOCH, T0, seen

states = st.sampled_from(
    [
        "",
        "",
        "RUNTIME_STATE_UNSPECIFIED",
        "PENDING",
        "RUNNING",
        "RUNNING",
        "CANCELING",
        "PAUSED",
        "SUCCEEDED",
        "FAILED",
        "FAILED",
    ]
    + ["CANCELED", "SKIPPED", "EXPLODED"]
)
times: st.SearchStrategy[datetime | None] = st.one_of(
    st.none(), st.just(EPOCH), st.integers(-(10**6), 10**6).map(lambda seconds: T0 + timedelta(seconds=seconds))
)
histories = st.lists(st.builds(StateChange, times, states), max_size=14).map(tuple)
runs = st.builds(
    Run,
    id=st.just("r"),
    name=st.just("r"),
    state=states,
    created_at=times,
    scheduled_at=times,
    finished_at=times,
    state_history=histories,
    recurring_run_id=st.sampled_from(["", "nightly"]),
)


def plainly(history: tuple[StateChange, ...]) -> list[str]:
    """The ends in a history, each with whether a cancelling came before it: by its letters, not by its entries."""
    said = [entry.state for entry in history if entry.state not in ("", "RUNTIME_STATE_UNSPECIFIED")]
    once = [state for state, _ in groupby(said)]
    found, cancelling = [], False
    for state in once:
        if state in TERMINAL:
            found.append("CANCELED" if cancelling and state == "FAILED" else state)
            cancelling = False
        else:
            cancelling = cancelling or state == "CANCELING"
    return found


@given(runs)
def test_attempts_are_the_ends_in_the_history(run: Run) -> None:
    found = attempts_of(run)
    expected = plainly(run.state_history)
    assert [one.state for one in found][: len(expected)] == expected
    assert len(found) - len(expected) in (0, 1)
    assert [one.number for one in found] == list(range(len(found)))


@given(runs)
def test_a_run_whose_state_is_an_end_has_ended_at_least_once_and_is_not_open(run: Run) -> None:
    if run.state in TERMINAL:
        assert attempts_of(run) != ()
        assert open_attempt(run) is None


@given(runs)
def test_no_time_is_of_1970_and_no_duration_below_zero(run: Run) -> None:
    for one in attempts_of(run):
        assert all(time is None or time > EPOCH for time in (one.began_at, one.started_at, one.ended_at))
        assert one.duration is None or one.duration >= 0
        assert one.queued is None or one.queued >= 0


def as_kfp_had_told(run: Run, length: int) -> Run:
    """The run when its history was so long: its state is that of the last entry that has one."""
    history = run.state_history[:length]
    said = [entry.state for entry in history if entry.state]
    return replace(run, state_history=history, state=said[-1] if said else "")


@given(runs)
def test_attempts_only_grow_with_the_history(run: Run) -> None:
    before: list[str] = []
    for length in range(len(run.state_history) + 1):
        now = [one.state for one in attempts_of(as_kfp_had_told(run, length))]
        assert now[: len(before)] == before
        before = now


def counters(changes: tuple[Change, ...]) -> dict[object, float]:
    found: dict[object, float] = {}
    for change in changes:
        if isinstance(change, Add):
            found[change.series] = found.get(change.series, 0.0) + change.amount
    return found


@given(runs, st.sets(st.integers(0, 14)), st.booleans())
def test_whenever_it_is_looked_at_the_counters_are_the_same(run: Run, looks: set[int], again: bool) -> None:
    whole = as_kfp_had_told(run, len(run.state_history))
    counted, found = 0, dict[object, float]()
    for length in sorted(looks | {len(run.state_history)}):
        now = as_kfp_had_told(run, length)
        for _ in range(2 if again else 1):
            for series, amount in counters(changes_of(seen(now), counted)).items():
                found[series] = found.get(series, 0.0) + amount
            counted = max(counted, len(attempts_of(now)))
    assert found == counters(changes_of(seen(whole), 0))
    assert changes_of(seen(whole), counted) == () or counted == 0
