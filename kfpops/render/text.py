"""A document as text for a terminal: at most `width` columns, code unbroken, colours only when asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kfpops.render.document import Block, Bullets, Code, Document, Heading, KeyValues, Paragraph, Quote, Table, Tree
from kfpops.render.layout import columns, safe, wrap, wrap_lines
from kfpops.render.text_table import table_lines
from kfpops.render.text_tree import tree_lines

# Codes of "Select Graphic Rendition" (ECMA-48): 1 bold, 2 faint, 31 red, 32 green, 33 yellow, 36 cyan.
_STYLES = {"good": "1;32", "bad": "1;31", "waiting": "1;33", "plain": "1", "heading": "1", "faint": "2", "code": "36"}
_BODY_INDENT = 3


@dataclass(frozen=True, slots=True)
class _Page:
    """`width` counts the indentation; `color` whether styles are written."""

    width: int
    color: bool
    indent: int = 0

    @property
    def margin(self) -> str:
        return " " * self.indent

    def paint(self, lines: list[str], style: str) -> list[str]:
        if not self.color:
            return lines
        return [f"\x1b[{_STYLES[style]}m{line}\x1b[0m" if line else line for line in lines]


def to_text(document: Document, width: int = 80, *, color: bool = False) -> str:
    """The text, with a newline at its end. Code lines may be wider than `width`: broken, they could not be copied."""
    page = _Page(max(width, 30), color)
    lines = page.paint(wrap(safe(document.verdict), page.width), document.tone)
    previous: Block | None = None
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 1:
            page = replace(page, indent=0)
        tight = isinstance(previous, Heading) and not isinstance(block, Code)
        lines += ([] if tight else [""]) + _block_lines(block, page)
        if isinstance(block, Heading):
            page = replace(page, indent=_BODY_INDENT)
        previous = block
    return "\n".join(lines).rstrip("\n") + "\n"


def _block_lines(block: Block, page: _Page) -> list[str]:
    match block:
        case Heading(text, _, note):
            return _heading(safe(text), safe(note), page)
        case Paragraph(text):
            return wrap(safe(text), page.width, page.margin)
        case Quote(source, text):
            return _quote(safe(source), safe(text), page)
        case Code(_, text):
            return page.paint([f"{page.margin}    {line}".rstrip() for line in safe(text).splitlines()], "code")
        case Bullets(items):
            return [line for item in items for line in wrap(safe(item), page.width, f"{page.margin}- ")]
        case Table(names, rows):
            cells = tuple(tuple(safe(c) for c in row) for row in rows)
            head, *body = table_lines(names, cells, page.width - page.indent)
            return [page.margin + line for line in (*page.paint([head], "heading"), *body)]
        case KeyValues(rows):
            return _key_values(rows, page)
        case Tree():
            return _tree(block, page)


def _heading(text: str, note: str, page: _Page) -> list[str]:
    number, dot, _ = text.partition(". ")
    hanging = " " * (len(number) + 2) if dot and number.isdigit() else ""
    lines = page.paint(wrap(text, page.width, page.margin, page.margin + hanging), "heading")
    if not note:
        return lines
    room = page.width - columns(text) - page.indent
    if len(lines) == 1 and room >= columns(note) + 2:
        return [lines[0] + " " * (room - columns(note)) + page.paint([note], "faint")[0]]
    return lines + page.paint([f"{page.margin}{hanging}{note}"], "faint")


def _quote(source: str, text: str, page: _Page) -> list[str]:
    named = page.paint(wrap(source, page.width, page.margin), "faint") if source else []
    return named + wrap_lines(text.strip("\n"), page.width, f"{page.margin}| ")


def _key_values(rows: tuple[tuple[str, str], ...], page: _Page) -> list[str]:
    widest = max((columns(key) for key, _ in rows), default=0)
    lines: list[str] = []
    for key, value in rows:
        lead = f"{page.margin}{key}{' ' * (widest - columns(key))}  "
        first, *others = wrap(safe(value), page.width, lead)
        painted = page.paint([key], "faint")[0]
        lines += [page.margin + painted + first[len(page.margin) + len(key) :], *others]
    return lines


def _tree(tree: Tree, page: _Page) -> list[str]:
    lines: list[str] = []
    for line in tree_lines(tree.branches, page.width - page.indent):
        label = line.label if line.tone == "plain" or not line.label else page.paint([line.label], line.tone)[0]
        parts = (page.paint([part], "faint")[0] if part.strip() else part for part in (line.lead, line.detail))
        lead, detail = parts
        lines.append(page.margin + lead + label + detail)
    return lines
