from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kfpops.cli.bug_report import redacted
from kfpops.errors import Forbidden, KfpopsError, NotFound, Unreachable, UsageError
from tests.cli.conftest import CommandLine
from tests.fakes import FakePipelines, a_cluster


@pytest.mark.parametrize(
    "error, code",
    [
        pytest.param(UsageError("No kubeconfig was found.", "Set KUBECONFIG."), 2, id="usage"),
        pytest.param(NotFound("No run is called x.", "Did you mean y?"), 2, id="not found"),
        pytest.param(Unreachable("The API server did not answer.", "Is the VPN up?"), 3, id="unreachable"),
        pytest.param(Forbidden("No access.", "Ask for it."), 3, id="forbidden"),
    ],
)
def test_an_error_is_a_sentence_a_hint_and_a_code(kfpops: CommandLine, error: KfpopsError, code: int) -> None:
    kfpops.cluster = error
    printed = kfpops("status")
    assert printed.code == code
    assert printed.out == ""
    assert printed.err == f"Error: {error.message}\n{error.hint}\n"


def test_an_error_cannot_steer_the_terminal(kfpops: CommandLine) -> None:
    kfpops.cluster = NotFound("No run \x1b[2Jx.")
    assert kfpops("status").err == "Error: No run x.\n"


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("status", "--nonsense"), ("-o", "xml", "status"), ("diagnose", "run")]
)
def test_wrong_usage_is_2(kfpops: CommandLine, arguments: tuple[str, ...]) -> None:
    printed = kfpops(*arguments)
    assert printed.code == 2
    assert "Usage: kfpops" in printed.err
    assert printed.out == ""


def test_a_bug_leaves_a_report_and_no_traceback(kfpops: CommandLine) -> None:
    kfpops.cluster = ZeroDivisionError("never happens")
    printed = kfpops("--kfp-header", "Authorization: secret", "status")
    assert printed.code == 70
    assert "Traceback" not in printed.err
    path = next(word.rstrip(".") for word in printed.err.split() if "kfpops-report-" in word)
    report = Path(path).read_text()
    Path(path).unlink()
    assert "ZeroDivisionError: never happens" in report
    assert "secret" not in report


def test_secrets_are_redacted_in_both_spellings() -> None:
    given = ["--kfp-header", "A: b", "--kfp-header=A: b", "--context", "x"]
    assert redacted(given) == ["--kfp-header", "***", "--kfp-header=***", "--context", "x"]


def test_an_interrupt_is_130(kfpops: CommandLine) -> None:
    kfpops.cluster = KeyboardInterrupt()
    printed = kfpops("status")
    assert printed.code == 130
    assert "Traceback" not in printed.err


def test_version(kfpops: CommandLine) -> None:
    assert kfpops("--version").out == "kfpops 0.1.0\n"


def test_a_reader_that_left_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "kfpops", "--help"], stdout=write, stderr=subprocess.PIPE, text=True, timeout=20, check=False
    )
    os.close(write)
    assert done.stderr == ""
    assert done.returncode == 0


def test_a_terminal_without_the_character_gets_a_question_mark() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kfpops", "--help"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        timeout=20,
        check=False,
    )
    assert done.returncode == 0
    assert b"https://?" in done.stdout


def test_a_forbidden_api_is_no_bug(kfpops: CommandLine) -> None:
    kfpops.cluster = a_cluster(pipelines=FakePipelines(broken=Forbidden("No.")))
    assert kfpops("runs").code == 0
