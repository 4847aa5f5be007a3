"""A Graph as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), for Markdown pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kfpops.lineage.graph import Edge, Graph
from kfpops.lineage.show.drawing import Box, Drawing, drawing
from kfpops.model.lineage import CACHED, FAILED
from kfpops.render.layout import safe

# What pages draw unless their own configuration allows more (maxEdges, maxTextSize); a diagram cannot raise it itself.
_MOST_EDGES, _MOST_CHARACTERS = 500, 50_000
# What could end a quoted label or mean something in it: Markdown, entities, directives, HTML.
_ENTITIES = {ord(c): f"#{ord(c)};" for c in '"#&<>`%\\;'}


def to_mermaid(graph: Graph) -> str:
    """A flowchart with a subgraph for each run, with a newline at its end."""
    drawn = drawing(graph)
    chart = "\n".join(_lines(drawn)) + "\n"
    notes = list(drawn.notes)
    if len(drawn.edges) > _MOST_EDGES or len(chart) > _MOST_CHARACTERS:
        size = f"{len(drawn.edges):,} edges, {len(chart):,} characters"
        limits = f"{_MOST_EDGES} edges and {_MOST_CHARACTERS:,} characters"
        notes.append(
            f"{size}: pages draw {limits} unless maxEdges and maxTextSize are raised; -o dot and -o html are not limited"
        )
    return "".join(f"%% {note}\n" for note in notes) + chart


def _lines(drawn: Drawing) -> Iterator[str]:
    # Numbers of our own: an id of the back end could be a word of the language.
    boxes = [box for _, run in drawn.runs for box in run]
    names = {box.node: f"n{number}" for number, box in enumerate(boxes)}
    yield "flowchart LR"
    for number, (run, inside) in enumerate(drawn.runs):
        if run:
            yield f"  subgraph r{number}[{_quoted(run)}]"
        yield from (f"  {'  ' if run else ''}{names[box.node]}{_shape(box)}" for box in inside)
        if run:
            yield "  end"
    yield from (f"  {_edge(edge, names)}" for edge in drawn.edges if edge.start in names and edge.end in names)
    yield "  classDef failed stroke:#c62828,stroke-width:2px"
    yield "  classDef cached stroke-dasharray:4 3"
    yield "  classDef start stroke-width:3px"
    for style, chosen in (("failed", FAILED), ("cached", CACHED)):
        yield from (f"  class {names[b.node]} {style}" for b in boxes if b.state == chosen)
    yield from (f"  class {names[b.node]} start" for b in boxes if b.is_start)


def _shape(box: Box) -> str:
    label = _quoted(*box.lines)
    return f"([{label}])" if box.is_artifact else f"[{label}]"


def _edge(edge: Edge, names: Mapping[str, str]) -> str:
    start, end = names[edge.start], names[edge.end]
    if edge.kind == "same-uri":
        return f'{start} -. "same URI" .- {end}'
    return f"{start} -->|{_quoted(edge.port)}| {end}" if edge.port else f"{start} --> {end}"


def _quoted(*lines: str) -> str:
    return '"' + "<br/>".join(safe(line).translate(_ENTITIES).replace("\n", " ") for line in lines) + '"'
