"""What KFP's and Argo's own programs say of a failed step, and that the user's program speaks first."""

from __future__ import annotations

import pytest

from kfpops.diagnose.kfp_said import said_by_kfp
from kfpops.diagnose.step import Step
from tests.builders import a_pod, a_step, terminated
from tests.diagnose.causes.looking import launcher_error, launcher_log

GONE = 'failed to download input artifact "table" from remote storage URI "minio://b/k": blob (code=NotFound): NoSuchKey'
PUT = 'failed to put file: Get "http://seaweedfs.kubeflow:9000/": dial tcp 198.19.17.52:9000: connect: connection refused'


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(a_step(), id="nothing is known"),
        pytest.param(a_step(log=launcher_log("boom", "exit status 1")), id="the user's program failed"),
        pytest.param(a_step(message=f"main: Error (exit code 1): {PUT}"), id="a program's own last words"),
        pytest.param(a_step(message="wait: Error (exit code 64): something else"), id="words that are not known"),
    ],
)
def test_they_say_nothing(step: Step) -> None:
    assert said_by_kfp(step) is None


@pytest.mark.parametrize(
    ("step", "trouble"),
    [
        pytest.param(a_step(log=launcher_error(GONE)), "artifact-missing", id="the launcher's log"),
        pytest.param(a_step(message=f"wait: Error (exit code 64): {PUT}"), "store-unreachable", id="Argo's message"),
        pytest.param(
            a_step(pod=a_pod(phase="Failed", statuses=(terminated(64, message=PUT, name="wait"),))),
            "store-unreachable",
            id="the status of Argo's container",
        ),
    ],
)
def test_they_say_what_is_wrong_and_where_it_was_read(step: Step, trouble: str) -> None:
    said = said_by_kfp(step)
    assert said is not None
    error, quoted = said
    assert error.trouble == trouble
    assert len(quoted) >= 1
