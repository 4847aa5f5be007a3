"""GPU errors other than memory: no device, the wrong driver, a failed assertion, a stuck collective operation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kfpops.knowledge.traceback import Traceback

GpuTrouble: TypeAlias = Literal["collective-timeout", "device-assert", "driver-mismatch", "cpu-build", "no-device"]
"""cpu-build: the installed framework was built without GPU support, whatever devices there are."""


@dataclass(frozen=True, slots=True)
class GpuFailure:
    """`line` is the telling one; `exception` the class that ended the program, None when it aborted without one."""

    trouble: GpuTrouble
    line: str
    exception: str | None = None


# PyTorch (c10/cuda, torch/cuda/__init__.py, ProcessGroupNCCL.cpp), CUDA's runtime, NVML, NCCL, TensorFlow, JAX, Lightning.
_TEXTS: tuple[tuple[GpuTrouble, re.Pattern[str]], ...] = (
    ("collective-timeout", re.compile(
        r"[Cc]aught collective operation timeout|Timed out waiting \d+ms for (?:recv|send)|NCCL communicator was aborted"
        r"|NCCL (?:WARN|error).{0,200}?[Tt]ime(?:d )?out|ncclRemoteError|ncclSystemError|unhandled system error, NCCL")),
    ("device-assert", re.compile(
        r"device-side assert triggered|an illegal memory access was encountered|CUDA_ERROR_ILLEGAL_ADDRESS"
        r"|misaligned address|unspecified launch failure|CUDA_ERROR_ASSERT|CUDA_ERROR_LAUNCH_FAILED"
        r"|uncorrectable ECC error")),
    ("driver-mismatch", re.compile(
        r"driver version is insufficient|NVIDIA driver on your system is too old|Driver/library version mismatch"
        r"|no kernel image is available for execution|unsupported display driver / cuda driver combination"
        r"|unsupported toolchain|CUDA_ERROR_UNSUPPORTED_PTX_VERSION|forward compatibility was attempted"
        r"|is not compatible with the current PyTorch")),
    ("cpu-build", re.compile(
        r"Torch not compiled with CUDA enabled|(?:built|compiled) without (?:GPU|CUDA) support"
        r"|not compiled with (?:GPU|CUDA) support|GPU Tree Learner was not enabled|XGBoost version not compiled with GPU")),
    ("no-device", re.compile(
        r"No CUDA GPUs are available|Found no NVIDIA driver|no CUDA-capable device|cudaErrorNoDevice|invalid device ordinal"
        r"|CUDA_ERROR_NO_DEVICE|libcuda\.so[.\d]*: cannot open|libnvidia-ml\.so[.\d]*: cannot open|driver not loaded"
        r"|NVML Shared Library Not Found|Failed to initialize NVML|[Uu]nable to initialize backend 'cuda'"
        r"|No supported gpu backend|[Nn]o GPU/TPU found|CUDA is not available"
        r"|Attempting to deserialize object on a CUDA device but")),
)  # fmt: skip


def read_gpu_failure(traceback: Traceback | None, last_lines: Sequence[str] = ()) -> GpuFailure | None:
    """What the traceback says of the GPU; without one, what the last lines of a program that aborted say."""
    if traceback is not None:
        for one in traceback.explained:
            if (found := _search(one.message.splitlines())) is not None:
                return GpuFailure(found[0], f"{one.name}: {found[1]}", one.name)
        return None
    last = _search(last_lines)
    # An aborted process ends in C++: only what the watchdog and the CUDA runtime print counts there.
    return GpuFailure(*last) if last and last[0] in ("collective-timeout", "device-assert") else None


def _search(lines: Sequence[str]) -> tuple[GpuTrouble, str] | None:
    for trouble, pattern in _TEXTS:
        for line in lines:
            if pattern.search(line):
                return trouble, line.strip()
    return None
