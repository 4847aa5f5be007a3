"""What a subject is, whatever KFP calls it."""

from __future__ import annotations

import pytest

from kfpops.diagnose.facts import RunCase
from kfpops.diagnose.state import state_of
from kfpops.model.finding import Finding
from kfpops.model.run import Run
from tests.builders import RUN_ID, a_step, a_workflow, some_facts

STUCK = (Finding("image/not-found", "certain", "…"),)


def state(kfp: str, argo: str = "", findings: tuple[Finding, ...] = (), *steps: str) -> str:
    workflow = a_workflow(phase=argo) if argo else None
    made = tuple(a_step(s, id=s) for s in steps)
    case = RunCase(RUN_ID, "nightly", "kubeflow", Run(RUN_ID, "nightly", kfp), workflow, True, made)
    return state_of(some_facts(case=case), findings)


@pytest.mark.parametrize(
    ("kfp", "argo", "expected"),
    [
        ("RUNNING", "Succeeded", "succeeded"),
        ("RUNNING", "Error", "failed"),
        ("FAILED", "", "failed"),
        ("A_STATE_OF_A_NEWER_VERSION", "", "unknown"),
        ("A_STATE_OF_A_NEWER_VERSION", "Running", "running"),
        ("PENDING", "", "running"),
    ],
)
def test_the_workflow_is_believed_before_the_record(kfp: str, argo: str, expected: str) -> None:
    assert state(kfp, argo) == expected


def test_a_run_of_which_nothing_moves_and_something_is_wrong_waits() -> None:
    assert state("RUNNING", "Running", STUCK, "waiting") == "waiting"
    assert state("RUNNING", "Running", STUCK, "waiting", "running") == "running"
    assert state("RUNNING", "Running", (), "waiting") == "running"


def test_a_cancelled_run_is_no_failed_one() -> None:
    assert state("FAILED", "Failed", (Finding("run/cancelled", "certain", "…"),)) == "cancelled"


def test_a_namespace_is_as_bad_as_its_worst_step() -> None:
    assert state_of(some_facts(kind="namespace"), ()) == "unknown"
    assert state_of(some_facts(a_step("running"), kind="namespace"), ()) == "running"
    assert state_of(some_facts(a_step("waiting"), kind="namespace"), STUCK) == "waiting"
    assert state_of(some_facts(a_step("failed"), a_step("waiting"), kind="namespace"), STUCK) == "failed"
