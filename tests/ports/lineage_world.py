"""A small lineage store with everything that has misled readers: what every back end of `ports.Lineage` is asked about.

`a_world()` makes rows of ML Metadata; what a check needs to know of them has a name in `ids`. The ids are those of ML
Metadata; a back end with ids of its own translates them (`Known`).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.mlmd_rows import Rows

FIRST = "11111111-aaaa-4aaa-8aaa-000000000001"
SECOND = "11111111-aaaa-4aaa-8aaa-000000000002"
THIRD = "11111111-aaaa-4aaa-8aaa-000000000003"
LOOP = "11111111-aaaa-4aaa-8aaa-000000000004"
WIDE = "11111111-aaaa-4aaa-8aaa-000000000005"
ABSENT = "11111111-aaaa-4aaa-8aaa-999999999999"
RAW = "gs://warehouse/raw/orders.csv"
SHARED = "minio://mlpipeline/shared/scores.csv"
INPUTS, CONSUMERS = 130, 120


@dataclass(frozen=True)
class World:
    """`ids`: names that checks use → ids in `rows`, as text."""

    rows: Rows = field(default_factory=Rows)
    ids: dict[str, str] = field(default_factory=dict)

    def bundle_rows(self) -> Rows:
        """As JSON has them: numbers that are not finite are texts."""
        found = copy.deepcopy(self.rows)
        for kind in ("artifacts", "executions", "contexts"):
            for row in found.rows[kind]:
                for value in row.get("custom_properties", {}).values():
                    if not math.isfinite(value.get("double_value", 0.0)):
                        value["double_value"] = "Infinity" if value["double_value"] > 0 else "-Infinity"
        return found

    def write_bundle(self, folder: Path) -> Path:
        """The folder `mlmd` of a bundle."""
        return self.bundle_rows().write_jsonl(folder / "mlmd")


@dataclass(frozen=True)
class Known:
    """What a check is told of the world: ids as the back end has them. `exact`: its values are ML Metadata's own."""

    ids: dict[str, str]
    translate: Callable[[str], str] = str
    exact: bool = True

    def __getitem__(self, name: str) -> str:
        return self.translate(f"{'artifact' if name.startswith('a') else 'execution'}:{self.ids[name]}")

    def all(self, *names: str) -> list[str]:
        return [self[name] for name in names]


def a_world() -> World:
    """Names beginning with `a.` are artifacts, with `e.` executions."""
    world = World()
    _types(world.rows)
    _three_runs(world)
    _loop(world)
    _wide(world)
    _odd(world)
    _attributions(world)
    return world


def _types(rows: Rows) -> None:
    rows.rows["artifact_types"].append({"id": "40", "name": "acme.Weird"})
    rows.rows["execution_types"].append({"id": "41", "name": "acme.Batch"})


def _three_runs(world: World) -> None:
    """Made, taken from the cache, taken from the cache of the cache; an importer's id again, and another id of its URI."""
    rows, ids = world.rows, world.ids
    root = rows.run("train-daily", FIRST)
    raw = rows.artifact(RAW, name="orders", source="bank", verified=True, rows=7)
    imported = rows.execution(root, "importer", type="ImporterExecution")
    load = rows.execution(
        root, "load", cache_fingerprint="f" * 64, inputs={"day": "monday", "limit": 3}, image="python:3.11"
    )
    data = rows.artifact("minio://mlpipeline/v2/artifacts/train-daily/1/load/data", rows=100.5)
    metrics = rows.artifact(
        "minio://mlpipeline/v2/artifacts/train-daily/1/load/metrics", type="system.Metrics", name="metrics", accuracy=0.91
    )
    failed = rows.execution(root, "train", state="FAILED", cache_fingerprint="e" * 64)
    train = rows.execution(root, "train", cache_fingerprint="e" * 64, outputs={"loss": 0.25, "notes": ["a", {"b": 1}, None]})
    model = rows.artifact("minio://mlpipeline/v2/artifacts/train-daily/1/train/model", type="system.Model", name="model")
    rows.event(raw, imported, port="artifact")
    rows.event(data, load, port="data")
    rows.event(metrics, load, port="metrics")
    for execution in (failed, train):
        rows.event(data, execution, "INPUT", "data")
        rows.event(raw, execution, "INPUT", "orders")
    rows.event(model, train, port="model")
    again = rows.run("train-daily", SECOND)
    cached = rows.execution(
        again, "load", state="CACHED", cache_fingerprint="f" * 64, cached_execution_id=str(load), inputs={"day": "monday"}
    )
    rows.event(data, cached, port="data")
    rows.event(metrics, cached, port="metrics")
    same = rows.execution(again, "importer", type="ImporterExecution")
    rows.event(raw, same, port="artifact")
    third = rows.run("score-weekly", THIRD, root="s3://elsewhere/root?region=eu")
    twice = rows.execution(third, "load", state="CACHED", cache_fingerprint="f" * 64, cached_execution_id=str(cached))
    rows.event(data, twice, port="data")
    other = rows.execution(third, "importer", type="ImporterExecution")
    reimported = rows.artifact(RAW, name="orders")
    rows.event(reimported, other, port="artifact")
    skipped = rows.execution(third, "report", state="CANCELED")
    named = {"e.root": root, "e.importer": imported, "e.load": load, "e.failed": failed, "e.train": train}
    named |= {"e.cached": cached, "e.twice": twice, "e.same": same, "e.other": other, "e.skipped": skipped}
    named |= {"a.raw": raw, "a.data": data, "a.metrics": metrics, "a.model": model, "a.reimported": reimported}
    ids.update({name: str(id) for name, id in named.items()})


def _loop(world: World) -> None:
    """Iterations that write one URI, and a group whose output is also its leaf's."""
    rows, ids = world.rows, world.ids
    root = rows.run("loop", LOOP)
    loop = rows.execution(root, "for-loop-2", type="DAGExecution", state="RUNNING", iteration_count=2)
    for number in range(2):
        iteration = rows.execution(loop, "for-loop-2", type="DAGExecution", iteration_index=number)
        score = rows.execution(iteration, "score")
        shared = rows.artifact(SHARED, name="scores", shard=number)
        rows.event(shared, score, port="scores")
        ids.update(
            {f"e.iteration{number}": str(iteration), f"e.score{number}": str(score), f"a.shared{number}": str(shared)}
        )
    group = rows.execution(root, "sub", type="DAGExecution")
    leaf = rows.execution(group, "leaf")
    made = rows.artifact("minio://mlpipeline/v2/artifacts/loop/leaf", name="made")
    rows.event(made, leaf, port="made")
    rows.event(made, group, port="result")
    ids.update({"e.loop": str(loop), "e.group": str(group), "e.leaf": str(leaf), "a.made": str(made)})


def _wide(world: World) -> None:
    """More inputs of one execution, and more consumers of one artifact, than fit into one request."""
    rows, ids = world.rows, world.ids
    root = rows.run("wide", WIDE)
    merge = rows.execution(root, "merge")
    for number in range(INPUTS):
        part = rows.artifact(f"minio://mlpipeline/parts/{number}", name=f"part-{number}")
        rows.event(part, merge, "INPUT", f"part-{number}")
        ids[f"a.part{number}"] = str(part)
    popular = rows.artifact("minio://mlpipeline/popular", name="popular")
    rows.event(popular, merge, port="popular")
    for number in range(CONSUMERS):
        consumer = rows.execution(root, f"use-{number}")
        rows.event(popular, consumer, "INPUT", "popular")
        ids[f"e.use{number}"] = str(consumer)
    ids.update({"e.merge": str(merge), "a.popular": str(popular)})


def _odd(world: World) -> None:
    """What KFP does not write, but stores hold: no URI, types of others, cycles, broken texts, numbers without end."""
    rows, ids = world.rows, world.ids
    root = int(ids["e.root"])
    lost = rows.artifact("", name="lost")
    rows.rows["artifacts"][-1].pop("uri")
    empty = rows.artifact("", name="nowhere")
    weird = rows.artifact("weird://thing", type="acme.Weird", name="")
    rows.rows["artifacts"][-1]["name"] = "own-name"
    endless = rows.artifact("minio://mlpipeline/endless", name="endless", top=math.inf, bottom=-math.inf, note="")
    broken = rows.artifact(b"minio://mlpipeline/caf\xe9", name="broken", note=b"\xff\xfe")
    batch = rows.execution(root, "batch", state="COMPLETE")
    rows.rows["executions"][-1] |= {"type": "acme.Batch", "type_id": "41"}
    back = rows.execution(root, "back")
    rows.event(weird, batch, port="out")
    rows.event(weird, back, "INPUT", "in")
    rows.event(lost, back, port="out")
    rows.event(lost, batch, "INPUT", "in")
    rows.event(endless, batch, "DECLARED_INPUT", "")
    rows.event(endless, back, "INTERNAL_OUTPUT", "declared")
    rows.event(broken, back, "UNKNOWN", "nothing")
    named = {"a.lost": lost, "a.empty": empty, "a.weird": weird, "a.endless": endless, "a.broken": broken}
    ids.update({name: str(id) for name, id in (named | {"e.batch": batch, "e.back": back}).items()})


def _attributions(world: World) -> None:
    """As KFP writes them: with each output, to the run and to its pipeline."""
    rows = world.rows.rows
    outputs = [row for row in rows["events"] if "OUTPUT" in row["type"]]
    contexts = {str(pair["execution_id"]): set() for pair in rows["associations"]}
    for pair in rows["associations"]:
        contexts[str(pair["execution_id"])].add(pair["context_id"])
    pairs = {(context, row["artifact_id"]) for row in outputs for context in contexts[row["execution_id"]]}
    rows["attributions"] += [{"context_id": context, "artifact_id": artifact} for context, artifact in sorted(pairs)]


def events(rows: Rows, **wanted: Any) -> list[dict[str, Any]]:
    """The rows of events with these fields."""
    return [row for row in rows.rows["events"] if all(row[key] == value for key, value in wanted.items())]
