"""The state of an apply, folded from its records."""

from __future__ import annotations

import pytest

from kfpops.cleanup.apply.record import (
    LOST,
    Begun,
    Confirmed,
    Evicted,
    Finished,
    Intent,
    Kept,
    Marking,
    Outcome,
    Record,
    RunEvicting,
    Settled,
    Undone,
    Unmarked,
)
from kfpops.cleanup.apply.state import Sum, state_of

BEGUN = Begun("p1", "sum", 3, 5.0)


def intent(batch: int, *numbers: int) -> Intent:
    return Intent(batch, tuple(("b", f"k{n}", "e", "", 10) for n in numbers), 1.0, numbers)


def outcome(batch: int, *fates: str, marker: str = "") -> Outcome:
    return Outcome(batch, tuple((fate, "Why", marker) for fate in fates), 1.0)


@pytest.mark.parametrize(
    "records, phase",
    [
        pytest.param([], "new", id="nothing"),
        pytest.param([BEGUN, Marking(("1",), 1.0)], "evicting", id="marks were being set"),
        pytest.param([BEGUN, Evicted(("r",), 9.0, 1.0)], "waiting", id="runs are waited for"),
        pytest.param([BEGUN, Evicted((), 9.0, 1.0), Settled(2.0), intent(1, 0)], "deleting", id="deleting"),
        pytest.param([BEGUN, Finished(2.0)], "finished", id="done"),
        pytest.param([BEGUN, Finished(2.0), Undone(3.0)], "undone", id="taken back"),
    ],
)
def test_phases(records: list[Record], phase: str) -> None:
    assert state_of(records).phase == phase


def test_an_intent_without_outcome_is_open_and_frees_nothing() -> None:
    state = state_of([BEGUN, intent(1, 0, 1), intent(2, 2), outcome(2, "gone")])
    assert list(state.open) == [1]
    assert (state.last_batch, state.bytes_freed, state.done.count) == (2, 10, 1)


def test_what_failed_is_counted_by_what_came_of_it_later() -> None:
    records: list[Record] = [
        BEGUN,
        intent(1, 0, 1, 2),
        outcome(1, "failed", "refused", "gone"),
        intent(2, 0, 1),
        outcome(2, "gone", "failed"),
    ]
    state = state_of(records)
    assert {fate: sum.objects for fate, sum in state.sums.items()} == {"failed": 1, "refused": 0, "gone": 2}
    assert state.done.count == 2
    assert [number in state.done for number in range(3)] == [True, False, True]
    assert list(state.examples.values()) == [("failed", "Why", "k1")]


def test_an_object_is_counted_once() -> None:
    state = state_of([BEGUN, intent(1, 0), outcome(1, "gone"), intent(2, 0), outcome(2, "absent")])
    assert state.sum("gone") == Sum(1, 10)
    assert state.sum("absent") == Sum(0, 0)


def test_whole_batches_count_as_their_objects_do() -> None:
    gone = Outcome(1, (("gone", "", ""),) * 3, 1.0)
    again = Outcome(2, (("gone", "", ""),) * 3, 1.0)
    state = state_of([BEGUN, intent(1, 0, 1, 2), gone, intent(2, 2, 3, 900), again])
    assert (state.sum("gone"), state.done.count, state.gone.count) == (Sum(5, 50), 5, 5)
    assert [n for n in range(1000) if n in state.gone] == [0, 1, 2, 3, 900]


def test_what_lies_behind_a_delete_marker_frees_nothing() -> None:
    state = state_of([BEGUN, intent(1, 0), outcome(1, "gone", marker="m")])
    assert (state.sum("gone").bytes, state.bytes_freed) == (10, 0)


def test_what_is_kept_is_done_and_its_artifact_is_to_be_unmarked() -> None:
    kept = Kept((("b", "k0", "read", "r2"),), 1.0, (0,), 10, ("1", "7"))
    state = state_of([BEGUN, Marking(("1", "2"), 1.0), kept])
    assert (state.to_unmark, state.sum("kept"), dict(state.kept_for)) == ({"1"}, Sum(1, 10), {"read": 1})
    state.add(Unmarked(("1",), 2.0))
    assert (state.to_unmark, state.marked, state.unmarked) == (set(), {"2"}, {"1"})
    state.add(Confirmed(("2",), 3.0))
    assert (state.marked, state.confirmed) == (set(), 1)


def test_what_was_not_live_before_is_not_to_be_unmarked() -> None:
    kept = Kept((), 1.0, artifact_ids=("1", "2"))
    state = state_of([BEGUN, Marking(("1", "2"), 1.0, not_live=("2",)), Marking(("2",), 1.0), kept])
    assert (state.to_unmark, state.kept_artifacts, state.done.count) == ({"1"}, {"1", "2"}, 0)


def test_a_lost_answer_is_remembered_until_the_object_is_gone() -> None:
    lost = Outcome(1, (("failed", LOST, ""), ("failed", "InternalError", ""), ("failed", LOST, "")), 1.0)
    state = state_of([BEGUN, intent(1, 0, 1, 2), lost, intent(2, 0), outcome(2, "gone")])
    assert [number in state.lost for number in range(3)] == [False, False, True]
    state.add(Kept((("b", "k2", "read", "r2"),), 1.0, (2,), 10, ("1",)))
    assert (2 in state.lost, state.sum("failed").objects) == (True, 1)


def test_a_run_is_remembered_as_it_was_before() -> None:
    assert state_of([BEGUN, RunEvicting("r", 1.0)]).evicting == {"r": None}
