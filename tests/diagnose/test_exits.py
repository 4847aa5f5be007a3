"""How containers and the programs in them ended."""

from __future__ import annotations

import pytest

from kfpops.diagnose.exits import Exit, exit_facts, exit_of, was_stopped
from kfpops.diagnose.facts import RunCase
from kfpops.diagnose.step import Step
from kfpops.model.run import Run, StateChange
from tests.builders import RUN_ID, a_pod, a_step, a_workflow, running, some_facts, terminated, waiting
from tests.log_samples import container_log, python_log


def failed(*statuses: dict[str, object], log: str | None = None) -> Step:
    return a_step(pod=a_pod(phase="Failed", statuses=statuses), log=log)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(a_step("running", pod=a_pod(statuses=(running(),))), id="it runs"),
        pytest.param(a_step("succeeded", pod=a_pod(statuses=(terminated(0),))), id="it ended well"),
        pytest.param(a_step(message="pod deleted"), id="the pod is gone, and Argo knows no code"),
        pytest.param(a_step(message="main: Completed (exit code 0)"), id="Argo says it ended well"),
    ],
)
def test_no_bad_end(step: Step) -> None:
    assert exit_of(step) is None


@pytest.mark.parametrize(
    ("step", "container", "code", "inner", "signal"),
    [
        pytest.param(failed(terminated(1)), "main", 1, None, None, id="no log"),
        pytest.param(failed(terminated(1), log=python_log("")), "main", 1, 1, None, id="the launcher's status"),
        pytest.param(failed(terminated(1), log=python_log("", "exit status 139")), "main", 1, 139, 11, id="a crash inside"),
        pytest.param(failed(terminated(1), log=container_log("", "signal: killed")), "main", 1, None, 9, id="Go's word"),
        pytest.param(failed(terminated(137)), "main", 137, None, 9, id="the container itself was killed"),
        pytest.param(failed(terminated(143), log=python_log("", how="")), "main", 143, None, 15, id="stopped"),
        pytest.param(failed(terminated(64, name="wait"), terminated(1)), "main", 1, None, None, id="main counts first"),
        pytest.param(failed(terminated(64, name="wait"), terminated(0)), "wait", 64, None, None, id="another container"),
        pytest.param(a_step(message="main: Error (exit code 1)", log=python_log("")), "main", 1, 1, None,
                     id="the pod is gone"),
        pytest.param(a_step(message="wait: Error (exit code 64)", log=python_log("")), "wait", 64, None, None,
                     id="the log is of another container"),
    ],
)  # fmt: skip
def test_ends(step: Step, container: str, code: int, inner: int | None, signal: int | None) -> None:
    found = exit_of(step)
    assert isinstance(found, Exit)
    assert (found.container, found.code, found.inner, found.signal) == (container, code, inner, signal)
    assert found.evidence


def test_a_container_that_waits_for_its_next_start_ended_before() -> None:
    again = waiting("CrashLoopBackOff", lastState={"terminated": {"exitCode": 3, "reason": "Error"}})
    found = exit_of(a_step("waiting", pod=a_pod(statuses=(again,))))
    assert found is not None
    assert found.code == 3


def test_without_an_exit_the_launcher_may_still_know_the_program_s() -> None:
    assert exit_facts(a_step(log=python_log("", "exit status 3"))) == {"exit_code": None, "inner_exit_code": 3}


@pytest.mark.parametrize(
    ("case", "stopped"),
    [
        (RunCase(RUN_ID, "n", "k", run=Run(RUN_ID, "n", "FAILED"), workflow=a_workflow()), False),
        (RunCase(RUN_ID, "n", "k", workflow=a_workflow(spec={"activeDeadlineSeconds": 600})), False),
        (RunCase(RUN_ID, "n", "k", workflow=a_workflow(spec={"activeDeadlineSeconds": 0})), True),
        (RunCase(RUN_ID, "n", "k", workflow=a_workflow(spec={"shutdown": "Terminate"})), True),
        (RunCase(RUN_ID, "n", "k", run=Run(RUN_ID, "n", "FAILED", state_history=(StateChange(None, "CANCELING"),))), True),
    ],
)
def test_who_stopped_the_run(case: RunCase, stopped: bool) -> None:
    step = a_step(message="main: Error (exit code 143)")
    assert was_stopped(step, some_facts(step, case=case)) == stopped


def test_a_pod_of_no_run_was_stopped_by_nobody() -> None:
    step = a_step(run_id=None)
    assert not was_stopped(step, some_facts(step))
