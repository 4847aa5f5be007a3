"""A Graph as the rows of a tree that a person can read: equal steps and repeats are one row, with all their nodes in it.

Nothing is left out without a count: loop iterations, runs of one pipeline, logs and whatever is beyond `most`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kfpops.lineage.graph import ARTIFACT, EXECUTION, Graph, by_id, id_of
from kfpops.lineage.links import Links
from kfpops.lineage.show.fold_rows import LOGS, Direction, Fold, Limits, Relation, Roots, Row
from kfpops.model.lineage import CACHED, Place

# From so many runs on the equal steps of a pipeline's runs are one row. Below a row that is folded already, two are enough.
_RUNS_FOLD_FROM = 3
_ORDER: tuple[Relation, ...] = ("input", "output", "used", "taken", "same", "start")


@dataclass(slots=True)
class _Draft:
    depth: int
    relation: Relation
    nodes: tuple[str, ...]
    ports: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    again: bool = False
    more: int = 0
    hidden: bool = False
    below: list[_Draft] = field(default_factory=list)
    order: int = 0


@dataclass(frozen=True, slots=True)
class _Step:
    relation: Relation
    node: str
    port: str = ""


def root_rows(graph: Graph, links: Links, nodes: Sequence[str], limits: Limits) -> tuple[Roots, frozenset[str]]:
    """Nodes as roots: alike ones together, artifacts of one URI as one. And the logs among many that are left out."""
    chosen = [n for n in nodes if limits.logs or not _is_log(graph, n)] if len(nodes) > 1 else nodes
    objects: dict[str, list[str]] = {}
    for node in chosen or nodes:
        objects.setdefault(links.object_of.get(node, node), []).append(node)
    folding = _Folding(graph, links, "up", limits)
    groups = folding.groups([_Step("start", nodes[0]) for nodes in objects.values()], folded=False)
    rows = [[n for step in group for n in objects[links.object_of.get(step.node, step.node)]] for group in groups]
    return rows, frozenset(nodes).difference(*rows)


def _is_log(graph: Graph, node: str) -> bool:
    artifact = graph.artifacts.get(id_of(node))
    return node.startswith(ARTIFACT) and artifact is not None and artifact.name == LOGS


def fold(
    graph: Graph, links: Links, roots: Roots, direction: Direction, limits: Limits, without: Collection[str] = ()
) -> Fold:
    """One tree for each of `roots`. Level by level, so that a node stands where it is nearest.

    `without`: executions that are told elsewhere; they are no rows, and not followed.
    """
    return _Folding(graph, links, direction, limits, frozenset(without)).fold(roots)


class _Folding:
    """The state of one fold: what has a row already."""

    def __init__(
        self, graph: Graph, links: Links, direction: Direction, limits: Limits, without: frozenset[str] = frozenset()
    ) -> None:
        self._without = without
        self._graph = graph
        self._links = links
        self._direction = direction
        self._limits = limits
        self._seen: dict[str, _Draft] = {}
        self._taken: dict[str, _Draft] = {}
        self._told: set[str] = set()
        self._made: set[str] = set()
        self._logs: set[str] = set()
        self._rows = 0

    def fold(self, roots: Roots) -> Fold:
        top = [self._drafted(0, [_Step("start", n) for n in nodes]) for nodes in roots]
        waiting = deque(top)
        most = self._limits.rows if self._limits.rows is not None else len(top)
        for draft in top[most:]:
            draft.hidden = True
        beyond = sum(len(draft.nodes) for draft in top[most:])
        self._rows = len(top[:most])
        while waiting:
            draft = waiting.popleft()
            hidden = draft.hidden or draft.more > 0 or (self._limits.rows is not None and self._rows >= self._limits.rows)
            for below in self._below(draft):
                below.hidden = hidden
                if not hidden:
                    self._rows += 1
                    draft.below.append(below)
                elif not below.again:
                    beyond += len(below.nodes)
                if not below.again:
                    waiting.append(below)
        ordered = list(_in_order(top[:most]))
        for number, draft in enumerate(ordered):
            draft.order = number
        return Fold(tuple(self._row(d) for d in ordered), frozenset(self._logs - self._seen.keys()), beyond)

    def _drafted(self, depth: int, steps: Sequence[_Step]) -> _Draft:
        nodes = tuple(dict.fromkeys(s.node for s in steps))
        ports = tuple(sorted({s.port for s in steps if s.port}))
        draft = _Draft(depth, steps[0].relation, nodes, ports)
        if self._direction == "up" or draft.relation == "same":
            draft.makers = tuple(dict.fromkeys(m for n in nodes if (m := self._links.makers.get(n))))
        # What only took something from the cache may still be met as a user of another artifact, and then goes on.
        seen = self._taken if draft.relation == "taken" else self._seen
        for node in nodes:
            seen.setdefault(node, draft)
        return draft

    def _row(self, draft: _Draft) -> Row:
        if draft.more:
            return Row(draft.depth, draft.relation, (), more=draft.more)
        where: Literal["", "above", "below"] = ""
        meant = self._seen[draft.nodes[0]] if draft.again else draft
        if draft.again and not (meant.hidden or meant.more):
            where = "above" if meant.order < draft.order else "below"
        return Row(draft.depth, draft.relation, draft.nodes, draft.ports, draft.makers, draft.again, where)

    def _below(self, draft: _Draft) -> list[_Draft]:
        """Drafts of what comes next; nodes with a row already are told once more, and not followed."""
        fresh: list[_Step] = []
        again: list[_Step] = []
        for step in (s for s in self._steps(draft) if s.node not in self._without):
            if step.node in self._seen:
                again.append(step)
            elif step.relation != "taken" or step.node not in self._taken:
                fresh.append(step)
        depth = draft.depth + 1
        groups = sorted(self.groups(fresh, folded=len(draft.nodes) > 1), key=lambda g: _ORDER.index(g[0].relation))
        most = self._limits.children if self._limits.children is not None else len(groups)
        found = [self._drafted(depth, group) for group in groups[:most]]
        rest: dict[Relation, list[_Step]] = {}
        for group in groups[most:]:
            rest.setdefault(group[0].relation, []).extend(group)
        for steps in rest.values():
            more = self._drafted(depth, steps)
            more.more = len(more.nodes)
            found.append(more)
        return found + self._references(depth, again)

    def _references(self, depth: int, again: Sequence[_Step]) -> list[_Draft]:
        """One row for each row that is meant. What shares the object, or took it from the cache, is told there already."""
        meant: dict[int, list[str]] = {}
        for step in again:
            if step.relation not in ("same", "taken") and self._seen[step.node].relation != "start":
                meant.setdefault(id(self._seen[step.node]), []).append(step.node)
        relation: Relation = "input" if self._direction == "up" else "output"
        return [_Draft(depth, relation, tuple(dict.fromkeys(nodes)), again=True) for nodes in meant.values()]

    def _steps(self, draft: _Draft) -> Iterator[_Step]:
        for node in draft.nodes:
            if draft.relation == "taken":
                continue
            if node.startswith(EXECUTION):
                yield from self._of_execution(node)
            else:
                if self._direction == "down":
                    yield from (_Step("used", e, p) for e, p in self._links.users.get(node, ()))
                    yield from (_Step("taken", e, p) for e, p in self._links.takers.get(node, ()))
                yield from self._siblings(node, draft.relation)
        for maker in draft.makers:
            if self._direction == "up" and maker not in self._made:
                self._made.add(maker)
                yield from self._of_execution(maker)

    def _of_execution(self, node: str) -> Iterator[_Step]:
        if self._direction == "up":
            yield from (_Step("input", a, p) for a, p in self._links.inputs.get(node, ()))
            return
        cached = self._is_cached(node)
        for artifact, port in self._links.outputs.get(node, ()):
            if port == LOGS and not self._limits.logs and not self._links.users.get(artifact):
                self._logs.add(artifact)
            elif not (cached and artifact in self._seen):
                yield _Step("output", artifact, port)

    def _siblings(self, node: str, relation: Relation) -> Iterable[_Step]:
        """The other artifacts of an object, told once, below the first of them."""
        oldest = self._links.object_of.get(node)
        if oldest is None or oldest in self._told or relation == "same":
            return ()
        self._told.add(oldest)
        others = [other for other in self._links.objects[oldest] if other != node]
        return [_Step("same", other) for other in others if self._direction == "down" or not self._is_import(other, node)]

    def _is_import(self, other: str, node: str) -> bool:
        """Whether it only was imported after this one was recorded: it tells nothing of where that came from."""
        maker = self._graph.execution(id_of(self._links.makers.get(other, "")))
        return maker is not None and maker.kind == "importer" and by_id(other) > by_id(node)

    def _is_cached(self, node: str) -> bool:
        execution = self._graph.executions.get(id_of(node))
        return execution is not None and execution.state == CACHED

    def groups(self, steps: Sequence[_Step], *, folded: bool) -> list[list[_Step]]:
        """Steps of one run and task are one; of one pipeline and task where there are enough runs."""
        by_task: dict[Hashable, dict[Hashable, list[_Step]]] = {}
        for step in dict.fromkeys(steps):
            task, run = self._keys(step)
            by_task.setdefault(task, {}).setdefault(run, []).append(step)
        enough = 2 if folded else _RUNS_FOLD_FROM
        groups: list[list[_Step]] = []
        for runs in by_task.values():
            groups += [[s for one in runs.values() for s in one]] if len(runs) >= enough else runs.values()
        return groups

    def _keys(self, step: _Step) -> tuple[Hashable, Hashable]:
        """What all repeats have in common, and the run that tells them apart (without a run: the node itself)."""
        is_execution = step.node.startswith(EXECUTION)
        by = step.node if is_execution else self._links.makers.get(step.node, "")
        place = self._graph.places.get(id_of(by), Place())
        run = self._graph.runs.get(place.run_id)
        common = (step.relation, run.pipeline if run else "", place.task_path)
        if is_execution:
            return common, place.run_id or step.node
        artifact = self._graph.artifacts.get(id_of(step.node))
        what = (artifact.type, artifact.name) if artifact else ()
        # The same input from two tasks is two things; a task's two outputs are as well.
        return (*common, *what, step.port if self._direction == "down" else ""), place.run_id or step.node


def _in_order(top: Sequence[_Draft]) -> Iterator[_Draft]:
    waiting = list(reversed(top))
    while waiting:
        draft = waiting.pop()
        yield draft
        waiting += reversed(draft.below)
