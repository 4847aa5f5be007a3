"""GPU errors other than memory."""

from __future__ import annotations

import pytest

from kfpops.knowledge.gpu_errors import read_gpu_failure
from kfpops.knowledge.traceback import Traceback


@pytest.mark.parametrize(
    ("exception", "message"),
    [
        ("torch.OutOfMemoryError", "CUDA out of memory. Tried to allocate 20.00 MiB"),
        ("RuntimeError", "mat1 and mat2 shapes cannot be multiplied"),
        ("ImportError", "libcudnn.so.8: cannot open shared object file"),
        ("TimeoutError", "timed out"),
    ],
)
def test_other_errors(exception: str, message: str) -> None:
    assert read_gpu_failure(Traceback(exception, message)) is None


@pytest.mark.parametrize(
    ("exception", "message", "trouble"),
    [
        ("RuntimeError", "No CUDA GPUs are available", "no-device"),
        ("RuntimeError", "Found no NVIDIA driver on your system. Please check", "no-device"),
        ("ImportError", "libcuda.so.1: cannot open shared object file: No such file or directory", "no-device"),
        ("RuntimeError", "CUDA error: invalid device ordinal\nCUDA kernel errors might be", "no-device"),
        ("AssertionError", "Torch not compiled with CUDA enabled", "cpu-build"),
        ("RuntimeError", "CUDA error: no kernel image is available for execution on the device", "driver-mismatch"),
        ("RuntimeError", "CUDA driver version is insufficient for CUDA runtime version", "driver-mismatch"),
        ("pynvml.NVMLError", "Driver/library version mismatch", "driver-mismatch"),
        ("RuntimeError", "CUDA error: device-side assert triggered\nCUDA kernel errors", "device-assert"),
        (
            "torch.distributed.DistBackendError",
            "[Rank 1] Watchdog caught collective operation timeout: x",
            "collective-timeout",
        ),
    ],
)
def test_gpu_errors(exception: str, message: str, trouble: str) -> None:
    found = read_gpu_failure(Traceback(exception, message))
    assert found is not None
    assert found.trouble == trouble
    assert "\n" not in found.line


def test_an_aborted_program_is_explained_only_by_what_aborts() -> None:
    watchdog = "[E ProcessGroupNCCL.cpp:475] [Rank 0] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=3)"
    found = read_gpu_failure(None, ["epoch 1", watchdog, "terminate called"])
    assert found is not None
    assert (found.trouble, found.line) == ("collective-timeout", watchdog)
    assert read_gpu_failure(None, ["warning: CUDA is not available, using the CPU"]) is None
