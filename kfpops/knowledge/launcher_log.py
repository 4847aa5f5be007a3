"""Who wrote which line of a pod's log: Argo's executor, KFP's launcher or driver, KFP's Python executor, or the program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# glog's header as KFP's Go programs print it: `E1121 09:55:20.774205      15 launcher_v2.go:449] text`. Only Go files:
# absl and TensorFlow print the same header for the user's own files.
_KLOG = re.compile(r"([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ ([\w.-]+\.go):\d+\] (.*)", re.DOTALL)
# Argo's emissary: `time=2026-11-21T09:55:19.927Z level=INFO msg="capturing logs" argo=true`, 3.x with quotes.
_ARGO = re.compile(r"time=\"?\d{4}-\d\d-\d\dT[^ ]+ level=\w+ .*\bargo=true")
# The emissary's own last word about the process it started (argoexec, cobra): its status is the launcher's.
_ARGO_ERROR = re.compile(r"Error: (?:exit status \d+|signal: [a-z ]+)")
# KFP's executor (kfp/dsl/executor_main.py). The user's own logging.info() gets the same prefix, hence the texts.
_EXECUTOR = re.compile(
    r"\[KFP Executor [^\]]*\]: (?P<text>Looking for component |Loading KFP component |Got executor_input:"
    r"|Wrote executor output file |Did not write output file\.|--component_module_path is not specified)"
)
# launcher_v2.go, `Component failed to execute successfully: %v` and `failed to execute component: %w`; the error is Go's
# exec.ExitError: `exit status 3`, `signal: killed`, `signal: segmentation fault (core dumped)`.
_ENDED = re.compile(
    r"(?:failed to execute component|Component failed to execute successfully|after execution failed): "
    r"(?:exit status (?P<status>\d+)|signal: (?P<signal>[a-z ]+?)(?: \(core dumped\))?)$"
)


@dataclass(frozen=True, slots=True)
class LauncherLog:
    """A log's lines by their authors.

    `own` are the program's (or pip's). `errors` are texts of E and F lines of KFP's Go programs, oldest first. `started`:
    KFP's Python executor has begun to run the component; `finished`: it has also come to its end. `inputs` is the
    component's input as the executor printed it (JSON, perhaps cut), "" when it did not. `exit_status` and `signal` are the
    user process's, as the launcher tells them.
    """

    own: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    started: bool = False
    finished: bool = False
    inputs: str = ""
    exit_status: int | None = None
    signal: str | None = None


def read_launcher_log(lines: Sequence[str]) -> LauncherLog:
    """Sort the lines. What follows the launcher's word that the program ended is not the program's any more."""
    own: list[str] = []
    errors: list[str] = []
    inputs: list[str] = []
    started = finished = dump = input_dump = over = False
    for line in lines:
        if (said := _KLOG.match(line)) is not None:
            severity, _, text = said.groups()
            dump, input_dump = text.endswith("{"), False
            if severity in "EF":
                errors.append(text)
                over = over or _ENDED.search(text) is not None
        elif _ARGO.match(line) or _ARGO_ERROR.fullmatch(line):
            continue
        elif (step := _EXECUTOR.match(line)) is not None:
            text = step["text"]
            started = True
            finished = finished or text.startswith(("Wrote", "Did not"))
            dump = input_dump = text.startswith("Got")
        elif dump:
            # json.dumps and prettyPrint indent everything but the last brace.
            dump = line.rstrip() != "}"
            if input_dump:
                inputs.append(line)
        elif not over:
            own.append(line)
    status, signal = _ending(errors)
    return LauncherLog(tuple(own), tuple(errors), started, finished, _inputs(inputs), status, signal)


def _ending(errors: Sequence[str]) -> tuple[int | None, str | None]:
    for text in reversed(errors):
        if (found := _ENDED.search(text)) is not None:
            return (int(found["status"]) if found["status"] else None), found["signal"]
    return None, None


def _inputs(dump: Sequence[str]) -> str:
    """The part of the executor's input before `"outputs"`: those are URIs of KFP's own making."""
    end = next((i for i, line in enumerate(dump) if line.startswith('    "outputs"')), len(dump))
    return "\n".join(dump[:end])[:20_000]
