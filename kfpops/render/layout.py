"""Lines that fit a width: wrapping and cutting by terminal columns, and text made safe for a terminal."""

from __future__ import annotations

import re
import unicodedata

# CSI and OSC sequences, then every control character but tab and newline: log lines may carry both.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Characters that turn the writing direction: quoted text must not reorder what stands around it.
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def safe(text: str) -> str:
    """The text without anything that would steer a terminal; tabs become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return _DIRECTIONS.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n"))).expandtabs(4)


def columns(text: str) -> int:
    """How many columns a terminal needs for it."""
    if text.isascii():
        return len(text)
    return sum(_width(c) for c in text)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, width: int) -> str:
    """The text, or its beginning and an ellipsis."""
    if columns(text) <= width:
        return text
    while text and columns(text) > width - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def elide(text: str, width: int) -> str:
    """The text, or its beginning and its end with an ellipsis between: what tells URIs apart stands at both ends."""
    if columns(text) <= width:
        return text
    room = max(width - 1, 2)
    head = text[: room - room * 2 // 3]
    while head and columns(head) > room - room * 2 // 3:
        head = head[:-1]
    tail = text[-(room * 2 // 3) :]
    while tail and columns(tail) > room * 2 // 3:
        tail = tail[1:]
    return f"{head}…{tail}"


def wrap(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """Lines of at most `width` columns, broken at spaces; a word that is wider than a line is broken where it must be.

    `first` opens the first line, `rest` the others (default: spaces of the same width).
    """
    rest = " " * columns(first) if rest is None else rest
    lines: list[str] = []
    line, empty = first, True
    for word in text.split():
        if not empty and columns(line) + 1 + columns(word) > width:
            lines.append(line)
            line, empty = rest, True
        line, empty = (line + word if empty else f"{line} {word}"), False
        while columns(line) > width and len(line) > len(rest) + 1:
            head, line = _split(line, width, len(rest))
            lines.append(head)
            line = rest + line
    return [*lines, line.rstrip()]


def _split(line: str, width: int, keep: int) -> tuple[str, str]:
    """At the last column that fits, after a separator where there is one in the second half."""
    end = len(line)
    while end > keep + 1 and columns(line[:end]) > width:
        end -= 1
    good = max(line.rfind(mark, keep + (end - keep) // 2, end) for mark in "/,;:=&?-")
    return (line[: good + 1], line[good + 1 :]) if good > keep else (line[:end], line[end:])


def wrap_lines(text: str, width: int, prefix: str = "") -> list[str]:
    """Text with lines of its own: each keeps its indentation and is wrapped only when it is too wide."""
    lines: list[str] = []
    for line in text.splitlines() or [""]:
        if columns(prefix + line) <= width:
            lines.append((prefix + line).rstrip())
            continue
        indent = prefix + line[: len(line) - len(line.lstrip())]
        lines += wrap(line, width, indent, indent + "  ")
    return lines


# What may stand in for characters that an output's encoding lacks. One column for one, so that nothing moves.
_PLAIN = {"├": "|", "└": "`", "─": "-", "│": "|", "…": "~", "–": "-", "×": "x", "↑": "^", "↓": "v", "→": ">"}


def encodable(text: str, encoding: str) -> str:
    """The text with plainer marks for those of kfpops's own that the encoding lacks; other characters stay."""
    if text.isascii() or encoding.lower().replace("-", "") == "utf8":
        return text
    lacking = {ord(mark): plain for mark, plain in _PLAIN.items() if not _knows(encoding, mark)}
    return text.translate(lacking)


def _knows(encoding: str, mark: str) -> bool:
    try:
        mark.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
