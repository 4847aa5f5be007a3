"""One command measured: wall time, peak memory, what it printed. This process stays small: a child begins with its size."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """`cpu_seconds`: user and system, which other programs disturb less; `peak_bytes`: the largest resident set."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    code: int
    output: str


def measure(command: Sequence[str]) -> Measured:
    """Bytecode is kept between runs, as pip makes it for an installed package, whatever this environment says."""
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as child:
        assert child.stdout is not None
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return Measured(
        time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, child.returncode, output
    )


def best_of(number: int, command: Sequence[str]) -> Measured:
    """The quickest of several: the others were disturbed."""
    return min((measure(command) for _ in range(number)), key=lambda m: m.seconds)
