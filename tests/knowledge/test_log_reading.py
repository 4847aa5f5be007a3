"""A container's log, read as a whole: stage, exit, traceback."""

from __future__ import annotations

import pytest

from kfpops.knowledge.argo_node import Role
from kfpops.knowledge.log_reading import LogReading, read_log
from kfpops.model.log import Log
from tests.log_samples import FINISHED, caught, container_log, ended, python_log, uncaught

DRIVER = """\
I1121 09:52:09.1      20 main.go:101] input ComponentSpec:{
  "source": "raise MemoryError('OOMKilled, signal: killed, exit status 137')"
}
Traceback (most recent call last):
  File "/app/x.py", line 1, in <module>
ModuleNotFoundError: No module named 'quoted'
F1121 09:52:09.303891      20 main.go:127] KFP driver: driver.Container(x) failed: quantities must match
"""
PIP = (
    "ERROR: Could not find a version that satisfies the requirement xgboost==9.9.1 (from versions: 2.0.3)\n"
    "ERROR: No matching distribution found for xgboost==9.9.1\n"
)


def _read(text: str, role: Role = "executor", cut: bool = False) -> LogReading:
    return read_log(Log("pod log x", text, cut), "main", role)


def test_an_empty_log_says_nothing() -> None:
    found = _read("")
    assert (found.stage, found.lines, found.traceback, found.exit_status) == ("unknown", (), None, None)


def test_of_a_driver_s_log_only_its_errors_count() -> None:
    found = _read(DRIVER, "driver")
    assert (found.stage, found.own_lines, found.traceback, found.exit_status) == ("driver", (), None, None)
    assert found.klog_errors == ("KFP driver: driver.Container(x) failed: quantities must match",)


def test_a_component_that_went_on_after_a_traceback_did_not_end_with_it() -> None:
    found = _read(python_log(caught("ModuleNotFoundError: No module named 'fast'") + "the slow reader\n" + FINISHED, how=""))
    assert found.traceback is None
    assert found.logged is not None


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        pytest.param(python_log(uncaught("KeyError: 'a'")), "user-code", id="the component raised"),
        pytest.param(python_log("Killed\n", "exit status 137"), "user-code", id="the component was killed"),
        pytest.param(container_log("sh: 1: train: not found\n", "exit status 127"), "user-code", id="a plain command"),
        pytest.param(python_log("0 s of 600\n", how=""), "user-code", id="stopped from outside, without a last word"),
        pytest.param(container_log(PIP), "install", id="pip gave up before the component began"),
        pytest.param(python_log(PIP + uncaught("KeyError: 'a'")), "user-code", id="pip failed inside of the component"),
        pytest.param(
            container_log("", 'failed to upload output artifact "report": AccessDenied'), "upload", id="the upload failed"
        ),
        pytest.param(
            container_log("", "failed to publish results to ML Metadata: rpc error"), "publish", id="the record failed"
        ),
        pytest.param(
            container_log("", 'failed to download input artifact "table": NotFound'), "launcher", id="the download failed"
        ),
    ],
)
def test_stages(text: str, stage: str) -> None:
    assert _read(text).stage == stage


def test_own_lines_are_bounded_but_the_whole_log_is_read() -> None:
    found = _read(python_log(uncaught("KeyError: 'a'") + "row\n" * 5000))
    assert len(found.own_lines) == 400
    assert found.traceback is not None
    assert found.traceback.summary == "KeyError: 'a'"


def test_the_end_of_a_log_is_enough() -> None:
    text = python_log(uncaught("KeyError: 'a'") + "row\n" * 50)
    found = _read(text[text.index("    executor_main()") :], cut=True)
    assert found.traceback is not None
    assert (found.traceback.name, found.traceback.certain) == ("KeyError", False)


def test_a_signal_has_a_name_and_no_status() -> None:
    found = _read(container_log("0 blocks\n", "signal: killed"))
    assert (found.exit_status, found.signal_name) == (None, "killed")


def test_lines_of_the_launcher_in_the_midst_of_a_traceback() -> None:
    first, *rest = uncaught("KeyError: 'a'").splitlines(keepends=True)
    klog = "I1121 09:55:20.9      15 launcher_v2.go:600] still here\n"
    found = _read(python_log(first + klog + "".join(rest)))
    assert found.traceback is not None
    assert found.traceback.frames[-1].function == "train"


def test_pip_counts_only_when_the_program_ended_of_it() -> None:
    assert _read(container_log(PIP)).pip is not None
    assert _read(container_log(PIP, "exit status 137")).pip is None
    assert _read(python_log(PIP + "without it then\n" + FINISHED, how="")).pip is None
    command = (
        "subprocess.CalledProcessError: Command '['pip', 'install', 'xgboost==9.9.1']' returned non-zero exit status 1."
    )
    found = _read(python_log(PIP + uncaught(command)))
    assert (found.pip is not None, found.stage) == (True, "user-code")


def test_the_input_is_kept() -> None:
    assert '"url": "http://db:80"' in _read(python_log("", inputs='"url": "http://db:80"')).inputs


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert _read("\ufffd\x00\x1b[\r\n" * 3 + ended("exit status 2")).exit_status == 2
