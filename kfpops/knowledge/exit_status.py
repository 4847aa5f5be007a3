"""Exit statuses and signals: 137 is SIGKILL, and so is Go's `signal: killed`."""

from __future__ import annotations

SIGKILL, SIGTERM, SIGBUS = 9, 15, 7

# Go's syscall.Signal.String() (Linux) → number; KFP's launcher prints these.
_OF_GO = {
    "hangup": 1, "interrupt": 2, "quit": 3, "illegal instruction": 4, "trace/breakpoint trap": 5, "aborted": 6,
    "bus error": 7, "floating point exception": 8, "killed": 9, "user defined signal 1": 10, "segmentation fault": 11,
    "user defined signal 2": 12, "broken pipe": 13, "alarm clock": 14, "terminated": 15, "stack fault": 16,
    "cpu time limit exceeded": 24, "file size limit exceeded": 25, "bad system call": 31,
}  # fmt: skip
_NAMES = {
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL",
    10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 16: "SIGSTKFLT",
    24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
}  # fmt: skip
# What a native crash looks like from outside.
CRASHES = {
    4: "it met an instruction that this processor does not have",
    5: "it met a breakpoint trap",
    6: "it aborted itself",
    7: "it touched memory that has nothing behind it",
    8: "it divided by zero in native code",
    11: "it touched memory that is not its own",
    31: "it made a system call that is not allowed",
}


def signal_of(exit_status: int | None, go_name: str | None = None) -> int | None:
    """The signal that ended a process: from Go's word for it, or a status of 128 + n as shells and runtimes make it."""
    if go_name:
        return _OF_GO.get(go_name)
    if exit_status is None:
        return None
    number = exit_status - 128
    return number if number in _NAMES else None


def signal_name(number: int) -> str:
    """SIGKILL for 9; `signal 40` for one that has no name here."""
    return _NAMES.get(number, f"signal {number}")
