"""A document as one HTML page that needs nothing else: no scripts, no links to fetch, everything escaped."""

from __future__ import annotations

from html import escape

from kfpops.render.document import Block, Branch, Bullets, Code, Document, Heading, KeyValues, Paragraph, Quote, Table, Tree
from kfpops.render.layout import safe

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
.verdict { font-size: 1.2rem; font-weight: 600; border-left: 6px solid gray; padding-left: .8rem; }
.bad { border-color: #c62828; } .good { border-color: #2e7d32; } .waiting { border-color: #f9a825; }
pre { background: #8882; padding: .6rem .8rem; overflow-x: auto; }
blockquote { margin: .6rem 0; } blockquote pre { white-space: pre-wrap; border-left: 3px solid #8888; }
.note, .source { color: gray; font-size: .85rem; overflow-wrap: anywhere; }
ul.tree { list-style: none; padding-left: 1.2rem; border-left: 1px solid #8886; overflow-wrap: anywhere; }
ul.tree .bad { color: #c62828; } ul.tree .good { font-weight: 600; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top; }
dt { color: gray; float: left; clear: left; width: 8rem; } dd { margin-left: 8.5rem; }
""".strip()

# Browsers stop nesting elements at 512 levels.
_DEEPEST = 200


def to_html(document: Document) -> str:
    """A whole page, with a newline at its end."""
    body = "\n".join(_block(block) for block in document.blocks)
    title, verdict = _text(document.title), _text(document.verdict)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f'<p class="verdict {document.tone}">{verdict}</p>\n{body}\n</body>\n</html>\n'
    )


def _text(text: str) -> str:
    return escape(safe(text))


def _block(block: Block) -> str:
    match block:
        case Heading(text, level, note):
            beside = f' <span class="note">{_text(note)}</span>' if note else ""
            return f"<h{level + 1}>{_text(text)}{beside}</h{level + 1}>"
        case Paragraph(text):
            return f"<p>{_text(text)}</p>"
        case Quote(source, text):
            named = f'<div class="source">{_text(source)}</div>' if source else ""
            return f"<blockquote>{named}<pre>{_text(text.strip())}</pre></blockquote>"
        case Code(language, text):
            return f'<pre><code class="language-{_text(language)}">{_text(text)}</code></pre>'
        case Bullets(items):
            return "<ul>" + "".join(f"<li>{_text(item)}</li>" for item in items) + "</ul>"
        case Table(names, rows):
            return _table(names, rows)
        case KeyValues(rows):
            return "<dl>" + "".join(f"<dt>{_text(k)}</dt><dd>{_text(v)}</dd>" for k, v in rows) + "</dl>"
        case Tree(branches):
            return _tree(branches)


def _tree(branches: tuple[Branch, ...]) -> str:
    parts: list[str] = []
    depth = -1
    for branch in branches:
        level = min(branch.depth, _DEEPEST)
        parts.append('<ul class="tree">\n<li>' * (level - depth) + "</li>\n</ul>\n" * (depth - level))
        if level <= depth:
            parts.append("</li>\n<li>")
        depth = level
        detail = f', <span class="note">{_text(branch.detail)}</span>' if branch.detail else ""
        parts.append(f'<span class="{branch.tone}">{_text(branch.label)}</span>{detail}')
    return "".join(parts) + "\n".join(["</li>\n</ul>"] * (depth + 1))


def _table(names: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    head = "".join(f"<th>{_text(name)}</th>" for name in names)
    body = "".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>"
