"""Who ran out of memory: what the container's reason, its exit code and the launcher's line mean together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal["main", "child", "survived", "node"]
"""main: the program itself was killed at the container's limit · child: another process of the container, and the program
failed · survived: the same, and the program ended well · node: the node had no memory left, whatever the limit."""

SIGKILL_STATUS = 128 + 9

# How libraries and shells say that one of their processes was killed.
_DEAD_CHILD = re.compile(
    r"SIGKILL|BrokenProcessPool|TerminatedWorkerError|WorkerLostError|KilledWorker|WorkerCrashedError|terminated abruptly"
    r"|killed by signal: Killed|killed by signal 9\b|[Ss]ignal 9\b|\[-9\b|\b(?:return|exit)[^\d\n]{0,24}-9\b"
    r"|\bexit(?:ed)?[ _](?:with )?(?:code|status)[ :=]+137\b"
)
# bash tells of a part of a script or pipe: `a.sh: line 1:    23 Killed    python3 -c "…"`; dash and busybox: `Killed`.
_BASH_REPORT = re.compile(r"line \d+:\s+\d+ Killed\b\s*(?P<command>.*)")
# KFP's own way to start a Python component (kfp.components in SDKs before 2.0): that is the program, not a part of it.
_KFP_PROGRAM = re.compile(r"kfp\.(?:dsl|components)\.executor_main|_KFP_RUNTIME")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a container ended, as everyone who knows tells it.

    `reason` and `exit_code` are the container's; `inner_status` and `inner_signal` the user process's in the line of KFP's
    launcher. `limited`: whether the container had a memory limit, None when unknown. `system_oom`: the node told of a
    system-wide lack of memory at that time. `disrupted`: something else is known to have ended the pod. `child_died`:
    the program, or a shell, says that one of its processes was killed.
    """

    reason: str
    exit_code: int | None
    inner_status: int | None = None
    inner_signal: str | None = None
    limited: bool | None = None
    system_oom: bool = False
    disrupted: bool = False
    child_died: bool = False

    @property
    def killed(self) -> bool:
        """Whether somebody sent SIGKILL, to the container's first process or to the user's."""
        return SIGKILL_STATUS in (self.exit_code, self.inner_status) or self.inner_signal == "killed"


def verdict(ending: Ending) -> Verdict | None:
    """None: no lack of memory. A SIGKILL without `OOMKilled` and without the node's word for it is somebody else's.

    The runtime says OOMKilled as soon as any process of the container was (containerd internal/cri/server/events.go), so
    the reason alone does not tell who it was.
    """
    if ending.reason != "OOMKilled":
        return "node" if ending.killed and ending.system_oom and not ending.disrupted else None
    if ending.exit_code == 0:
        return "survived"
    if ending.limited is False:
        return "node"
    if ending.inner_signal == "killed":
        return "main"
    if ending.inner_status is not None:
        return "main" if ending.inner_status == SIGKILL_STATUS and not ending.child_died else "child"
    return "child" if ending.child_died and ending.exit_code != SIGKILL_STATUS else "main"


def dead_child(lines: Iterable[str], *, by_shell: bool = False) -> str | None:
    """The first line that says that a process of the program was killed; None when none does.

    `by_shell`: only a shell's report of a part of its script counts. Where the program itself ended with 137, what it wrote
    about other processes before is not the reason.
    """
    return next((line for line in lines if _tells(line, by_shell)), None)


def _tells(line: str, by_shell: bool) -> bool:
    report = _BASH_REPORT.search(line)
    if report is not None:
        return not _KFP_PROGRAM.search(report["command"])
    return not by_shell and _DEAD_CHILD.search(line) is not None
