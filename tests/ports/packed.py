"""The world as a bundle: the files of `kfpops/recording/v1` in a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.ports import world


def write_bundle(folder: Path) -> Path:
    """Write every file, with a time stamp before each line of the logs as the kubelet gives it."""
    for place, items in world.KUBERNETES.items():
        _write(folder / f"kubernetes/{place}.json", {"kind": "List", "items": [_without_values(item) for item in items]})
    for (namespace, pod, container), log in world.LOGS.items():
        stamped = b"".join(b"2026-11-21T11:59:00.000000000Z " + line for line in log.splitlines(keepends=True))
        _write(folder / f"logs/{namespace}/{pod}/{container}.log", stamped)
    _write(folder / "kfp/healthz.json", world.HEALTH)
    for name, key, items in (
        ("runs", "runs", world.RUNS),
        ("experiments", "experiments", world.EXPERIMENTS),
        ("pipelines", "pipelines", world.PIPELINES),
        ("recurringruns", "recurringRuns", world.RECURRING),
    ):
        _write(folder / f"kfp/v2beta1/{name}.json", {key: items})
    _write(folder / "kfp/v1alpha1/tasks.json", {"tasks": world.TASKS})
    for run_id, document in world.V1_RUNS.items():
        _write(folder / f"kfp/v1beta1/runs/{run_id}.json", document)
    for (run_id, node), log in world.ARCHIVED_LOGS.items():
        _write(folder / f"kfp/v1alpha1/runs/{run_id}/nodes/{node}.log", log)
    _store(folder)
    header = {"schema": "kfpops/recording/v1", "ended_at": world.ENDED_AT.isoformat(), "scope": {"everything": True}}
    _write(folder / "recording.json", {**header, "kfp_namespace": "kubeflow", "files": [], "gaps": []})
    return folder


def _store(folder: Path) -> None:
    objects, rows = [], []
    for number, (key, data) in enumerate(world.OBJECTS.items()):
        objects.append(
            {"bucket": "mlpipeline", "key": key, "size": len(data), "etag": "", "modified": "2026-11-21T11:00:00Z"}
        )
        rows.append({"bucket": "mlpipeline", "key": key, "path": f"store/bytes/{number}"})
        _write(folder / f"store/bytes/{number}", data)
    _write(folder / "store/objects.jsonl", "".join(json.dumps(row) + "\n" for row in objects).encode())
    _write(folder / "store/bytes.jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode())


def _without_values(item: dict[str, Any]) -> dict[str, Any]:
    """Secrets stand in bundles with the names of their keys only."""
    if not item["metadata"]["name"].startswith("mlpipeline-minio"):
        return item
    return {"metadata": item["metadata"], "keys": sorted(item["data"])}


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
