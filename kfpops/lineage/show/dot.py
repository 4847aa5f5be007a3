"""A Graph in the DOT language of Graphviz (https://graphviz.org/doc/info/lang.html)."""

from __future__ import annotations

from collections.abc import Iterator

from kfpops.lineage.graph import Edge, Graph
from kfpops.lineage.show.drawing import Box, drawing
from kfpops.model.lineage import CACHED, FAILED
from kfpops.render.layout import safe


def to_dot(graph: Graph) -> str:
    """One digraph with a cluster for each run, with a newline at its end."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    drawn = drawing(graph)
    yield from (f"// {note}" for note in drawn.notes)
    yield "digraph lineage {"
    yield '  rankdir="LR"; node [fontname="sans-serif", fontsize=11]; edge [fontname="sans-serif", fontsize=9];'
    for number, (run, boxes) in enumerate(drawn.runs):
        if run:
            yield f"  subgraph cluster_{number} {{"
            yield f'    label={_quoted(run)}; style="rounded"; color="gray60";'
        yield from (f"  {'  ' if run else ''}{_node(box)}" for box in boxes)
        if run:
            yield "  }"
    yield from (f"  {_edge(edge)}" for edge in drawn.edges)
    yield "}"


def _node(box: Box) -> str:
    shape, style = ("ellipse", "solid") if box.is_artifact else ("box", "rounded")
    if box.state == CACHED:
        style += ",dashed"
    color = ', color="red"' if box.state == FAILED else ""
    wide = ", penwidth=3" if box.is_start else ""
    return f'{_quoted(box.node)} [label={_quoted(*box.lines)}, shape="{shape}", style="{style}"{color}{wide}];'


def _edge(edge: Edge) -> str:
    ends = f"{_quoted(edge.start)} -> {_quoted(edge.end)}"
    if edge.kind == "same-uri":
        return f'{ends} [style="dashed", dir="none", label="same URI"];'
    return f"{ends} [label={_quoted(edge.port)}];" if edge.port else f"{ends};"


def _quoted(*lines: str) -> str:
    """In a quoted string a quote is escaped by a backslash, and so is a backslash: `\\n` and `\\G` mean something."""
    return (
        '"' + "\\n".join(safe(line).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for line in lines) + '"'
    )
