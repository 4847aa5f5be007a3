"""A small KFP for the gathering of an inventory: three runs, of which one was deleted, and what they made and used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from kfpops.model.lineage import Artifact, Event, Execution, ExecutionKind, RunContext
from kfpops.model.run import CacheRow, Run
from kfpops.ports import Cluster
from tests.fakes import FakeKubernetes, FakePipelines, a_cluster
from tests.lineage.memory import MemoryLineage

BEGIN = datetime(2026, 11, 1, 6, 0, 0, tzinfo=timezone.utc)
ROOT = "minio://mlpipeline/v2/artifacts"
MADE, USED, GONE = (f"{n}1111111-aaaa-4aaa-8aaa-000000000001" for n in (1, 2, 3))


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def a_run(id: str, state: str = "SUCCEEDED", **more: Any) -> Run:
    run = Run(id, f"name of {id[:1]}", state, created_at=at(0), finished_at=at(60), workflow=f"wf-{id[:1]}")
    return replace(run, **more)


def context(run_id: str, **more: Any) -> RunContext:
    return RunContext(run_id, **{"pipeline": "train", "namespace": "kubeflow", "root": f"{ROOT}/train/{run_id}", **more})


def artifact(id: str, **more: Any) -> Artifact:
    made = Artifact(id, "system.Dataset", f"{ROOT}/train/{MADE}/load/{id}", "data", "LIVE", at(int(id)), at(int(id)))
    return replace(made, **more)


def root(id: str, run_id: str) -> Execution:
    return Execution(id, "system.DAGExecution", "dag", "RUNNING", run_id=run_id, created_at=at(1))


def step(id: str, parent: str, state: str = "COMPLETE", kind: ExecutionKind = "container", **more: Any) -> Execution:
    made = Execution(id, f"system.{kind}", kind, state, "load", "load", parent, created_at=at(10), updated_at=at(30))
    return replace(made, **more)


def out(artifact_id: str, execution_id: str, port: str = "data") -> Event:
    return Event(artifact_id, execution_id, "output", port, at(20))


def into(artifact_id: str, execution_id: str) -> Event:
    return Event(artifact_id, execution_id, "input", "data", at(40))


def a_lineage(**more: Any) -> MemoryLineage:
    """Artifact 1 of run MADE, which USED took from the cache and GONE read; 2 of GONE, imported by USED."""
    executions = (
        *(root("1", MADE), root("2", USED), root("3", GONE)),
        step("4", "1", fingerprint="f" * 64, pod="wf-1-system-container-impl-1"),
        step("5", "2", "CACHED", cached_from="4"),
        step("6", "3", pod="wf-3-system-container-impl-7"),
        step("7", "2", kind="importer"),
    )
    filled = {
        "known_runs": (context(MADE), context(USED), context(GONE)),
        "known_artifacts": (artifact("1"), artifact("2", uri=f"{ROOT}/train/{GONE}/load/2")),
        "known_executions": executions,
        "events": (out("1", "4"), out("1", "5"), into("1", "6"), out("2", "6"), out("2", "7")),
    }
    return MemoryLineage(**{**filled, **more})


def a_kfp(**more: Any) -> FakePipelines:
    cached = (CacheRow("c1", MADE, "4", "f" * 64),)
    return FakePipelines(**{"known": (a_run(USED), a_run(MADE)), "cached": cached, **more})


def the_cluster(
    lineage: MemoryLineage | None = None, kfp: FakePipelines | None = None, objects: Sequence[Any] = (), **more: Any
) -> Cluster:
    """More: fields of the cluster; `kubernetes` with refusals of its own."""
    kubernetes = more.pop("kubernetes", None) or FakeKubernetes(objects)
    made = a_cluster(kubernetes, kfp or a_kfp(), lineage=lineage or a_lineage())
    return replace(made, **more)
