"""A server with KFP's own lineage API, as its field list says (artifact.proto, run.proto), filled from rows of ML Metadata.

It refuses what the real one refuses: ids that do not exist in `artifact_tasks`, fields it cannot filter or sort by, tokens
without the query that they belong to. Pages are tiny. Times are whole seconds.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from tests.cluster.loopback import Answer, Asked, Loopback, says
from tests.mlmd_rows import Rows

Json = dict[str, Any]

_TYPES = {"system.Artifact": 1, "system.Model": 2, "system.Dataset": 3, "system.Metrics": 6}
_NAMES = {1: "Artifact", 2: "Model", 3: "Dataset", 6: "Metric"}
_TASKS = {"system.ContainerExecution": "RUNTIME", "system.ImporterExecution": "IMPORTER", "system.DAGExecution": "DAG"}
_STATES = {"COMPLETE": "SUCCEEDED", "CANCELED": "SKIPPED", "CACHED": "CACHED", "FAILED": "FAILED", "RUNNING": "RUNNING"}
_LINKS = {"OUTPUT": "OUTPUT", "INPUT": "TASK_OUTPUT_INPUT", "DECLARED_INPUT": "COMPONENT_INPUT"}
_LINKS |= {"INTERNAL_OUTPUT": "ONE_OF_OUTPUT", "UNKNOWN": "UNSPECIFIED"}
_SPACE = uuid.UUID("0e5fd8ba-6f0b-4f5e-9a56-6a3d0a5c9f11")
# What lists can be filtered by, and the fields that it means. `type` is a number in the database.
_KEYS = {
    "artifacts": {"artifact_id": "artifact_id", "uri": "uri", "created_at": "created_at", "type": "type"},
    "runs": {"run_id": "run_id", "created_at": "created_at"},
    "tasks": {"task_id": "task_id"},
}


def native(id: str) -> str:
    """`artifact:7`, `execution:12` → the UUID that the stub gives it."""
    return str(uuid.uuid5(_SPACE, id))


class KfpLineageStub(Loopback):
    """`refuse`: path → an answer instead. `largest_page`: as the server caps it."""

    def __init__(self, rows: Rows | None = None, *, namespace: str = "", largest_page: int = 40) -> None:
        super().__init__()
        rows = rows or Rows()
        self.namespace, self.largest_page = namespace, largest_page
        self.refuse: dict[str, Answer] = {}
        runs = _runs_of_executions(rows)
        self.artifacts = [_artifact(row) for row in rows.rows["artifacts"]]
        self.tasks = [_task(row, runs) for row in rows.rows["executions"]]
        known = {task["task_id"]: task["run_id"] for task in self.tasks}
        self.links = [_link(number, row, known) for number, row in enumerate(rows.rows["events"])]
        self.runs = [_run(row) for row in rows.rows["contexts"] if row["type"] == "system.PipelineRun"]
        names = [row["name"] for row in rows.rows["contexts"] if row["type"] == "system.Pipeline"]
        self.pipelines = [{"pipeline_id": native(f"pipeline:{name}"), "name": name} for name in names]
        parents = {str(pair["child_id"]): str(pair["parent_id"]) for pair in rows.rows["parent_contexts"]}
        contexts = {str(row["id"]): row["name"] for row in rows.rows["contexts"]}
        for run in self.runs:
            run["pipeline_reference"] = {"pipeline_id": native(f"pipeline:{contexts[parents[run.pop('context')]]}")}

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if asked.path in self.refuse:
            return self.refuse[asked.path]
        parts = asked.path.removeprefix("/apis/v2beta1/").split("/")
        match parts:
            case ["artifacts"]:
                return self._scoped(asked) or self._list(asked, "artifacts", self.artifacts)
            case ["artifact_tasks"]:
                return self._artifact_tasks(asked)
            case ["runs"]:
                return self._scoped(asked) or self._list(asked, "runs", [self._viewed(r, asked) for r in self.runs])
            case ["runs", run_id]:
                found = [run for run in self.runs if run["run_id"] == run_id]
                return says(found[0]) if found else _error(5, f"Run {run_id} not found")
            case ["runs", run_id, "tasks"]:
                return self._list(asked, "tasks", [task for task in self.tasks if task["run_id"] == run_id])
            case ["pipelines"]:
                return self._list(asked, "pipelines", self.pipelines)
        return _error(5, "Not Found")

    def _scoped(self, asked: Asked) -> Answer | None:
        """With users, a list takes a namespace, and the right to it."""
        if self.namespace and not asked.query.get("namespace"):
            return _error(3, "Invalid input error: a namespace cannot be empty in multi-user mode")
        if self.namespace and asked.query["namespace"] != self.namespace:
            return _error(7, f"User is not authorized to list artifacts in {asked.query['namespace']}")
        return None

    def _viewed(self, run: Json, asked: Asked) -> Json:
        if asked.query.get("view") != "FULL":
            return run
        return {**run, "tasks": [task for task in self.tasks if task["run_id"] == run["run_id"]]}

    def _artifact_tasks(self, asked: Asked) -> Answer:
        found = self.links
        for key, field, known in (
            ("artifact_ids", "artifact_id", self.artifacts),
            ("task_ids", "task_id", self.tasks),
            ("run_ids", "run_id", self.runs),
        ):
            wanted = {value for name, value in asked.pairs if name == key}
            if "" in wanted:
                return _error(3, f"Invalid input error: {key} must not be empty")
            if wanted - {one[field] for one in known}:
                return _error(5, f"Failed to get {field} for authorization")
            found = [link for link in found if not wanted or link[field] in wanted]
        if not any(name in ("artifact_ids", "task_ids", "run_ids") for name, _ in asked.pairs):
            return _error(3, "At least one filter (task_ids, run_ids, or artifact_ids) is required")
        return self._list(asked, "artifact_tasks", found)

    def _list(self, asked: Asked, key: str, items: Sequence[Json]) -> Answer:
        keys = _KEYS.get(key, {})
        start, terms = json.loads(asked.query["page_token"]) if "page_token" in asked.query else (0, _terms(asked))
        if _terms(asked) not in (terms, {}):
            return _error(3, "The page token does not belong to this filter and order")
        for predicate in json.loads(terms.get("filter", '{"predicates": []}'))["predicates"]:
            if predicate["key"] not in keys:
                return _error(3, f"Unknown filter field {predicate['key']}")
            items = [item for item in items if _passes(item.get(keys[predicate["key"]], ""), predicate)]
        order, _, direction = terms.get("sort_by", terms.get("order_by", "")).partition(" ")
        if order not in ("", "created_at", "create_time"):
            return _error(3, f"Cannot sort on field {order}")
        if order:
            items = sorted(items, key=lambda item: (item.get(order, ""), _id(item)), reverse=direction == "desc")
        size = min(int(asked.query.get("page_size", 20)), self.largest_page)
        page, rest = items[start : start + size], start + size
        token = {"next_page_token": json.dumps([rest, terms])} if rest < len(items) else {}
        # The gateway leaves empty fields out.
        return says({**({key: list(page)} if page else {}), "total_size": len(items), **token})


def _terms(asked: Asked) -> dict[str, str]:
    """A token holds them; who repeats them must repeat them as they were."""
    return {key: asked.query[key] for key in ("filter", "sort_by", "order_by") if key in asked.query}


def _id(item: Mapping[str, Any]) -> str:
    return next(str(item[key]) for key in ("artifact_id", "task_id", "run_id") if key in item)


def _passes(value: Any, predicate: Json) -> bool:
    compare: dict[str, Callable[[Any, Any], bool]] = {
        "EQUALS": lambda a, b: a == b,
        "IN": lambda a, b: a in b["values"],
        "IS_SUBSTRING": lambda a, b: b in a,
        "GREATER_THAN_EQUALS": lambda a, b: a >= b,
        "LESS_THAN_EQUALS": lambda a, b: a <= b,
    }
    key = next(key for key in predicate if key.endswith(("Value", "Values")))
    if predicate["key"] == "type":
        assert key == "intValue"
        value = next(number for number, name in _NAMES.items() if name == value)
    return compare[predicate["operation"]](value, predicate[key])


def _error(code: int, text: str) -> Answer:
    return says({"code": code, "message": text}, {3: 400, 5: 404, 7: 403}[code])


def _stamp(row: Json, key: str = "create_time_since_epoch") -> str:
    return datetime.fromtimestamp(int(row[key]) // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _value(value: Json) -> Any:
    found = next(iter(value.values()))
    return int(found) if "int_value" in value else found


def _properties(row: Json) -> Json:
    found = {name: _value(value) for name, value in row.get("custom_properties", {}).items()}
    # JSON cannot hold these.
    unfit = (float("inf"), -float("inf"))
    found = {k: "Infinity" if v == unfit[0] else "-Infinity" if v == unfit[1] else v for k, v in found.items()}
    return {k: v.decode("utf-8", "replace") if isinstance(v, bytes) else v for k, v in found.items()}


def _artifact(row: Json) -> Json:
    properties = _properties(row)
    name = properties.pop("display_name", "") or row.get("name", "")
    uri = row.get("uri")
    made = {"artifact_id": native(f"artifact:{row['id']}"), "name": name, "created_at": _stamp(row)}
    made["type"] = _NAMES[_TYPES.get(row["type"], 1)]
    made |= {"uri": uri.decode("utf-8", "replace") if isinstance(uri, bytes) else uri} if uri else {}
    number = properties.pop("accuracy", None)
    made |= {"number_value": number, "name": "accuracy"} if number is not None else {}
    return {**made, "metadata": properties, "namespace": "team-a"}


def _task(row: Json, runs: Mapping[str, str]) -> Json:
    properties = _properties(row)
    root = row.get("name", "").startswith("run/")
    made = {
        "task_id": native(f"execution:{row['id']}"),
        "run_id": runs[row["id"]],
        "name": "ROOT" if root else properties.get("task_name", ""),
        "display_name": properties.get("display_name", ""),
        "type": "ROOT" if root else _TASKS.get(row["type"], "TASK_TYPE_UNSPECIFIED"),
        "state": _STATES.get(row.get("last_known_state", ""), "RUNTIME_STATE_UNSPECIFIED"),
        "cache_fingerprint": properties.get("cache_fingerprint", ""),
        "create_time": _stamp(row),
        "end_time": _stamp(row, "last_update_time_since_epoch"),
        "pods": [{"name": "p-driver", "type": "DRIVER"}, {"name": f"p-{row['id']}", "type": "EXECUTOR"}],
        "type_attributes": {"iteration_index": str(properties["iteration_index"])}
        if "iteration_index" in properties
        else {},
    }
    if "parent_dag_id" in properties:
        made["parent_task_id"] = native(f"execution:{properties['parent_dag_id']}")
    for side in ("inputs", "outputs"):
        given = [
            {"parameter_key": key, "value": value, "type": "RUNTIME_VALUE_INPUT"}
            for key, value in properties.get(side, {}).items()
        ]
        made[side] = {"parameters": given} if given else {}
    return {key: value for key, value in made.items() if value not in ("", {})}


def _link(number: int, row: Json, runs: Mapping[str, str]) -> Json:
    task = native(f"execution:{row['execution_id']}")
    steps = row.get("path", {}).get("steps", [])
    return {
        "id": native(f"link:{number}"),
        "artifact_id": native(f"artifact:{row['artifact_id']}"),
        "task_id": task,
        "run_id": runs[task],
        "type": _LINKS[row["type"]],
        "key": steps[0]["key"] if steps else "",
    }


def _run(row: Json) -> Json:
    root = _properties(row).get("pipeline_root", "")
    made = {"run_id": row["name"], "display_name": row["name"], "created_at": _stamp(row), "context": row["id"]}
    return {**made, "finished_at": "1970-01-01T00:00:00Z", "runtime_config": {"pipeline_root": root}}


def _runs_of_executions(rows: Rows) -> dict[str, str]:
    names = {str(row["id"]): row["name"] for row in rows.rows["contexts"] if row["type"] == "system.PipelineRun"}
    pairs = rows.rows["associations"]
    return {str(p["execution_id"]): names[str(p["context_id"])] for p in pairs if str(p["context_id"]) in names}
