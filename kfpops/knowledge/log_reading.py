"""A container's log → what it says about how the program ended: exit, signal, traceback, and the stage that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from kfpops.knowledge.argo_node import Role
from kfpops.knowledge.traceback import Traceback
from kfpops.model.log import Log

Stage: TypeAlias = Literal["driver", "install", "user-code", "upload", "publish", "launcher", "unknown"]
"""Which part of a step failed: KFP's driver, pip, the user's code, the upload of outputs, the record in ML Metadata."""


@dataclass(frozen=True, slots=True)
class LogReading:
    """What one container's log says.

    `lines` are the last lines without time stamps, as they came (bounded). `own_lines` are those that the user's program
    (or pip) wrote: without lines of Argo's executor and KFP's launcher or driver. `exit_status` is the user process's own
    exit code as the launcher tells it, `signal_name` the word after its `signal:` ("killed"). `traceback` is the one that
    ended the program, not one that was caught before. `klog_errors` are texts of klog's E and F lines, oldest first.
    """

    source: str
    container: str
    stage: Stage
    lines: tuple[str, ...] = ()
    own_lines: tuple[str, ...] = ()
    exit_status: int | None = None
    signal_name: str | None = None
    traceback: Traceback | None = None
    klog_errors: tuple[str, ...] = ()
    cut: bool = False


def read_log(log: Log, container: str, role: Role) -> LogReading:
    """Read a log. A driver's log quotes the user's source code, so of it only KFP's own error lines count."""
    lines = tuple(log.text.splitlines())[-400:]
    return LogReading(log.source, container, "unknown", lines=lines, own_lines=lines, cut=log.cut)
