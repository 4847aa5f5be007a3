"""A terminal's text with colours → an SVG picture that needs no font but the reader's own, and loads nothing."""

from __future__ import annotations

import re
from html import escape

# The codes that kfpops writes (render/text.py) → CSS classes.
_CLASSES = {"1": "b", "2": "f", "1;31": "r", "1;32": "g", "1;33": "y", "36": "c"}
_STYLED = re.compile(r"\x1b\[([0-9;]*)m(.*?)\x1b\[0m")
_CELL, _LINE, _PAD = 8.4, 19, 18

_STYLE = {
    "text": "fill: #d4d7de",
    ".b": "font-weight: 700; fill: #fff",
    ".f": "fill: #8b93a3",
    ".c": "fill: #7fdbca",
    ".r": "font-weight: 700; fill: #ff7b72",
    ".g": "font-weight: 700; fill: #7ee787",
    ".y": "font-weight: 700; fill: #f2cc60",
}
_BUTTONS = ((20, "#ff5f57"), (40, "#febc2e"), (60, "#28c840"))


def picture(title: str, text: str, columns: int = 82) -> str:
    """One `<text>` a line. `text` holds the styles that `to_text(…, color=True)` writes."""
    lines = text.rstrip("\n").split("\n")
    width, height = round(columns * _CELL + 2 * _PAD), len(lines) * _LINE + 56
    body = "".join(
        f'<text xml:space="preserve" x="{_PAD}" y="{52 + n * _LINE}">{_line(line)}</text>\n'
        for n, line in enumerate(lines)
        if line
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-size="14"'
        ' font-family="ui-monospace, Menlo, Consolas, monospace">\n'
        f"<title>{escape(title)}</title>\n"
        f"<style>{' '.join(f'{name} {{ {style} }}' for name, style in _STYLE.items())}</style>\n"
        '<rect width="100%" height="100%" rx="8" fill="#1b1f27"/>\n'
        + "".join(f'<circle cx="{x}" cy="18" r="6" fill="{color}"/>\n' for x, color in _BUTTONS)
        + f"{body}</svg>\n"
    )


def _line(line: str) -> str:
    parts, end = [], 0
    for found in _STYLED.finditer(line):
        parts.append(escape(line[end : found.start()], quote=False))
        parts.append(f'<tspan class="{_CLASSES[found.group(1)]}">{escape(found.group(2), quote=False)}</tspan>')
        end = found.end()
    return "".join(parts) + escape(line[end:], quote=False)
