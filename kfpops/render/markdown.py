"""A document as GitHub-flavoured Markdown, for an issue or a chat."""

from __future__ import annotations

import re

from kfpops.render.document import Block, Branch, Bullets, Code, Document, Heading, KeyValues, Paragraph, Quote, Table, Tree
from kfpops.render.layout import safe

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~])")
# Underscores inside a word are no emphasis in GitHub's dialect, and names are easier to read without backslashes.
_INNER_UNDERSCORE = re.compile(r"(?<=\w)\\_(?=\w)")
_LINE_START = re.compile(r"^(\s*)([#+-]|\d+(?=[.)]))", re.MULTILINE)

_DEEPEST = 30


def to_markdown(document: Document) -> str:
    """The text, with a newline at its end."""
    parts = [f"# {_escaped(document.title)}", f"**{_escaped(document.verdict)}**"]
    parts += [_block(block) for block in document.blocks]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading(text, level, note):
            return f"{'#' * (level + 1)} {_escaped(text)}" + (f" ({_code(note)})" if note else "")
        case Paragraph(text):
            return _LINE_START.sub(r"\1\\\2", _escaped(text))
        case Quote(source, text):
            return (f"{_escaped(source)}\n\n" if source else "") + _fenced("text", text)
        case Code(language, text):
            return _fenced(language, text)
        case Bullets(items):
            return "\n".join(f"- {_escaped(item)}" for item in items)
        case Table(names, rows):
            return _table((names, *rows))
        case KeyValues(rows):
            return "\n".join(f"- {_escaped(key)}: {_escaped(value)}" for key, value in rows)
        case Tree(branches):
            return "\n".join(_branch(b) for b in branches)


def _branch(branch: Branch) -> str:
    """An item of a list in lists. GitHub shows deep lists as narrow ones, so further levels are numbered."""
    deep = f"({branch.depth}) " if branch.depth > _DEEPEST else ""
    told = f"{deep}{branch.label}" + (f", {branch.detail}" if branch.detail else "")
    return "  " * min(branch.depth, _DEEPEST) + "- " + _escaped(told.replace("\n", " "))


def _escaped(text: str) -> str:
    return _INNER_UNDERSCORE.sub("_", _SPECIAL.sub(r"\\\1", safe(text).strip()))


def _code(text: str) -> str:
    return f"`{safe(text).replace('`', '')}`"


def _fenced(language: str, text: str) -> str:
    """The fence is longer than any run of backticks inside."""
    inside = safe(text).strip("\n")
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", inside)), 3)
    return f"{fence}{language}\n{inside}\n{fence}"


def _table(rows: tuple[tuple[str, ...], ...]) -> str:
    lines = ["| " + " | ".join(_escaped(c).replace("\n", "<br>") for c in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])
