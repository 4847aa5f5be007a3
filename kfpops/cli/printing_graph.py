"""A graph → stdout, in the formats of every command and in those that only a graph has."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from kfpops.cli.printing import Report, show
from kfpops.render.document import Document
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.lineage.graph import Graph

_TELL_THEMSELVES = frozenset({"text", "wide", "markdown", "html"})


def show_graph(
    settings: Settings, document: Callable[[], Document], report: Callable[[datetime], Report], graph: Graph
) -> None:
    """Print a graph: also as what only a graph can be, and as a page that can be searched. Large ones go out in pieces."""
    pieces: Iterable[str]
    match settings.output:
        case "json":
            from kfpops.render.json import json_chunks

            pieces = json_chunks(report(datetime.now(timezone.utc)))
        case "html":
            from kfpops.lineage.show.page import to_page

            pieces = [to_page(report(datetime.now(timezone.utc)), document().title)]
        case "dot":
            from kfpops.lineage.show.dot import to_dot

            pieces = [to_dot(graph)]
        case "mermaid":
            from kfpops.lineage.show.mermaid import to_mermaid

            pieces = [to_mermaid(graph)]
        case "openlineage":
            from kfpops.lineage.show.openlineage import to_openlineage

            pieces = to_openlineage(graph)
        case _:
            show(settings, document, report)
            _tell_of_the_rest(settings, graph)
            return
    sys.stdout.writelines(pieces)
    _tell_of_the_rest(settings, graph)


def _tell_of_the_rest(settings: Settings, graph: Graph) -> None:
    """On stderr, for the formats that are read by programs: the others say it themselves."""
    if graph.truncated and settings.output not in _TELL_THEMSELVES:
        told = f"Stopped at the limit: {graph.left:,} more nodes are known."
        print(f"{told} --limit goes further; --up, --down or --depth asks for less.", file=sys.stderr)
