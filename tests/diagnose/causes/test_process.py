"""Programs that ended without an exception."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kfpops.diagnose.causes import all_causes
from kfpops.diagnose.causes.process import CAUSES
from kfpops.diagnose.engine import diagnose
from kfpops.diagnose.facts import RunCase
from kfpops.diagnose.step import Step
from kfpops.model.finding import NotChecked
from kfpops.model.run import Run, StateChange
from tests.builders import RUN_ID, a_pod, a_step, a_workflow, an_event, some_facts, terminated, waiting
from tests.diagnose.causes.looking import names, the
from tests.log_samples import caught, container_log, python_log, uncaught

OVER = "Pod was active on the node longer than the specified deadline"


def failed(log: str | None = None, code: int = 1, reason: str = "", **more: object) -> Step:
    return a_step(pod=a_pod(phase="Failed", statuses=(terminated(code, reason),)), log=log, **more)  # type: ignore[arg-type]


def a_case(spec: dict[str, object], state: str = "FAILED", *history: str, **status: object) -> RunCase:
    run = Run(RUN_ID, "nightly", state, state_history=tuple(StateChange(None, h) for h in history))
    return RunCase(RUN_ID, "nightly", "kubeflow", run=run, workflow=a_workflow(phase="Failed", spec=spec, status=status))


@pytest.mark.parametrize(
    ("step", "case"),
    [
        pytest.param(a_step(message="pod deleted"), None, id="the pod was deleted"),
        pytest.param(a_step("running", pod=a_pod(statuses=())), None, id="it runs"),
        pytest.param(a_step("succeeded", pod=a_pod(statuses=(terminated(0),))), None, id="it succeeded"),
        pytest.param(a_step("waiting", pod=a_pod(phase="Pending", statuses=(waiting("ImagePullBackOff"),))), None,
                     id="it has not begun"),
        pytest.param(failed(code=143), a_case({"activeDeadlineSeconds": 0}), id="a person stopped the run"),
        pytest.param(failed(code=143), a_case({}, "FAILED", "RUNNING", "CANCELING"), id="KFP was told to stop the run"),
        pytest.param(failed(code=137), a_case({"shutdown": "Terminate"}), id="Argo was told to stop the workflow"),
    ],
)  # fmt: skip
def test_nothing_to_say(step: Step, case: RunCase | None) -> None:
    assert names(CAUSES, step, **({"case": case} if case else {})) == []


def test_a_log_that_nobody_asked_for_gives_no_finding() -> None:
    facts = replace(some_facts(failed()), missing=(NotChecked("logs", "40 of 70 failed steps: only 30 logs are read"),))
    assert diagnose(facts, CAUSES).findings == ()


def test_an_exit_without_a_word() -> None:
    found = the(all_causes(), failed(python_log("")))
    assert (found.cause, found.confidence) == ("process/exit-code", "likely")
    assert found.title == "Step train ended with exit code 1, and it wrote nothing"
    assert (found.facts["exit_code"], found.facts["inner_exit_code"]) == (1, 1)


def test_an_exit_code_of_its_own_with_what_was_printed_before() -> None:
    found = the(all_causes(), failed(python_log(caught("ImportError: no x") + "giving up\n", "exit status 3")))
    assert (found.cause, found.facts["inner_exit_code"]) == ("process/exit-code", 3)
    assert [e.text for e in found.evidence][-1] == "ImportError: no x"
    assert "It printed ImportError earlier" in found.advice[0].text


def test_a_text_given_to_sys_exit_stands_in_the_title() -> None:
    found = the(all_causes(), failed(python_log("accuracy 0.71 is below the gate of 0.85\n", "exit status 1")))
    assert found.cause == "process/exit-code"
    assert found.title.endswith("its log names no reason; its last line: accuracy 0.71 is below the gate of 0.85")


def test_an_exit_code_without_a_log_is_only_possible() -> None:
    found = the(all_causes(), a_step(message="main: Error (exit code 1)"))
    assert (found.cause, found.confidence, found.facts["exit_code"]) == ("process/exit-code", "possible", 1)


def test_a_container_that_ends_again_and_again() -> None:
    status = waiting("CrashLoopBackOff", lastState={"terminated": {"exitCode": 3, "reason": "Error"}}, restartCount=7)
    found = the(CAUSES, a_step("waiting", pod=a_pod(statuses=(status,)), task=None))
    assert (found.cause, found.facts["exit_code"]) == ("process/exit-code", 3)


@pytest.mark.parametrize(
    ("step", "signal", "code", "inner"),
    [
        pytest.param(failed(python_log("watchdog\nKilled\n", "exit status 137")), 9, 1, 137, id="inside of KFP's launcher"),
        pytest.param(failed(container_log("", "signal: killed")), 9, 1, None, id="the launcher's own child"),
        pytest.param(failed(code=137), 9, 137, None, id="the container's first process"),
        pytest.param(failed(python_log("", "exit status 129")), 1, 1, 129, id="another signal"),
    ],
)
def test_killed(step: Step, signal: int, code: int, inner: int | None) -> None:
    found = the(all_causes(), step)
    assert (found.cause, found.confidence) == ("process/signal", "likely")
    assert (found.facts["signal"], found.facts["exit_code"], found.facts["inner_exit_code"]) == (signal, code, inner)


def test_a_kill_for_memory_is_not_meant() -> None:
    assert "process/signal" not in names(all_causes(), failed(python_log("Killed\n", "exit status 137"), reason="OOMKilled"))


def test_a_liveness_probe_that_kills() -> None:
    event = an_event("Killing", "Container main failed liveness probe, will be restarted")
    found = the(CAUSES, failed(code=137, events=(event,)))
    assert found.facts["by"] == "liveness probe"
    assert "liveness probe" in found.title


@pytest.mark.parametrize(
    ("how", "signal", "inner"),
    [("exit status 139", 11, 139), ("exit status 134", 6, 134), ("signal: segmentation fault (core dumped)", 11, None),
     ("exit status 132", 4, 132), ("exit status 136", 8, 136)],
)  # fmt: skip
def test_crashes(how: str, signal: int, inner: int | None) -> None:
    found = the(all_causes(), failed(python_log("calling native code\nFatal Python error: Segmentation fault\n", how)))
    assert (found.cause, found.facts["signal"], found.facts["inner_exit_code"]) == ("process/crashed", signal, inner)
    assert found.facts["exit_code"] == 1
    assert found.evidence[-1].text == "Fatal Python error: Segmentation fault"


def test_a_crash_after_an_exception_is_its_consequence() -> None:
    assert names(all_causes(), failed(python_log(uncaught("KeyError: 'a'"), "exit status 134"))) == ["python/exception"]


def test_told_to_stop_by_nobody_known() -> None:
    found = the(all_causes(), failed(python_log("5 s of 600\n", how=""), code=143))
    assert (found.cause, found.facts["signal"]) == ("process/terminated", 15)


def test_a_step_s_time_limit() -> None:
    pod = a_pod(phase="Failed", reason="DeadlineExceeded", message=OVER, statuses=(terminated(143),),
                spec={"activeDeadlineSeconds": 25})  # fmt: skip
    found = the(all_causes(), a_step(pod=pod, message=OVER, log=python_log("5 s of 600\n", how="")))
    assert (found.cause, found.confidence, found.facts["deadline_seconds"]) == ("process/deadline", "certain", 25)
    assert "kubernetes.set_timeout(train_task, seconds=50)" in (found.advice[0].sdk or "")


def test_a_step_s_time_limit_after_the_pod_is_gone() -> None:
    found = the(all_causes(), a_step(message=OVER))
    assert (found.cause, found.facts["deadline_seconds"]) == ("process/deadline", None)
    assert "set_timeout" in (found.advice[0].sdk or "")


def test_a_time_limit_that_was_over_before_the_step_began() -> None:
    pod = a_pod(phase="Failed", reason="DeadlineExceeded", statuses=(waiting("ContainerCreating"),),
                spec={"activeDeadlineSeconds": 25})  # fmt: skip
    assert "had not started" in the(CAUSES, a_step(pod=pod)).title


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(a_step(message="Step exceeded its deadline"), id="Argo says so of the step"),
        pytest.param(failed(code=143), id="Argo says so of the workflow"),
    ],
)
def test_the_run_s_time_limit(step: Step) -> None:
    case = a_case({"activeDeadlineSeconds": 600}, message="retry exceeded workflow deadline 2026-11-21 09:57:11 +0000 UTC")
    found = the(CAUSES, step, case=case)
    assert (found.cause, found.facts["deadline_seconds"]) == ("process/deadline", 600)
    assert "set_timeout" in found.advice[0].text
