"""A container's log → what it says about how the program ended: exit, signal, traceback, and the stage that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from kfpops.knowledge.argo_node import Role
from kfpops.knowledge.launcher_log import LauncherLog, read_launcher_log
from kfpops.knowledge.log_lines import clean_lines
from kfpops.knowledge.pip_log import PipFailure, read_pip_failure
from kfpops.knowledge.traceback import Traceback
from kfpops.knowledge.traceback_end import judge
from kfpops.model.log import Log

Stage: TypeAlias = Literal["driver", "install", "user-code", "upload", "publish", "launcher", "unknown"]
"""Which part of a step failed: KFP's driver, pip, the user's code, the upload of outputs, the record in ML Metadata."""

_MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class LogReading:
    """What one container's log says.

    `lines` are the last lines without time stamps, as they came (bounded). `own_lines` are those that the user's program
    (or pip) wrote: without lines of Argo's executor and KFP's launcher or driver; bounded too. `exit_status` is the user
    process's own exit code as the launcher tells it, `signal_name` the word after its `signal:` ("killed"). `traceback` is
    the one that ended the program, not one that was caught before; `logged` the last of the others. `klog_errors` are texts
    of klog's E and F lines, oldest first. `pip` is why pip gave up, when it did and the step failed of it.

    `python_component`: KFP's Python executor began to run the component (a container component has none, nor has a step
    whose installation failed). `inputs` is the component's input as that executor printed it: JSON, perhaps cut, else "".
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
    logged: Traceback | None = None
    pip: PipFailure | None = None
    python_component: bool = False
    inputs: str = ""


def read_log(log: Log, container: str, role: Role) -> LogReading:
    """Read a log. A driver's log quotes the user's source code, so of it only KFP's own error lines count."""
    lines, too_long = clean_lines(log.text)
    cut = log.cut or too_long
    sorted_lines = read_launcher_log(lines)
    last = tuple(lines[-_MOST_LINES:])
    if role == "driver":
        return LogReading(log.source, container, "driver", lines=last, klog_errors=sorted_lines.errors, cut=cut)
    own = sorted_lines.own
    tracebacks = judge(
        own,
        cut=cut and not sorted_lines.started,
        started=sorted_lines.started,
        finished=sorted_lines.finished,
        status=sorted_lines.exit_status,
        killed=sorted_lines.signal is not None,
    )
    pip = _pip_failure(sorted_lines, tracebacks.ended)
    return LogReading(
        log.source,
        container,
        _stage(sorted_lines, tracebacks.ended, pip),
        lines=last,
        own_lines=own[-_MOST_LINES:],
        exit_status=sorted_lines.exit_status,
        signal_name=sorted_lines.signal,
        traceback=tracebacks.ended,
        klog_errors=sorted_lines.errors,
        cut=cut,
        logged=tracebacks.logged,
        pip=pip,
        python_component=sorted_lines.started,
        inputs=sorted_lines.inputs,
    )


def _pip_failure(log: LauncherLog, ended: Traceback | None) -> PipFailure | None:
    """pip's failure counts when the program ended of it: before the component began, or as a command that it ran."""
    if log.exit_status == 0 or log.finished or log.signal is not None or (log.exit_status or 0) >= 128:
        return None
    ran_pip = ended is not None and "pip" in ended.message and ended.name == "CalledProcessError"
    own_crash = ended is not None and any("/pip/_internal/" in f.file for f in ended.frames)
    if ran_pip or own_crash or (ended is None and not log.started):
        return read_pip_failure(log.own)
    return None


def _stage(log: LauncherLog, ended: Traceback | None, pip: PipFailure | None) -> Stage:
    """The launcher's last error tells (launcher_v2.go); without it, how far the program came."""
    last = log.errors[-1] if log.errors else ""
    if "upload output artifact" in last or "uploadOutputArtifacts" in last or "All upload artifact attempts failed" in last:
        return "upload"
    if "ML Metadata" in last or "MLMD" in last or "failed to publish" in last:
        return "publish"
    if log.exit_status is not None or log.signal is not None:
        return "install" if pip is not None and not log.started else "user-code"
    if last:
        return "launcher"
    if pip is not None and not log.started:
        return "install"
    return "user-code" if ended is not None or log.started else "unknown"
