"""Programs that say themselves that memory was missing: Python, NumPy, PyTorch, TensorFlow, JAX, and SIGBUS."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kfpops.knowledge.log_reading import LogReading
from kfpops.knowledge.traceback import Traceback

SIGBUS = 7
_SIGBUS_STATUS = 128 + SIGBUS

_REFUSED = frozenset({"MemoryError", "_ArrayMemoryError", "ArrayMemoryError", "ArrowMemoryError"})
_REFUSED_TEXT = re.compile(
    r"DefaultCPUAllocator: (?:can't allocate memory|not enough memory)|\[Errno 12\] Cannot allocate memory|device:CPU:\d"
)
_GPU = re.compile(
    r"(?:CUDA|HIP|XPU|MPS backend) out of memory|CUDA error: out of memory|CUBLAS_STATUS_ALLOC_FAILED"
    r"|cudaErrorMemoryAllocation|CUDA_ERROR_OUT_OF_MEMORY|OOM when allocating tensor"
    r"|RESOURCE_EXHAUSTED: (?:Out of memory|Failed)"
)
_GPU_MODULES = ("torch.", "cupy.", "numba.cuda.", "rmm.")
_SHM = re.compile(
    r"insufficient shared memory \(shm\)|out of shared memory|unable to (?:write to file|mmap \d+ bytes from file) </torch_"
    r"|No space left on device: '/(?:dev/shm/|psm_|torch_)|/dev/shm\b.*No space left on device"
)
_SIZE = r"([\d.]+) ?([KMGT]i?B|bytes)\b"
_ASKED = re.compile(rf"(?:Unable to allocate|[Tt]ried to allocate|allocate|malloc of size) {_SIZE}")
_TOTAL = re.compile(rf"total capacity of {_SIZE}|{_SIZE} total capacity")
_RESERVED = re.compile(rf"(?:and|with) {_SIZE} is reserved by PyTorch but unallocated")
_FACTORS = {
    "bytes": 1,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
}
# From so much reserved and unused memory on, fragmentation is worth a word.
_MUCH = 2**29
# Words of the C++ runtime and of shells stand at the very end of what a program writes.
_LAST_WORDS = 15


@dataclass(frozen=True, slots=True)
class Refusal:
    """`name`: the exception, or the runtime's word for it; sizes in bytes, None when not told; `lines` are the quotation."""

    name: str
    lines: tuple[str, ...]
    asked: int | None = None
    total: int | None = None
    reserved: bool = False


@dataclass(frozen=True, slots=True)
class SharedMemory:
    """`named`: the text speaks of shared memory; else it was a SIGBUS, which has other reasons too, though rarely."""

    named: bool
    signal: int | None
    lines: tuple[str, ...] = ()


def cannot_allocate(log: LogReading) -> Refusal | None:
    """The program was refused memory of its own, and ended with that."""
    traceback = log.traceback
    if traceback is not None:
        refused = traceback.name in _REFUSED or _REFUSED_TEXT.search(traceback.message)
        return Refusal(traceback.name, _quote(traceback), _size(_ASKED, traceback.message)) if refused else None
    line = next((line for line in reversed(log.own_lines[-_LAST_WORDS:]) if "std::bad_alloc" in line), None)
    return Refusal("std::bad_alloc", (line,)) if line else None


def gpu_memory(log: LogReading) -> Refusal | None:
    """The traceback that ended the program says that the GPU's memory was full."""
    traceback = log.traceback
    if traceback is None or _REFUSED_TEXT.search(traceback.message):
        return None
    own = traceback.name == "OutOfMemoryError" and traceback.exception.startswith(_GPU_MODULES)
    if not own and not _GPU.search(traceback.message):
        return None
    text = traceback.message
    reserved = (_size(_RESERVED, text) or 0) >= _MUCH
    return Refusal(traceback.exception, _quote(traceback), _size(_ASKED, text), _size(_TOTAL, text), reserved)


def shared_memory(log: LogReading | None, exit_code: int | None) -> SharedMemory | None:
    """/dev/shm was full: the program says so, or it ended with SIGBUS. `exit_code` is the container's."""
    text = log.traceback.message if log and log.traceback else ""
    last = [line for line in log.own_lines[-_LAST_WORDS:] if line.strip()] if log else []
    said = next((line for line in (text, *reversed(last)) if _SHM.search(line)), None)
    bus = exit_code == _SIGBUS_STATUS or "killed by signal: Bus error" in text
    if log is not None:
        bus = bus or log.exit_status == _SIGBUS_STATUS or (log.signal_name or "").startswith("bus")
    if said is None and not bus:
        return None
    words = (said,) if said else tuple(line for line in last if "Bus error" in line)[-1:]
    return SharedMemory(said is not None, SIGBUS if bus else None, words or tuple(log.klog_errors[-1:] if log else ()))


def _quote(traceback: Traceback) -> tuple[str, ...]:
    return (f"{traceback.exception}: {traceback.message}" if traceback.message else traceback.exception,)


def _size(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    if found is None:
        return None
    number, unit = [g for g in found.groups() if g]
    return round(float(number) * _FACTORS[unit])
