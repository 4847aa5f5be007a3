"""Packages that pip could not install."""

from __future__ import annotations

import pytest

from kfpops.diagnose.causes import all_causes
from kfpops.diagnose.causes.install import CAUSES
from kfpops.diagnose.step import Step
from tests.builders import a_pod, a_step, terminated
from tests.diagnose.causes.looking import names, the
from tests.log_samples import FINISHED, container_log, python_log, uncaught

MISSING = (
    "ERROR: Could not find a version that satisfies the requirement xgboost==9.9.1 (from versions: 1.7.6, 2.0.3)\n"
    "ERROR: No matching distribution found for xgboost==9.9.1\n"
)
BROKEN = (
    "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by "
    "'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7fd2>: Failed to establish a new "
    "connection: [Errno -2] Name or service not known')': /simple/xgboost/\n"
    "ERROR: Could not find a version that satisfies the requirement xgboost==2.0.3 (from versions: none)\n"
    "ERROR: No matching distribution found for xgboost==2.0.3\n"
)
COMMAND = (
    "PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --no-warn-script-location "
    '--index-url http://mirror.build.svc/simple --trusted-host mirror.build.svc \'xgboost==2.0.3\' && "$0" "$@"\n'
)


def failed(log: str | None, status: int = 1) -> Step:
    pod = a_pod(
        phase="Failed", statuses=(terminated(status),), main={"command": ["launcher"], "args": ["sh", "-c", COMMAND]}
    )
    return a_step(pod=pod, log=log)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(failed(None), id="no log"),
        pytest.param(failed(python_log(MISSING + "without it then\n" + FINISHED, how="")), id="the component did without"),
        pytest.param(failed(python_log(MISSING + uncaught("KeyError: 'a'"))), id="the component failed of something else"),
        pytest.param(failed(container_log(MISSING, "exit status 137")), id="killed while installing"),
        pytest.param(failed(container_log("ERROR: training did not converge\n")), id="a program's own error"),
    ],
)
def test_pip_is_not_the_reason(step: Step) -> None:
    assert names(CAUSES, step) == []


def test_no_such_version() -> None:
    found = the(all_causes(), failed(container_log(MISSING)))
    assert found.cause == "install/package-not-found"
    assert (found.facts["package"], found.facts["wanted"], found.facts["exit_code"]) == ("xgboost", "9.9.1", 1)
    assert found.advice[0].sdk == "@dsl.component(packages_to_install=['xgboost==2.0.3'])"


def test_an_index_that_was_not_reached_is_named_by_the_command() -> None:
    found = the(all_causes(), failed(container_log(BROKEN)))
    assert found.cause == "install/index-unreachable"
    assert found.facts["host"] == "mirror.build.svc"
    assert "pip_index_urls" in found.advice[0].text
    assert "packages_to_install=['xgboost==2.0.3']" in (found.advice[0].sdk or "")


@pytest.mark.parametrize(
    ("own", "cause"),
    [
        ("ERROR: Cannot install a==1 and b==2 because these package versions have conflicting dependencies.\n", "conflict"),
        (
            "error: command 'gcc' failed: No such file or directory\nERROR: Failed building wheel for pycairo\n",
            "build-failed",
        ),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/.local'\n", "not-permitted"),
        ("ERROR: 403 Client Error: Forbidden for url: https://index.example/simple/x/\n", "index-unreachable"),
        ("ERROR: Package 'numpy' requires a different Python: 3.7.17 not in '>=3.9'\n", "package-not-found"),
    ],
)
def test_other_reasons(own: str, cause: str) -> None:
    assert names(all_causes(), failed(container_log(own))) == [f"install/{cause}"]


def test_pip_that_the_component_ran_itself() -> None:
    command = (
        "subprocess.CalledProcessError: Command '['pip', 'install', 'xgboost==9.9.1']' returned non-zero exit status 1."
    )
    assert names(all_causes(), failed(python_log(MISSING + uncaught(command)))) == ["install/package-not-found"]
