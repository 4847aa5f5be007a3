"""Printed tracebacks, read line by line: plain, behind a logging prefix, in groups, chained, with the beginning cut off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kfpops.knowledge.traceback import Frame, Link, Traceback

# Lib/traceback.py of CPython: the header, the two sentences between chained exceptions, and a frame's first line.
HEADER = "Traceback (most recent call last):"
_GROUP_HEADER = "+ Exception Group Traceback (most recent call last):"
_LINKS: dict[str, Link] = {
    "The above exception was the direct cause of the following exception:": "cause",
    "During handling of the above exception, another exception occurred:": "context",
}
# Loguru marks the frame that caught the exception with `>`.
_FRAME = re.compile(r'(?P<caught>>)? +File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in (?P<function>.*))?$')
_EXCEPTION = re.compile(r"(?P<name>[A-Za-z_][\w.<>]*)(?::(?: (?P<message>.*))?)?$", re.DOTALL)
_LEVELS = frozenset({"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "FATAL", "NOTE", "Traceback"})
_DIGITS = re.compile(r"\d")

# Other people's lines in the midst of a traceback, before it is given up.
_MOST_FOREIGN = 60
_MOST_STRANGE = 8
_LONGEST_MESSAGE = 200
_QUOTED = 24


@dataclass(frozen=True, slots=True)
class View:
    """Lines behind a common prefix, digits aside (`[rank0]: `, a time stamp, `  | `)."""

    lines: Sequence[str]
    column: int = 0
    prefix: str = ""

    def at(self, index: int) -> str | None:
        """The line without the prefix; None when it is somebody else's or there is none."""
        if index >= len(self.lines):
            return None
        line = self.lines[index]
        if not self.column:
            return line
        if line.rstrip() == self.prefix.rstrip():
            return ""
        return line[self.column :] if plain(line[: self.column]) == self.prefix else None


@dataclass(frozen=True, slots=True)
class Printed:
    """An exception as printed, chained ones included: from line `start` to before line `end`.

    `caught`: a logger marked the frame that caught it. `cut`: its first frames are missing.
    """

    traceback: Traceback
    start: int
    end: int
    caught: bool = False
    cut: bool = False


def plain(text: str) -> str:
    """A prefix with its numbers made equal: time stamps and process ids change from line to line."""
    return _DIGITS.sub("0", text)


def is_class(name: str) -> bool:
    """Whether a name at the begin of a line can be an exception's class: `KeyError`, `socket.gaierror`, `zlib.error`."""
    last = name.rpartition(".")[2]
    if name in _LEVELS or not last:
        return False
    return last[0].isupper() or last[0] == "_" or last.endswith(("error", "timeout"))


def header_at(lines: Sequence[str], index: int) -> View | None:
    """The view in which the traceback whose header is this line is to be read; None when the line is no header."""
    line = lines[index]
    column = line.find(HEADER)
    if column < 0 or line[column + len(HEADER) :].strip(" \"'│"):
        return None
    if (group := line.find(_GROUP_HEADER)) >= 0:
        return View(lines, group + 2, plain(line[:group] + "| "))
    behind = View(lines, column, plain(line[:column]))
    # A text may stand before the header on the same line, as a progress bar does; then the rest has no prefix.
    return behind if column and _starts_body(behind, index + 1) else View(lines)


def _starts_body(view: View, index: int) -> bool:
    return any(_FRAME.match(view.at(i) or "") for i in range(index, index + 12))


def read_printed(view: View, start: int, body: int) -> Printed | None:
    """Read the traceback whose frames begin at line `body`, and those it is chained to. None when no exception ends it."""
    earlier: Printed | None = None
    link: Link | None = None
    first = start
    while True:
        found = _one(view, body)
        if found is None:
            return earlier
        traceback = replace(found.traceback, cause=earlier.traceback if earlier else None, link=link if earlier else None)
        first_line, announced = traceback.message, _announces(view, found.end - 1, traceback.message)
        message, end, link = _rest_of_message(view, found.end, first_line, announced)
        traceback = replace(traceback, message=message, text=(*traceback.text, *message.splitlines()[1:])[-_QUOTED:])
        earlier = Printed(traceback, first, end, found.caught)
        if link is None:
            return earlier
        body = end
        while body < len(view.lines) and not (view.at(body) or "").strip():
            body += 1
        again = header_at(view.lines, body) if body < len(view.lines) else None
        if again is None:
            return earlier
        view, body = again, body + 1


def _one(view: View, body: int) -> Printed | None:
    frames: list[Frame] = []
    text: list[str] = []
    strange = foreign = 0
    caught = False
    index = body
    while index < len(view.lines) and strange <= _MOST_STRANGE and foreign <= _MOST_FOREIGN:
        line = view.at(index)
        index += 1
        if line is None:
            foreign += 1
        elif (frame := _FRAME.match(line)) is not None:
            frames.append(Frame(frame["file"], int(frame["line"]), frame["function"] or ""))
            caught = caught or frame["caught"] is not None
            text.append(line)
        elif line.startswith(("    ", "\t", "  [Previous line")):
            text.append(line)
            if frames and not frames[-1].code and line.strip(" ^~"):
                frames[-1] = replace(frames[-1], code=line.strip())
        elif HEADER in line:
            return None
        elif (found := _EXCEPTION.match(line)) is not None and is_class(found["name"]):
            user = next((f for f in reversed(frames) if f.is_user_code), None)
            made = Traceback(found["name"], found["message"] or "", tuple(frames), user, text=(*text, line)[-_QUOTED:])
            return Printed(made, body, index, caught)
        else:
            strange += 1
    return None


def _announces(view: View, index: int, message: str) -> bool:
    """Whether the first line of a message says that more lines belong to it: it ends in a colon, or is empty."""
    return message.rstrip().endswith((":", "(")) or (not message.strip() and ":" in (view.at(index) or ""))


def _rest_of_message(view: View, index: int, first: str, announced: bool) -> tuple[str, int, Link | None]:
    """The whole message, the line after it, and the link to a following exception.

    Before a chained exception everything is message. At the end of a log the program's other output may follow (what
    Python had not yet flushed), so there only indented lines count, or a paragraph when the first line announces one.
    """
    ahead: list[tuple[int, str]] = []
    for here in range(index, min(index + _LONGEST_MESSAGE, len(view.lines))):
        line = view.at(here)
        if line is None:
            continue
        if (link := _LINKS.get(line.strip())) is not None:
            lines = [first, *(text for _, text in ahead if text.strip() != '"""')]
            return "\n".join(lines).strip(), here + 1, link
        if HEADER in line:
            break
        ahead.append((here, line))
    more = [first]
    for here, line in ahead[:40]:
        if not (line.startswith((" ", "\t")) or (announced and line.strip())):
            break
        more.append(line)
        index = here + 1
    return "\n".join(more).strip(), index, None
