"""Tasks as ML Metadata tells them, which forgets to say how some ended."""

from __future__ import annotations

import pytest

from kfpops.metrics.attempt import attempts_of
from kfpops.metrics.run_tasks import tasks_of
from kfpops.metrics.seen import SeenTask
from kfpops.model.lineage import Execution, ExecutionKind
from tests.metrics.building import EPOCH, a_run, at

ENDED = attempts_of(a_run("RUNNING FAILED RUNNING SUCCEEDED"))


def an_execution(
    id: str, task: str, state: str, begin: float, *, kind: ExecutionKind = "container", parent: str = "root"
) -> Execution:
    return Execution(id, "x", kind, state, task, parent_id=parent, created_at=at(begin), updated_at=at(begin + 0.25))


@pytest.mark.parametrize(
    "execution",
    [
        pytest.param(an_execution("1", "", "RUNNING", 0, kind="dag"), id="the root is no task"),
        pytest.param(an_execution("1", "loop", "COMPLETE", 0, kind="dag"), id="a loop is no task, its iterations' are"),
        pytest.param(an_execution("1", "a", "COMPLETE", 0, kind="other"), id="what KFP did not write"),
        pytest.param(an_execution("1", "a", "COMPLETE", 9), id="it belongs to an attempt that has not ended"),
    ],
)
def test_no_task(execution: Execution) -> None:
    assert tasks_of([execution], ENDED) == ()


def test_no_attempt_has_ended() -> None:
    assert tasks_of([an_execution("1", "a", "COMPLETE", 0)], ()) == ()


@pytest.mark.parametrize(
    ("state", "word"), [("COMPLETE", "SUCCEEDED"), ("FAILED", "FAILED"), ("CACHED", "CACHED"), ("CANCELED", "SKIPPED")]
)
def test_states(state: str, word: str) -> None:
    assert tasks_of([an_execution("1", "a", state, 0)], ENDED) == (SeenTask("a", word, at(0), at(0.25)),)


@pytest.mark.parametrize(("history", "word"), [("RUNNING FAILED", "FAILED"), ("RUNNING CANCELING FAILED", "CANCELED")])
def test_what_is_left_running_ended_with_its_run(history: str, word: str) -> None:
    found = tasks_of([an_execution("1", "a", "RUNNING", 0)], attempts_of(a_run(history)))
    assert found == (SeenTask("a", word, at(0), None),)


def test_a_driver_that_was_retried() -> None:
    found = tasks_of([an_execution("1", "a", "RUNNING", 0), an_execution("2", "a", "COMPLETE", 0.5)], ENDED)
    assert found == (SeenTask("a", "SUCCEEDED", at(0.5), at(0.75), 1),)


def test_a_retry_of_the_run_is_no_retry_of_the_task() -> None:
    found = tasks_of([an_execution("1", "a", "FAILED", 0.5), an_execution("2", "a", "COMPLETE", 2.5)], ENDED)
    assert [(one.state, one.retries) for one in found] == [("FAILED", 0), ("SUCCEEDED", 0)]


def test_iterations_are_tasks_of_one_component() -> None:
    loop = [
        Execution("l", "x", "dag", "RUNNING", "loop", parent_id="root", created_at=at(0)),
        *(Execution(f"i{n}", "x", "dag", "RUNNING", "loop", parent_id="l", iteration=n, created_at=at(0)) for n in (0, 1)),
        *(an_execution(f"e{n}", "a", "COMPLETE", 0.5, parent=f"i{n}") for n in (0, 1)),
    ]
    assert tasks_of(loop, ENDED) == (SeenTask("a", "SUCCEEDED", at(0.5), at(0.75)),) * 2


def test_an_execution_without_times_is_of_the_last_attempt() -> None:
    found = tasks_of([Execution("1", "x", "container", "COMPLETE", "a", created_at=EPOCH, updated_at=EPOCH)], ENDED)
    assert found == (SeenTask("a", "SUCCEEDED"),)
