"""A workflow's tree of nodes: which pods still matter. Attempts of what succeeded later are history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kfpops.knowledge.argo_node import attempt_of
from kfpops.model.workflow import Workflow, WorkflowNode

# Phases of Argo's NodePhase that need no explanation; a node below one of them is history.
_GOOD = frozenset({"Succeeded", "Skipped", "Omitted"})
_ENDED_BADLY = frozenset({"Failed", "Error"})
# An exit handler's node (Argo, lifecycle hooks). What is above it succeeds whatever becomes of it.
_EXIT_HOOK = ".onExit"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A Pod node that matters. `attempts`: how many attempts its Retry node has made so far."""

    node: WorkflowNode
    attempts: int


def leaves(workflow: Workflow) -> Iterator[Leaf]:
    """Pod nodes that failed, wait, run or succeeded, in the workflow's order; without history.

    History is: what stands below a node that succeeded in the end, and earlier attempts of a Retry node that is still
    trying. The attempts of a Retry node that gave up all stay: the first may tell what the last no longer does.
    """
    nodes = workflow.status.nodes
    by_name = {n.name: n for n in nodes.values()}
    attempts = _attempts(nodes)
    history: dict[str, bool] = {}

    def is_history(node: WorkflowNode) -> bool:
        """Whether the node, or anything above it, was overtaken. Walks up in a loop: trees are deep, and may be damaged."""
        chain: list[str] = []
        here: WorkflowNode | None = node
        found = False
        while here is not None and here.id not in history and not found:
            history[here.id] = False
            chain.append(here.id)
            above = _parent(here, nodes, by_name)
            found = _superseded(here, by_name, attempts) or (above is not None and above.phase in _GOOD)
            here = above
        found = found or (here is not None and history.get(here.id, False))
        history.update(dict.fromkeys(chain, found))
        return found

    for node in nodes.values():
        if node.type == "Pod" and node.phase not in ("Skipped", "Omitted"):
            ended_well = node.phase == "Succeeded"
            if ended_well or not is_history(node):
                yield Leaf(node, attempts.get(_retry_name(node), 1))


def _retry_name(node: WorkflowNode) -> str:
    found = attempt_of(node.name)
    return found[0] if found else node.name


def _attempts(nodes: Mapping[str, WorkflowNode]) -> dict[str, int]:
    """Name of a Retry node → number of attempts made so far."""
    made: dict[str, int] = {n.name: 0 for n in nodes.values() if n.type == "Retry"}
    for node in nodes.values():
        found = attempt_of(node.name)
        if found and found[0] in made:
            made[found[0]] = max(made[found[0]], found[1] + 1)
    return made


def _parent(
    node: WorkflowNode, nodes: Mapping[str, WorkflowNode], by_name: Mapping[str, WorkflowNode]
) -> WorkflowNode | None:
    """An attempt's parent is its Retry node; any other node's is the graph it stands in (`boundaryID`).

    None for an exit handler that failed: nothing overtakes it, though the run above it goes by its tasks alone.
    """
    retry = by_name.get(_retry_name(node))
    if retry is not None and retry.type == "Retry" and retry.id != node.id:
        return retry
    if node.name.endswith(_EXIT_HOOK) and node.phase in _ENDED_BADLY:
        return None
    return nodes.get(node.boundary_id)


def _superseded(node: WorkflowNode, by_name: Mapping[str, WorkflowNode], attempts: Mapping[str, int]) -> bool:
    """An earlier attempt of something that has not given up."""
    found = attempt_of(node.name)
    retry = by_name.get(found[0]) if found else None
    if found is None or retry is None or retry.type != "Retry" or retry.phase in _ENDED_BADLY:
        return False
    return found[1] + 1 < attempts.get(retry.name, 1)
