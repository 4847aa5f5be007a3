"""A table as lines of text: columns as wide as they need, the last one wrapped, others cut when nothing else helps."""

from __future__ import annotations

from kfpops.render.layout import columns, cut, wrap

_GAP = "  "
_LEAST = 6
_LEAST_LAST = 24


def table_lines(names: tuple[str, ...], rows: tuple[tuple[str, ...], ...], width: int) -> list[str]:
    """The head and the rows, without trailing spaces; wider than `width` only where even the columns' least do not fit."""
    widths = _fitted([max(columns(row[i]) for row in (names, *rows)) for i in range(len(names))], width)
    lines = [_line(names, widths)]
    for row in rows:
        lines += _row(row, widths)
    return lines


def _fitted(widths: list[int], width: int) -> list[int]:
    """The last column takes what is left, but not less than its least; then the widest others give way."""
    room = width - len(_GAP) * (len(widths) - 1)
    widths[-1] = max(min(widths[-1], room - sum(widths[:-1])), min(widths[-1], _LEAST_LAST))
    while sum(widths) > room:
        widest = max(range(len(widths)), key=lambda i: (widths[i], -i))
        if widths[widest] <= _LEAST:
            break
        widths[widest] -= 1
    return widths


def _row(row: tuple[str, ...], widths: list[int]) -> list[str]:
    lead = [cut(cell.replace("\n", " "), size) for cell, size in zip(row[:-1], widths)]
    last = wrap(row[-1], widths[-1])
    first = _line((*lead, last[0]), widths)
    indent = " " * (sum(widths[:-1]) + len(_GAP) * (len(widths) - 1))
    return [first, *(indent + line for line in last[1:])]


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = [cell + " " * (size - columns(cell)) for cell, size in zip(cells, widths)]
    return _GAP.join(padded).rstrip()
