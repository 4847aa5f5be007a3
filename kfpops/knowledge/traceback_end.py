"""Which of the tracebacks in a log ended the program: most that are printed were caught, or are another thread's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from kfpops.knowledge.traceback import Frame, Traceback
from kfpops.knowledge.traceback_text import HEADER, Printed, View, header_at, is_class, read_printed

Entry: TypeAlias = Literal["executor", "program", "cut", "inside"]
"""Where a traceback's outermost frame is: KFP's executor, the main module of a program, missing, or inside a program."""

# Python's stdout to a pipe is written when the program ends, after the traceback on stderr: io.DEFAULT_BUFFER_SIZE, and
# as much again that io.TextIOWrapper holds.
_UNFLUSHED = 16 * 1024
# Last words that are no program's end: threading.excepthook, sys.unraisablehook, logging.raiseExceptions, asyncio.
_ASIDE = re.compile(
    r"Exception in (?:thread|callback)|Exception ignored|--- Logging error ---|(?:Task|Future) exception was never retrieved"
    r"|Process [\w-]+:$|-- Process \d+ terminated with"
)
# Exceptions that only report how another process or notebook cell ended.
_REPORTS = frozenset(
    {"CalledProcessError", "ChildFailedError", "ProcessRaisedException", "CellExecutionError", "PapermillExecutionError"}
)
_FRAME_AT_START = re.compile(r' +File "[^"]+", line \d+, in ')
_SYNTAX = re.compile(r' +File "(?P<file>[^"]+)", line (?P<line>\d+)$')
# `python3 -m x` and `python3 x.py` of something that is not there (Modules/main.c, Lib/runpy.py).
_NOT_STARTED = re.compile(
    r"(?:/\S*/)?(?:python|pypy)[\d.]*: (?:(?P<error>No module named .+)|can't open file (?P<file>.+): \[Errno 2\].*"
    r"|Error while finding module specification for .+ \((?P<name>\w+): (?P<said>.*)\))$"
)


@dataclass(frozen=True, slots=True)
class Tracebacks:
    """`ended` is the one that ended the program; `logged` the last that was printed without ending it."""

    ended: Traceback | None = None
    logged: Traceback | None = None


def find_tracebacks(lines: Sequence[str], cut: bool) -> tuple[Printed, ...]:
    """All tracebacks of a program's own lines, in order. `cut`: the first line may stand in the midst of one."""
    found: list[Printed] = []
    index = 0
    if cut and any(_FRAME_AT_START.match(line) for line in lines[:2]) and (head := read_printed(View(lines), 0, 0)):
        found.append(head if head.traceback.cause else replace(head, cut=True))
        index = head.end
    while index < len(lines):
        line = lines[index]
        one = None
        if HEADER in line:
            view = header_at(lines, index)
            one = read_printed(view, index, index + 1) if view else None
        elif line.startswith(" ") and _SYNTAX.match(line):
            one = _syntax_error(lines, index)
        elif "python" in line and (said := _NOT_STARTED.match(line)):
            one = _not_started(said, index)
        if one is not None:
            found.append(one)
        index = max(one.end, index + 1) if one else index + 1
    return _grouped(lines, found)


def _syntax_error(lines: Sequence[str], index: int) -> Printed | None:
    """A syntax error in the main module itself has no header."""
    one = read_printed(View(lines[index : index + 6]), 0, 0)
    if one is None or one.traceback.name not in ("SyntaxError", "IndentationError", "TabError"):
        return None
    return replace(one, start=index, end=index + one.end) if len(one.traceback.frames) == 1 else None


def _not_started(said: re.Match[str], index: int) -> Printed:
    text = (said.group(0),)
    if said["file"]:
        made = Traceback("FileNotFoundError", f"[Errno 2] No such file or directory: {said['file']}", text=text)
    else:
        name, message = said["name"] or "ModuleNotFoundError", said["said"] or said["error"]
        made = Traceback(name, message.replace("No module named ", "").join(("No module named '", "'")), text=text)
        if "'" in message:
            made = replace(made, message=message)
    return Printed(made, index, index + 1)


def _grouped(lines: Sequence[str], found: list[Printed]) -> tuple[Printed, ...]:
    """Give an exception group its first member as its cause; members are no tracebacks of their own."""
    kept: list[Printed] = []
    for one in found:
        last = kept[-1] if kept else None
        if last is None or not lines[one.start].lstrip().startswith("|") or "ExceptionGroup" not in last.traceback.name:
            kept.append(one)
            continue
        group = last.traceback
        if group.cause is None or group.link != "group":
            user_frame = group.user_frame or one.traceback.user_frame
            group = replace(group, cause=one.traceback, link="group", user_frame=user_frame)
        end = next((i + 1 for i in range(one.end, min(one.end + 3, len(lines))) if "+-----" in lines[i]), one.end)
        kept[-1] = replace(last, traceback=group, end=end)
    return tuple(kept)


def entry_of(printed: Printed, lines: Sequence[str]) -> Entry:
    """Where the outermost frame of the final exception is."""
    before = lines[max(0, printed.start - 2) : printed.start]
    frames = printed.traceback.frames
    if printed.caught or any(_ASIDE.match(line) for line in before):
        return "inside"
    if printed.cut:
        return "cut"
    if not frames:
        return "program"
    outer = frames[0]
    if outer.file == "<frozen runpy>" or outer.file.endswith("/runpy.py"):
        return "executor" if any(_is_executor(f) for f in frames) else "program"
    if any("/multiprocessing/spawn.py" in f.file for f in frames[:3]):
        return "inside"
    main = outer.function in ("<module>", "") and (outer.is_user_code or "/bin/" in outer.file)
    return "program" if main and not outer.file.endswith("/ephemeral_component.py") else "inside"


def _is_executor(frame: Frame) -> bool:
    # kfp/dsl/executor_main.py; before SDK 2.0 kfp/components/executor_main.py.
    return frame.file.endswith("/executor_main.py") and "/kfp/" in frame.file


def judge(lines: Sequence[str], *, cut: bool, started: bool, finished: bool, status: int | None, killed: bool) -> Tracebacks:
    """Tell the traceback that ended the program from those that did not.

    `started`, `finished`: KFP's Python executor began, and came to its end. `status`: the program's exit status, None when
    unknown; `killed`: a signal ended it. A traceback from KFP's executor down was caught by nobody, so the program was at
    its end, whatever stands behind it. One of another program's main module may have been printed by that module: then the
    program went on, and more stands behind it than Python holds back, or its status is not Python's own 1. Anything else
    counts only as the very last word.
    """
    found = find_tracebacks(lines, cut)
    if not found:
        return Tracebacks()
    entries = [entry_of(one, lines) for one in found]
    end = _ending(lines, found, entries, started, status, killed)
    if end is None or status == 0 or (finished and status is None):
        return Tracebacks(None, found[-1].traceback)
    certain = entries[end] in ("executor", "program") and not (started and entries[end] == "program")
    traceback = replace(found[end].traceback, certain=certain)
    if traceback.name in _REPORTS and traceback.cause is None:
        traceback = _with_child(traceback, found, entries, end, lines)
    return Tracebacks(traceback, next((f.traceback for f in reversed(found[:end])), None))


def _ending(
    lines: Sequence[str], found: Sequence[Printed], entries: Sequence[Entry], started: bool, status: int | None, killed: bool
) -> int | None:
    numbered = list(enumerate(entries))[::-1]
    executor = next((i for i, e in numbered if e == "executor"), None)
    if executor is not None or (status or 0) >= 128 or killed:
        return executor
    behind, below = 0, len(lines)
    for index, entry in numbered:
        behind += sum(len(line) + 1 for line in lines[found[index].end : below])
        below = found[index].end
        if behind > _UNFLUSHED:
            return None
        if (entry == "program" and not started and status in (None, 1)) or entry == "cut":
            return index
    last = found[-1]
    nothing_behind = not any(line.strip() for line in lines[last.end :])
    ignored = any(line.startswith("Exception ignored") for line in lines[max(0, last.start - 2) : last.start])
    return len(found) - 1 if nothing_behind and not ignored else None


def _with_child(
    traceback: Traceback, found: Sequence[Printed], entries: Sequence[Entry], end: int, lines: Sequence[str]
) -> Traceback:
    """Attach what the other process died of: its traceback next to the report, or the report's own last exception line."""
    near = [i for i in range(len(found)) if i != end and entries[i] in ("program", "inside")]
    behind = next((i for i in near if 0 <= found[i].start - found[end].end <= 6 and i > end), None)
    before = next((i for i in reversed(near) if i < end and entries[i] == "program"), None)
    child = behind if behind is not None and traceback.name == "ProcessRaisedException" else before
    if child is not None:
        return replace(traceback, cause=found[child].traceback, link="child")
    if traceback.name in ("CellExecutionError", "PapermillExecutionError"):
        return replace(traceback, cause=_last_named(lines[found[end].end :][:300]), link="child")
    return traceback


def _last_named(lines: Sequence[str]) -> Traceback | None:
    """The last line that names an exception, in the text of a notebook's error."""
    for line in reversed(lines):
        name, colon, message = line.partition(": ")
        if colon and is_class(name) and name.endswith(("Error", "Exception")) and " " not in name:
            return Traceback(name, message, text=(line,))
    return None
