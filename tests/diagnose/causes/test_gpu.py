"""GPUs that are missing, do not fit, or failed."""

from __future__ import annotations

import pytest

from kfpops.diagnose.causes import all_causes
from kfpops.diagnose.causes.gpu import CAUSES
from kfpops.diagnose.step import Step
from tests.builders import a_pod, a_step, terminated
from tests.diagnose.causes.looking import names, the
from tests.log_samples import python_log, uncaught

WATCHDOG = "[E ProcessGroupNCCL.cpp:475] [Rank 0] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=3)\n"


def failed(own: str, how: str = "exit status 1", gpus: str | None = None) -> Step:
    limits = {"nvidia.com/gpu": gpus} if gpus else {}
    return a_step(pod=a_pod(phase="Failed", statuses=(terminated(1),), limits=limits), log=python_log(own, how))


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(failed("CUDA is not available, using the CPU\n"), id="a word in passing"),
        pytest.param(
            failed(uncaught("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB")), id="its memory"
        ),
        pytest.param(failed(WATCHDOG, "exit status 1"), id="the watchdog spoke, but nothing aborted"),
    ],
)
def test_not_the_gpu(step: Step) -> None:
    assert names(CAUSES, step) == []


@pytest.mark.parametrize(
    ("exception", "cause"),
    [
        ("RuntimeError: Found no NVIDIA driver on your system.", "gpu/no-device"),
        ("AssertionError: Torch not compiled with CUDA enabled", "gpu/no-device"),
        ("RuntimeError: CUDA error: no kernel image is available for execution on the device", "gpu/driver-mismatch"),
        ("RuntimeError: CUDA error: device-side assert triggered", "gpu/device-assert"),
        ("torch.distributed.DistBackendError: Watchdog caught collective operation timeout", "gpu/collective-timeout"),
    ],
)
def test_gpu_troubles(exception: str, cause: str) -> None:
    found = the(all_causes(), failed(uncaught(exception)))
    assert (found.cause, found.confidence) == (cause, "certain")


def test_a_step_without_a_gpu_is_told_how_to_ask_for_one() -> None:
    found = the(CAUSES, failed(uncaught("RuntimeError: No CUDA GPUs are available")))
    assert found.title == "Step train wants a GPU, but did not ask for one"
    assert found.advice[0].sdk == "train_task.set_accelerator_type('nvidia.com/gpu').set_accelerator_limit(1)"
    assert found.facts["gpus"] == 0


def test_a_step_with_a_gpu_is_told_to_look_elsewhere() -> None:
    found = the(CAUSES, failed(uncaught("RuntimeError: CUDA error: invalid device ordinal"), gpus="1"))
    assert (found.facts["gpus"], found.facts["resource"]) == (1, "nvidia.com/gpu")
    assert found.advice[0].sdk is None


def test_a_watchdog_that_aborts_the_program() -> None:
    found = the(all_causes(), failed(WATCHDOG + "terminate called after throwing\nAborted\n", "exit status 134"))
    assert (found.cause, found.confidence) == ("gpu/collective-timeout", "likely")
