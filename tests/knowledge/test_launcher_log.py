"""Who wrote which line of a log."""

from __future__ import annotations

import pytest

from kfpops.knowledge.launcher_log import LauncherLog, read_launcher_log
from tests.log_samples import FINISHED, container_log, python_log


def _read(text: str) -> LauncherLog:
    return read_launcher_log(text.splitlines())


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("failed to execute component: exit status 3", id="the launcher's words without its header"),
        pytest.param(
            "E1121 09:55:20.774205 140 train.py:44] Component failed to execute successfully: exit status 3",
            id="absl prints the same header for a Python file",
        ),
        pytest.param("E0000 00:00:1732.1  140 cuda_dnn.cc:8310] Unable to register cuDNN factory", id="TensorFlow's header"),
        pytest.param('{"time": "now", "msg": "argo=true"}', id="a log line that mentions Argo"),
        pytest.param(
            "[KFP Executor 2026-11-21 09:55:20,750 INFO]: epoch 1", id="the user's logging has the executor's prefix"
        ),
    ],
)
def test_lines_of_the_program_stay_the_program_s(line: str) -> None:
    log = _read(python_log(f"{line}\n", how=""))
    assert log.own == (line,)
    assert (log.exit_status, log.signal, log.errors) == (None, None, ())


def test_lines_of_argo_launcher_and_executor_are_taken_out() -> None:
    log = _read(python_log("training with depth 6\n"))
    assert log.own == ("training with depth 6",)
    assert log.started
    assert not log.finished
    assert '"depth": 6' in log.inputs
    assert "outputFile" not in log.inputs


def test_what_an_executor_that_came_to_its_end_dumps_is_not_the_program_s() -> None:
    dump = 'I1121 09:51:45.4 14 launcher_v2.go:1230] ExecutorOutput: {\n  "artifacts": {\n  }\n}\n'
    log = _read(python_log("done\n" + FINISHED + dump, how=""))
    assert log.own == ("done",)
    assert log.finished


@pytest.mark.parametrize(
    ("how", "status", "signal"),
    [
        ("exit status 1", 1, None),
        ("exit status 137", 137, None),
        ("signal: killed", None, "killed"),
        ("signal: segmentation fault (core dumped)", None, "segmentation fault"),
        ('failed to download input artifact "table": exit status unknown', None, None),
    ],
)
def test_how_the_program_ended(how: str, status: int | None, signal: str | None) -> None:
    log = _read(container_log("", how))
    assert (log.exit_status, log.signal) == (status, signal)
    assert log.errors[-1] == f"failed to execute component: {how}"


def test_a_failed_publish_after_a_failed_program_still_tells_its_status() -> None:
    text = "F1121 09:55:21.09 15 main.go:59] failed to publish execution with error x after execution failed: exit status 4"
    assert _read(text).exit_status == 4


def test_nothing_is_the_program_s_after_the_launcher_said_that_it_ended() -> None:
    assert _read(container_log("last word\n") + "something else\n").own == ("last word",)
