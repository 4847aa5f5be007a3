"""What of a Graph is drawn: nodes by run, without logs that nobody reads and without DAGs that nothing touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kfpops.knowledge.redaction import redact
from kfpops.lineage.graph import Edge, Graph, artifact_node, by_id, execution_node, id_of
from kfpops.lineage.links import links_of
from kfpops.lineage.show.fold_rows import LOGS
from kfpops.lineage.show.naming import short_type
from kfpops.model.lineage import Place
from kfpops.render.layout import elide, safe

_LABEL = 60
_RUN_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Box:
    """A node. `lines` are its label, safe for one line each but not escaped. `state` is an execution's."""

    node: str
    lines: tuple[str, ...]
    is_artifact: bool
    state: str = ""
    is_start: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """Labels of runs with their nodes, "" with those of no known run. `notes` tell what is not drawn."""

    runs: Sequence[tuple[str, Sequence[Box]]]
    edges: Sequence[Edge]
    notes: tuple[str, ...]


def drawing(graph: Graph) -> Drawing:
    """Artifacts stand with the run that made them; everything in the order of ids."""
    links = links_of(graph)
    logs = {e.end for e in graph.edges if e.kind == "output" and e.port == LOGS and not links.users.get(e.end)}
    logs -= set(graph.start)
    edges = [e for e in graph.edges if e.end not in logs]
    touched = {end for e in edges for end in (e.start, e.end)}
    boxes: dict[str, list[Box]] = {}
    for id in sorted(graph.artifacts, key=by_id):
        if (node := artifact_node(id)) not in logs:
            boxes.setdefault(_run_of(graph, id_of(links.makers.get(node, ""))), []).append(_artifact(graph, id))
    for id in sorted(graph.executions, key=by_id):
        if graph.executions[id].kind != "dag" or execution_node(id) in touched:
            boxes.setdefault(_run_of(graph, id), []).append(_execution(graph, id))
    return Drawing([(_called(graph, run), boxes[run]) for run in sorted(boxes)], edges, _notes(graph, len(logs)))


def _notes(graph: Graph, logs: int) -> tuple[str, ...]:
    notes = [f"{logs:,} logs are not drawn"] if logs else []
    if graph.truncated:
        notes.append(f"stopped at the limit: {graph.left:,} more nodes are known")
    return tuple(notes)


def _run_of(graph: Graph, execution: str) -> str:
    return graph.places.get(execution, Place()).run_id


def _called(graph: Graph, run_id: str) -> str:
    context = graph.runs.get(run_id)
    pipeline = f" ({context.pipeline})" if context and context.pipeline else ""
    return _line(f"run {run_id[:_RUN_DIGITS]}{pipeline}") if run_id else ""


def _artifact(graph: Graph, id: str) -> Box:
    artifact = graph.artifacts[id]
    node = artifact_node(id)
    name = artifact.name or redact(artifact.uri)
    return Box(node, (_line(f"{short_type(artifact.type)} {name}"), _line(f"artifact {id}")), True, "", node in graph.start)


def _execution(graph: Graph, id: str) -> Box:
    execution = graph.executions[id]
    node = execution_node(id)
    path = graph.places.get(id, Place()).path or execution.task or execution.name or short_type(execution.type)
    lines = (_line(path), _line(f"execution {id}"))
    return Box(node, lines, False, execution.state, node in graph.start)


def _line(text: str) -> str:
    return elide(" ".join(safe(text).split()), _LABEL)
