"""A recording read plainly, and what `lineage` must tell of it: JSON of the rows, and a closure by a worklist.

This is the expected side of `test_recordings*.py`. It takes nothing from kfpops, nor its way: a run's executions are those
that ML Metadata associates with its context, which kfpops never asks for.
"""

from __future__ import annotations

import heapq
import json
import tarfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

Node = tuple[str, int]
"""`("artifact", 7)`; sorts as the report does: artifacts first, ids as numbers."""
Edge = tuple[Node, Node, str, str]
"""From, to, kind, port."""
Steps = tuple[list[tuple[Node, int, bool]], list[Edge]]
"""Where a node leads: the node there, hops, whether it leads on; and the edges that this draws."""

CONTAINER, DAG, IMPORTER = "system.ContainerExecution", "system.DAGExecution", "system.ImporterExecution"
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass
class Raw:
    """Rows by number. `runs`: of the KFP API, by id."""

    files: dict[str, bytes]
    artifacts: dict[int, Any] = field(init=False)
    executions: dict[int, Any] = field(init=False)
    events: list[Any] = field(init=False)
    runs: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.artifacts = {int(row["id"]): row for row in self.rows("artifacts")}
        self.executions = {int(row["id"]): row for row in self.rows("executions")}
        self.events = [
            (int(e["artifact_id"]), int(e["execution_id"]), e["type"].lower(), e["path"]["steps"][0]["key"], e)
            for e in self.rows("events")
        ]
        self.runs = {run["run_id"]: run for run in json.loads(self.files["kfp/v2beta1/runs.json"])["runs"]}

    def rows(self, name: str) -> list[Any]:
        return [json.loads(line) for line in self.files[f"mlmd/{name}.jsonl"].splitlines()]

    @cached_property
    def contexts(self) -> dict[int, Any]:
        return {int(row["id"]): row for row in self.rows("contexts")}

    @cached_property
    def executions_of(self) -> dict[str, list[int]]:
        """Of each run that left a trace."""
        found: dict[str, list[int]] = defaultdict(list)
        for row in self.rows("associations"):
            if (context := self.contexts[row["context_id"]])["type"] == "system.PipelineRun":
                found[context["name"]].append(row["execution_id"])
        return found

    @cached_property
    def run_of(self) -> dict[int, str]:
        return {id: run for run, ids in self.executions_of.items() for id in ids}

    @cached_property
    def pipeline_of(self) -> dict[str, str]:
        """By run id."""
        above = {row["child_id"]: row["parent_id"] for row in self.rows("parent_contexts")}
        return {self.contexts[run]["name"]: self.contexts[parent]["name"] for run, parent in above.items()}

    @cached_property
    def objects(self) -> set[str]:
        """URIs of all objects in the store."""
        listed = [json.loads(line) for line in self.files["store/objects.jsonl"].splitlines()]
        return {f"minio://{row['bucket']}/{row['key']}" for row in listed}

    def is_stored(self, uri: str) -> bool:
        """An object, or a folder that holds one."""
        return uri in self.objects or any(o.startswith(f"{uri}/") for o in self.objects)

    @cached_property
    def by_end(self) -> dict[tuple[Node, str], list[Any]]:
        found = defaultdict(list)
        for event in self.events:
            found["artifact", event[0], event[2]].append(event)
            found["execution", event[1], event[2]].append(event)
        return {((kind, id), what): events for (kind, id, what), events in found.items()}

    @cached_property
    def same(self) -> dict[int, list[int]]:
        """All artifacts of an artifact's URI, if they are several."""
        at: dict[str, list[int]] = defaultdict(list)
        for id, row in self.artifacts.items():
            at[row.get("uri", "")].append(id)
        return {id: sorted(ids) for uri, ids in at.items() if uri and len(ids) > 1 for id in ids}

    def producer(self, artifact: int) -> int | None:
        """The step that ran; else an importer; else, of a row that is gone, a cache hit. Of several the first."""
        made = self.by_end.get((("artifact", artifact), "output"), [])
        rank = {id: self._rank(self.executions[id]) for _, id, _, _, _ in made}
        order = sorted(made, key=lambda e: (rank[e[1]], int(e[4]["milliseconds_since_epoch"]), e[1]))
        return order[0][1] if order else None

    def _rank(self, execution: Any) -> int:
        return 2 if execution["last_known_state"] == "CACHED" else int(execution["type"] == IMPORTER)

    def origin(self, execution: int) -> int | None:
        if self.executions[execution]["last_known_state"] != "CACHED":
            return None
        return int(value(self.executions[execution], "cached_execution_id"))

    def closure(self, start: Iterable[Node], *sides: str) -> tuple[dict[Node, int], set[Edge]]:
        """Nodes with their distances, and edges."""
        distance: dict[Node, int] = {}
        edges: set[Edge] = set()
        for side in sides:
            steps = self._up if side == "up" else self._down
            for node, far in self._walk(start, steps, edges):
                distance[node] = min(far, distance.get(node, far))
        for id in [id for kind, id in distance if kind == "artifact" and id in self.same]:
            first = self.same[id][0]
            if id != first and ("artifact", first) in distance:
                edges.add((("artifact", first), ("artifact", id), "same-uri", ""))
        return distance, edges

    def _walk(self, start: Iterable[Node], steps: Callable[[Node], Steps], edges: set[Edge]) -> Iterator[tuple[Node, int]]:
        ahead = [(0, node) for node in start]
        heapq.heapify(ahead)
        followed: set[Node] = set()
        while ahead:
            far, node = heapq.heappop(ahead)
            yield node, far
            if node in followed:
                continue
            followed.add(node)
            onward, drawn = steps(node)
            edges.update(drawn)
            for there, hops, leads_on in onward:
                if leads_on:
                    heapq.heappush(ahead, (far + hops, there))
                else:
                    yield there, far + hops

    def _ends(self, node: Node, kind: str) -> list[Any]:
        return self.by_end.get((node, kind), [])

    def _siblings(self, node: Node) -> list[tuple[Node, int, bool]]:
        return [(("artifact", id), 0, True) for id in self.same.get(node[1], ()) if id != node[1]]

    def _up(self, node: Node) -> Steps:
        kind, id = node
        if kind == "artifact":
            made = [e for e in self._ends(node, "output") if e[1] == self.producer(id)]
            return [*self._siblings(node), *((("execution", e[1]), 1, True) for e in made)], [edge(e) for e in made]
        taken = self._ends(node, "input")
        onward = [(("artifact", e[0]), 1, True) for e in taken]
        origin = self.origin(id)
        if origin is None:
            return onward, [edge(e) for e in taken]
        out, its = self._ends(node, "output"), self._ends(("execution", origin), "output")
        both = {e[0] for e in out} & {e[0] for e in its}
        onward += [(("execution", origin), 0, True), *((("artifact", a), 1, False) for a in both)]
        return onward, [edge(e) for e in (*taken, *out, *its) if e[2] == "input" or e[0] in both]

    def _down(self, node: Node) -> Steps:
        kind, id = node
        if kind == "execution":
            out = self._ends(node, "output")
            return [(("artifact", e[0]), 1, not self.took(id, e[0])) for e in out], [edge(e) for e in out]
        used = self._ends(node, "input")
        out = self._ends(node, "output")
        again = [e for e in out if e[1] != self.producer(id) or self.imports(e[1])]
        onward = [*((("execution", e[1]), 1, True) for e in used), *((("execution", e[1]), 1, False) for e in again)]
        return [*self._siblings(node), *onward], [edge(e) for e in (*used, *again)]

    def imports(self, execution: int) -> bool:
        return bool("Importer" in self.executions[execution]["type"])

    def took(self, execution: int, artifact: int) -> bool:
        """Whether it put this out without having made it."""
        cached = self.executions[execution]["last_known_state"] == "CACHED"
        return self.imports(execution) or (cached and self.producer(artifact) != execution)

    def report(self, start: Iterable[Node], *sides: str) -> dict[str, Any]:
        """`start`, `nodes` and `edges` of `kfpops/lineage/v1`."""
        distance, edges = self.closure(start, *sides)
        return {
            "start": [name(n) for n in sorted(start)],
            "nodes": [self._node(n, distance) for n in sorted(distance, key=lambda n: (distance[n], n))],
            "edges": [
                {"from": name(a), "to": name(b), "kind": kind, "port": port or None} for a, b, kind, port in sorted(edges)
            ],
        }

    def _node(self, node: Node, distance: dict[Node, int]) -> dict[str, Any]:
        kind, id = node
        told = {**(self._artifact(id) if kind == "artifact" else self._execution(id)), "distance": distance[node]}
        place = id if kind == "execution" else self.producer(id)
        if place is not None:
            told |= self._place(place)
        return told

    def _artifact(self, id: int) -> dict[str, Any]:
        row = self.artifacts[id]
        properties = {k: read(v) for k, v in row.get("custom_properties", {}).items()}
        properties.pop("store_session_info", None)
        shown = properties.pop("display_name", "") or row.get("name")
        return _told(("artifact", id), row, shown, row["state"]) | {"uri": row.get("uri") or None, "properties": properties}

    def _execution(self, id: int) -> dict[str, Any]:
        row = self.executions[id]
        shown = value(row, "display_name") or value(row, "task_name") or None
        properties = {side: found for side in ("inputs", "outputs") if (found := value(row, side))}
        origin = value(row, "cached_execution_id")
        told = _told(("execution", id), row, shown, row["last_known_state"])
        return told | {"properties": properties, "cached_from": f"execution:{origin}" if origin else None}

    def _place(self, execution: int) -> dict[str, Any]:
        run = self.run_of[execution]
        task = value(self.executions[execution], "task_name") or None
        return {"run_id": run, "pipeline": self.pipeline_of[run], "task": task, "path": self.path(execution) or None}

    def path(self, execution: int) -> str:
        """A loop is two rows, of which the inner one is an iteration."""
        names: list[str] = []
        here: int | None = execution
        while here:
            row = self.executions[here]
            index, counted = value(row, "iteration_index"), value(row, "iteration_count")
            if task := value(row, "task_name"):
                names.append(task if index is None else f"{task}[{index}]")
            parent = value(row, "parent_dag_id")
            here = int(parent) if parent else None
            if counted is not None and len(names) > 1 and names[-2].startswith(f"{task}["):
                names.pop()
        return "/".join(reversed(names))


def load(path: Path) -> Raw:
    with tarfile.open(path) as archive:
        return Raw({m.name.partition("/")[2]: archive.extractfile(m).read() for m in archive.getmembers()})  # type: ignore[union-attr]


def edge(event: Any) -> Edge:
    artifact, execution = ("artifact", event[0]), ("execution", event[1])
    return (artifact, execution, *event[2:4]) if event[2] == "input" else (execution, artifact, *event[2:4])


def name(node: Node) -> str:
    return f"{node[0]}:{node[1]}"


def read(wrapped: Any) -> Any:
    """`{"double_value": 3.0}` → 3, `{"int_value": "7"}` → 7."""
    ((kind, found),) = wrapped.items()
    return int(found) if kind == "int_value" or (kind == "double_value" and found.is_integer()) else found


def value(row: Any, name: str) -> Any:
    wrapped = row.get("custom_properties", {}).get(name)
    return read(wrapped) if wrapped else None


def _told(node: Node, row: Any, shown: str | None, state: str) -> dict[str, Any]:
    at = _EPOCH + timedelta(milliseconds=int(row["create_time_since_epoch"]))
    empty = dict.fromkeys(("uri", "run_id", "task", "pipeline", "path", "cached_from"))
    return empty | {
        "id": name(node),
        "kind": node[0],
        "type": row["type"],
        "name": shown or None,
        "state": state,
        "created_at": at.isoformat().replace("+00:00", "Z"),
    }
