"""A graph as the JSON object `kfpops/lineage/v1`: what other programs hold on to (docs/schemas/lineage.json)."""

from __future__ import annotations

from datetime import datetime

from kfpops.knowledge.redacted_values import redacted
from kfpops.knowledge.redaction import redact
from kfpops.lineage.graph import Graph, StartRun, artifact_node, by_id, execution_node, id_of
from kfpops.lineage.links import links_of
from kfpops.model.lineage import Artifact, Execution, Place

SCHEMA = "kfpops/lineage/v1"


def report(graph: Graph, generated_at: datetime, fits: frozenset[str] | None = None) -> dict[str, object]:
    """Report values; what is unknown is None. Nodes nearest to the start come first; edges in the order of their ends.

    `fits`: the nodes that were filtered for; others only lead to them.
    """
    makers = links_of(graph).makers
    nodes = {artifact_node(i): _artifact(a, graph, makers.get(artifact_node(i), "")) for i, a in graph.artifacts.items()}
    nodes |= {execution_node(i): _execution(e, graph) for i, e in graph.executions.items()}
    if fits is not None:
        nodes = {node: {**values, "fits": node in fits} for node, values in nodes.items()}
    far = len(nodes)
    return {
        "schema": SCHEMA,
        "generated_at": generated_at,
        "source": {"kind": graph.source.kind, "name": graph.source.name or None},
        "start": list(graph.start),
        "run": _run(graph.run, graph) if graph.run else None,
        "nodes": [nodes[n] for n in sorted(nodes, key=lambda n: (graph.distance.get(n, far), by_id(n)))],
        "edges": [{"from": e.start, "to": e.end, "kind": e.kind, "port": e.port or None} for e in graph.edges],
        "truncated": graph.truncated,
        "left": graph.left,
        "not_checked": [{"source": n.source, "why": n.why} for n in graph.not_checked],
    }


def _run(run: StartRun, graph: Graph) -> dict[str, object]:
    """The run that was asked about as a whole. `state`, `deleted`: None when KFP did not tell."""
    context = graph.runs.get(run.run_id)
    return {
        "id": run.run_id,
        "name": run.name or None,
        "pipeline": (context.pipeline if context else "") or None,
        "state": None if run.state == "unknown" else run.state,
        "deleted": run.deleted,
    }


def _artifact(artifact: Artifact, graph: Graph, maker: str) -> dict[str, object]:
    """`run_id`, `task`, `pipeline` and `path` are those of the execution that made it."""
    node = artifact_node(artifact.id)
    execution = graph.execution(id_of(maker))
    return {
        "id": node,
        "kind": "artifact",
        "type": artifact.type or None,
        "name": artifact.name or None,
        "uri": redact(artifact.uri) or None,
        **_place(id_of(maker), execution.task if execution else "", graph),
        "state": artifact.state or None,
        "cached_from": None,
        "properties": {name: redacted(name, value) for name, value in artifact.properties.items()},
        "created_at": artifact.created_at,
        "distance": graph.distance.get(node),
    }


def _execution(execution: Execution, graph: Graph) -> dict[str, object]:
    """`properties` holds its parameters: `inputs`, `outputs`."""
    node = execution_node(execution.id)
    parameters = {"inputs": execution.inputs, "outputs": execution.outputs}
    return {
        "id": node,
        "kind": "execution",
        "type": execution.type or None,
        "name": execution.name or None,
        "uri": None,
        **_place(execution.id, execution.task, graph),
        "state": execution.state or None,
        "cached_from": execution_node(execution.cached_from) if execution.cached_from else None,
        "properties": {
            side: {k: redacted(k, v) for k, v in values.items()} for side, values in parameters.items() if values
        },
        "created_at": execution.created_at,
        "distance": graph.distance.get(node),
    }


def _place(id: str, task: str, graph: Graph) -> dict[str, object]:
    place = graph.places.get(id, Place())
    run = graph.runs.get(place.run_id)
    return {
        "run_id": place.run_id or None,
        "task": task or None,
        "pipeline": (run.pipeline if run else "") or None,
        "path": place.path or None,
    }
