"""Rows of ML Metadata as KFP v2 writes them, in the JSON form of a recording's `mlmd/*.jsonl`, and ways to write them down.

`Rows` makes them (`run`, `execution`, `artifact`, `event`) or reads them (`Rows.read(folder)`); `write(path)` makes the
SQLite file of a store, `write_jsonl(folder)` the bundle's form, `tables()` rows for any other database. Ids are kept.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]

BEGIN_MS = 1_795_000_000_000
KINDS = ("artifact_types", "execution_types", "context_types", "artifacts", "executions", "contexts", "events")
PAIRS = ("attributions", "associations", "parent_contexts")
TYPES = {
    "artifact_types": {14: "system.Dataset", 15: "system.Artifact", 16: "system.Metrics", 17: "system.Model"},
    "execution_types": {12: "system.DAGExecution", 13: "system.ContainerExecution", 18: "system.ImporterExecution"},
    "context_types": {10: "system.Pipeline", 11: "system.PipelineRun"},
}


def value_of(value: Any) -> Json:
    """A property's value in JSON: a bool, int, float, text, bytes (no UTF-8 promised), dict or list (a struct)."""
    match value:
        case bool():
            return {"bool_value": value}
        case int():
            return {"int_value": str(value)}
        case float():
            return {"double_value": value}
        case dict() | list():
            return {"struct_value": value}
        case _:
            return {"string_value": value}


@dataclass
class Rows:
    """Rows by the name of their file. Times are milliseconds; each new row is a second younger than the one before."""

    rows: dict[str, list[Json]] = field(default_factory=dict)
    clock_ms: int = BEGIN_MS

    def __post_init__(self) -> None:
        for kind in (*KINDS, *PAIRS):
            self.rows.setdefault(kind, [])
        for kind, names in TYPES.items():
            if not self.rows[kind]:
                self.rows[kind] = [{"id": str(id), "name": name} for id, name in names.items()]

    @staticmethod
    def read(folder: Path) -> Rows:
        """A recording's `mlmd` folder; files that are not there are empty."""
        files = {kind: folder / f"{kind}.jsonl" for kind in (*KINDS, *PAIRS)}
        return Rows({k: [json.loads(line) for line in f.open()] if f.exists() else [] for k, f in files.items()})

    def pipeline(self, name: str) -> int:
        """The id of the pipeline's context, made when it is new."""
        known = next((c for c in self.rows["contexts"] if (c["type"], c["name"]) == ("system.Pipeline", name)), None)
        return int(known["id"]) if known else self._add("contexts", {"type": "system.Pipeline", "name": name}, {}, None)

    def run(self, pipeline: str, run_id: str, *, root: str | None = None, at: int | None = None, **properties: Any) -> int:
        """A run's context under its pipeline's; gives the id of its root DAG execution. `root`: None is KFP's own."""
        parent = self.pipeline(pipeline)
        root = f"minio://mlpipeline/v2/artifacts/{pipeline}/{run_id}" if root is None else root
        own = {"namespace": "kubeflow", "resource_name": "run-resource", "pipeline_root": root, **properties}
        context = self._add("contexts", {"type": "system.PipelineRun", "name": run_id}, own, at)
        self.rows["parent_contexts"].append({"child_id": context, "parent_id": parent})
        blank = {"display_name": "", "task_name": ""}
        row = {"type": "system.DAGExecution", "name": f"run/{run_id}", "last_known_state": "RUNNING"}
        return self._joined(self._add("executions", row, blank, at), context, parent)

    def execution(
        self,
        dag: int,
        task: str,
        *,
        type: str = "ContainerExecution",
        state: str = "COMPLETE",
        at: int | None = None,
        **own: Any,
    ) -> int:
        """An execution in a DAG (its id), in the same contexts. `own`: `cached_execution_id="7"`, `iteration_index=1` …"""
        own = {"display_name": task, "task_name": task, "parent_dag_id": dag, **own}
        made = self._add("executions", {"type": f"system.{type}", "last_known_state": state}, own, at)
        contexts = [pair["context_id"] for pair in self.rows["associations"] if pair["execution_id"] == dag]
        return self._joined(made, *contexts)

    def artifact(
        self, uri: str | bytes, *, type: str = "system.Dataset", name: str = "data", at: int | None = None, **properties: Any
    ) -> int:
        """An artifact; `name` is its display name."""
        return self._add("artifacts", {"type": type, "uri": uri, "state": "LIVE"}, {"display_name": name, **properties}, at)

    def event(
        self, artifact: int, execution: int, type: str = "OUTPUT", port: str = "data", *, at: int | None = None
    ) -> None:
        """`type`: a word of Event.Type; `port`: the input's or output's name, "" for none."""
        row: Json = {"artifact_id": str(artifact), "execution_id": str(execution), "type": type}
        if port:
            row["path"] = {"steps": [{"key": port}]}
        self.rows["events"].append({**row, "milliseconds_since_epoch": str(self._time(at))})

    def write(self, path: Path) -> Path:
        """An SQLite file with the C++ store's schema and these rows."""
        from tests.mlmd_store import Mlmd

        Mlmd(path)
        database = sqlite3.connect(path)
        with database:
            # The store fills in simple types of its own, whose ids other stores give to others.
            database.execute("DELETE FROM Type")
            for table, (columns, rows) in self.tables().items():
                marks = ", ".join("?" * len(columns))
                database.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
            # Text columns hold whatever bytes were written: so can broken UTF-8 get in, as through MySQL.
            for table, columns in (("Artifact", ("uri", "name")), ("ArtifactProperty", ("string_value",))):
                for column in columns:
                    database.execute(f"UPDATE {table} SET {column} = CAST({column} AS TEXT) WHERE typeof({column}) = 'blob'")
        database.close()
        return path

    def write_jsonl(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for kind, rows in self.rows.items():
            (folder / f"{kind}.jsonl").write_text("".join(json.dumps(row, default=_text) + "\n" for row in rows))
        return folder

    def tables(self) -> dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]:
        """Table of MLMD's schema (version 10) → its columns and rows."""
        from tests.mlmd_tables import tables

        return tables(self.rows)

    def _add(self, kind: str, row: Json, properties: Mapping[str, Any], at: int | None) -> int:
        id = max((int(row["id"]) for row in self.rows[kind]), default=0) + 1
        types = {row["name"]: row["id"] for row in self.rows[kind.removesuffix("s") + "_types"]}
        time = str(self._time(at))
        values = {name: value_of(value) for name, value in properties.items()}
        times = {"create_time_since_epoch": time, "last_update_time_since_epoch": time}
        self.rows[kind].append({"id": str(id), "type_id": types[row["type"]], **row, "custom_properties": values, **times})
        return id

    def _joined(self, execution: int, *contexts: int) -> int:
        self.rows["associations"] += [{"context_id": context, "execution_id": execution} for context in contexts]
        return execution

    def _time(self, at: int | None) -> int:
        self.clock_ms += 1000
        return self.clock_ms if at is None else at


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
