"""The text of a log → lines a person would see: without colours, progress bars' earlier states, and endless lines."""

from __future__ import annotations

import re

# What is looked at at all: far more than any traceback, little enough to stay quick.
_MOST_TEXT = 8 * 2**20
_LONGEST_HEAD, _LONGEST_TAIL = 5_000, 3_000
# ECMA-48: CSI sequences (colours, cursor) and OSC sequences (titles, links).
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


def clean_lines(text: str) -> tuple[list[str], bool]:
    """The lines, oldest first, and whether the beginning was left out because the text is too long."""
    too_long = len(text) > _MOST_TEXT
    if too_long:
        text = text[-_MOST_TEXT:]
        text = text[text.find("\n") + 1 :]
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return [_short(_last_state(line)) for line in lines], too_long


def _last_state(line: str) -> str:
    """What a terminal would show of a line that was overwritten with carriage returns."""
    if "\r" not in line:
        return line
    states = [s for s in line.rsplit("\r", 2) if s.strip()]
    return states[-1] if states else ""


def _short(line: str) -> str:
    if len(line) <= _LONGEST_HEAD + _LONGEST_TAIL:
        return line
    return f"{line[:_LONGEST_HEAD]} … {line[-_LONGEST_TAIL:]}"
