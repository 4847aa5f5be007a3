"""Programs that say themselves that memory was missing."""

from __future__ import annotations

import pytest

from kfpops.knowledge.log_reading import LogReading
from kfpops.knowledge.memory_errors import cannot_allocate, gpu_memory, shared_memory
from kfpops.knowledge.traceback import Traceback

GI = 2**30
TORCH = (
    "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 14.58 GiB of which 1.21 GiB is free. "
    "Process 41 has 13.36 GiB memory in use. Of the allocated memory 11.20 GiB is allocated by PyTorch, and 1.90 GiB is "
    "reserved by PyTorch but unallocated."
)


def a_reading(exception: str = "", message: str = "", *own: str, **more: object) -> LogReading:
    traceback = Traceback(exception, message) if exception else None
    return LogReading("log", "main", "user-code", own_lines=own, traceback=traceback, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "log",
    [
        pytest.param(a_reading(), id="nothing"),
        pytest.param(a_reading("ValueError", "MemoryError is not expected here"), id="a message that quotes the name"),
        pytest.param(a_reading("KeyError", "'x'", "CUDA out of memory", "std::bad_alloc"), id="caught before another end"),
        pytest.param(
            a_reading("", "", "CUDA out of memory. Retrying with half the batch"), id="a line of the log, no traceback"
        ),
    ],
)
def test_nothing_was_missing(log: LogReading) -> None:
    assert (cannot_allocate(log), gpu_memory(log), shared_memory(log, 1)) == (None, None, None)


@pytest.mark.parametrize(
    ("log", "asked"),
    [
        (a_reading("MemoryError", ""), None),
        (a_reading("numpy.core._exceptions._ArrayMemoryError", "Unable to allocate 7.5 GiB for an array"), 7.5 * GI),
        (a_reading("pyarrow.lib.ArrowMemoryError", "malloc of size 1024 bytes failed"), 1024),
        (a_reading("RuntimeError", "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"), None),
        (a_reading("OSError", "[Errno 12] Cannot allocate memory"), None),
        (a_reading("", "", "terminate called after throwing an instance of 'std::bad_alloc'", "what()"), None),
    ],
)
def test_an_allocation_was_refused(log: LogReading, asked: float | None) -> None:
    found = cannot_allocate(log)
    assert found is not None
    assert found.asked == asked


def test_the_gpus_memory_with_its_numbers() -> None:
    found = gpu_memory(a_reading("torch.OutOfMemoryError", TORCH))
    assert found is not None
    assert (found.asked, found.total, found.reserved) == (2 * GI, round(14.58 * GI), True)


@pytest.mark.parametrize(
    ("exception", "message"),
    [
        ("RuntimeError", "CUDA error: out of memory"),
        ("RuntimeError", "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        (
            "jaxlib.xla_extension.XlaRuntimeError",
            "RESOURCE_EXHAUSTED: Out of memory while trying to allocate 2147483648 bytes.",
        ),
        (
            "tensorflow.ResourceExhaustedError",
            "OOM when allocating tensor with shape[9] on /device:GPU:0 by allocator GPU_0_bfc",
        ),
        ("cupy.cuda.memory.OutOfMemoryError", "Out of memory allocating 8,000,000,000 bytes"),
    ],
)
def test_other_libraries_words_for_a_full_gpu(exception: str, message: str) -> None:
    assert gpu_memory(a_reading(exception, message)) is not None


def test_tensorflow_on_the_processor_is_no_gpu() -> None:
    log = a_reading("ResourceExhaustedError", "OOM when allocating tensor with shape[9] on /device:CPU:0 by allocator cpu")
    assert gpu_memory(log) is None
    assert cannot_allocate(log) is not None


@pytest.mark.parametrize(
    ("log", "exit_code", "named"),
    [
        pytest.param(a_reading("", "", "sharing 180 MiB", "Bus error", exit_status=135), 1, False, id="a shell's word"),
        pytest.param(a_reading("", "", signal_name="bus error"), 1, False, id="the launcher's direct child"),
        pytest.param(None, 135, False, id="the container's own exit code"),
        pytest.param(
            a_reading(
                "RuntimeError", "DataLoader worker (pid 3) is killed by signal: Bus error. insufficient shared memory (shm)"
            ),
            1,
            True,
            id="PyTorch says so",
        ),
        pytest.param(
            a_reading("RuntimeError", "unable to write to file </torch_12_34>: No space left on device (28)"),
            1,
            True,
            id="a file",
        ),
        pytest.param(
            a_reading("OSError", "[Errno 28] No space left on device: '/psm_1a2b'"), 1, True, id="multiprocessing's file"
        ),
    ],
)
def test_shared_memory_was_full(log: LogReading | None, exit_code: int, named: bool) -> None:
    found = shared_memory(log, exit_code)
    assert found is not None
    assert found.named is named
