"""A run's tasks with what went in and came out: what is from elsewhere, and what is used elsewhere, is said so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kfpops.lineage.graph import Graph, artifact_node, by_id, execution_node, id_of
from kfpops.lineage.links import Ends, Links
from kfpops.lineage.show.fold_rows import LOGS
from kfpops.lineage.show.naming import Naming
from kfpops.lineage.show.tree import made_by
from kfpops.model.lineage import CACHED, Execution, Place
from kfpops.render.document import Branch, Tone, Tree
from kfpops.render.words import count, some


def steps_of(graph: Graph, run_id: str) -> list[list[str]]:
    """Ids of the run's executions by task, the oldest first; iterations of a task together. DAGs with steps are no tasks."""
    own = sorted((i for i, p in graph.places.items() if p.run_id == run_id and i in graph.executions), key=by_id)
    parents = {graph.executions[i].parent_id for i in own}
    by_task: dict[str, list[str]] = {}
    for id in own:
        if _is_step(graph.executions[id], parents):
            by_task.setdefault(graph.places.get(id, Place()).task_path, []).append(id)
    return list(by_task.values())


def _is_step(execution: Execution, parents: set[str]) -> bool:
    """A DAG that nothing stands in is a condition that was false, or a loop over nothing; the root is the run itself."""
    return execution.kind != "dag" or (execution.id not in parents and bool(execution.parent_id))


@dataclass(frozen=True, slots=True)
class Shown:
    """What the tree tells: `logs` as outputs too; `uses` of what the run made."""

    logs: bool = False
    uses: bool = True


def run_tree(naming: Naming, links: Links, steps: Sequence[Sequence[str]], run_id: str, shown: Shown) -> Tree:
    """A root for each task; below it a line for each input and output port."""
    branches: list[Branch] = []
    made = made_by_run(naming.graph, links, steps)
    for ids in steps:
        known = [naming.graph.executions[i] for i in naming.last(ids)]
        tone: Tone = "bad" if any(e.state == "FAILED" for e in known) else "plain"
        told = ", ".join(t for t in (naming.iterations(ids), naming.attempts(ids), naming.how(ids), naming.ago(ids)) if t)
        branches.append(Branch(0, naming.executions(ids), told, tone))
        branches += [_input(port, artifacts, run_id, naming, links) for port, artifacts in _ports(ids, links.inputs).items()]
        for port, artifacts in _ports(ids, links.outputs).items():
            if shown.logs or port != LOGS:
                uses = _uses(artifacts, made, run_id, naming, links) if shown.uses else []
                objects = {links.object_of.get(artifact_node(i), i) for i in artifacts}
                uses = ["all at one URI", *uses] if len(artifacts) > len(objects) == 1 else uses
                branches.append(Branch(1, f"out  {_with_port(port, artifacts, naming)}", ", ".join(uses)))
    return Tree(tuple(branches))


def _ports(ids: Sequence[str], ends: Ends) -> dict[str, list[str]]:
    """Artifact ids by port, in the order in which they were written."""
    found: dict[str, dict[str, None]] = {}
    for id in ids:
        for artifact, port in ends.get(execution_node(id), ()):
            found.setdefault(port, {})[id_of(artifact)] = None
    return {port: list(artifacts) for port, artifacts in found.items()}


def _input(port: str, ids: Sequence[str], run_id: str, naming: Naming, links: Links) -> Branch:
    makers = [id_of(m) for m in dict.fromkeys(links.makers.get(artifact_node(i), "") for i in ids) if m]
    origin = made_by(makers, naming) if makers else naming.without_maker([artifact_node(i) for i in ids])
    if makers and {naming.run_of(m) for m in makers} == {run_id}:
        origin = f"from {some(list(dict.fromkeys(naming.task(m) for m in makers)))}"
    return Branch(1, f"in   {_with_port(port, ids, naming)}", origin)


def _uses(ids: Sequence[str], made: Collection[str], run_id: str, naming: Naming, links: Links) -> list[str]:
    """In this run; and in others, of what this run made: who uses what it took over does not depend on it."""
    users = dict.fromkeys(id_of(e) for i in ids for e, _ in links.users.get(artifact_node(i), ()))
    own = dict.fromkeys(naming.graph.places[u].task_path for u in users if naming.run_of(u) == run_id)
    told = [f"used by {some(list(own))}"] if own else []
    mine = [node for i in ids if (node := artifact_node(i)) in made]
    others = {naming.run_of(id_of(e)) for a in mine for e, _ in links.users.get(a, ())} - {run_id}
    taken = {id_of(e) for a in mine for e, _ in links.takers.get(a, ())}
    takers = {naming.run_of(e) for e in taken} - {run_id}
    told += [f"used in {count(len(others), 'other run')}"] if others else []
    how = "from the cache" if all(naming.graph.executions[e].state == CACHED for e in taken) else "had again"
    return told + ([f"{how} in {count(len(takers), 'other run')}"] if takers else [])


def _with_port(port: str, ids: Sequence[str], naming: Naming) -> str:
    """The port is named where the artifact is called otherwise."""
    artifact = naming.graph.artifacts.get(ids[0])
    return naming.artifacts(ids) + (f" as {port}" if port and artifact and artifact.name != port else "")


def made_by_run(graph: Graph, links: Links, steps: Sequence[Sequence[str]]) -> set[str]:
    """Node ids of what the run made itself: not what it took from the cache, nor what it imported."""
    own = {execution_node(i) for ids in steps for i in ids if graph.executions[i].kind != "importer"}
    return {a for e in own for a, _ in links.outputs.get(e, ()) if links.makers.get(a) in own}


def elsewhere(graph: Graph, links: Links, steps: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
    """Node ids of what the run took that it did not make, and of what it made that has a life in other runs."""
    own = {execution_node(i) for ids in steps for i in ids}
    importers = {e for e in own if graph.executions[id_of(e)].kind == "importer"}
    inputs = {a for e in own for a, _ in links.inputs.get(e, ()) if links.makers.get(a) not in own}
    inputs |= {a for e in importers for a, _ in links.outputs.get(e, ())}
    outputs = made_by_run(graph, links, steps)
    lived = [a for a in outputs if any(e not in own for ends in (links.users, links.takers) for e, _ in ends.get(a, ()))]
    shared = [a for a in outputs if not set(links.objects.get(links.object_of.get(a, ""), ())) <= outputs]
    return sorted(inputs, key=by_id), sorted({*lived, *shared}, key=by_id)


def logs_of(links: Links, steps: Sequence[Sequence[str]]) -> frozenset[str]:
    """The logs that the run's tasks put out."""
    outputs = (end for ids in steps for i in ids for end in links.outputs.get(execution_node(i), ()))
    return frozenset(artifact for artifact, port in outputs if port == LOGS)
