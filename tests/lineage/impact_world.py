"""A small world to ask for impacts in: a table, trained on, taken from the cache, imported elsewhere, and served."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kfpops.knowledge.ir_json import pipeline_ir
from kfpops.lineage.gather import Reach, gather_graph
from kfpops.lineage.graph import Graph
from kfpops.model.inference_service import InferenceService
from kfpops.model.pipeline_ir import PipelineIR
from kfpops.model.run import Run
from kfpops.ports import Cluster
from tests.builders import kube
from tests.fakes import FakeKubernetes, FakePipelines, a_cluster
from tests.lineage.worlds import MemoryLineage, Recorder, at

TRAIN, AGAIN, OTHER, GONE = (f"{n}0f2b1e0-6c3f-4f0e-9a5b-0f1d2c3b4a59" for n in range(1, 5))
ROOT = f"minio://mlpipeline/v2/artifacts/training/{TRAIN}"
SERVED = kube(
    InferenceService,
    {
        "metadata": {"name": "churn", "namespace": "serving"},
        "spec": {"predictor": {"model": {"storageUri": f"s3://mlpipeline/v2/artifacts/training/{TRAIN}/train/model/"}}},
    },
)


def recorded() -> Recorder:
    """Artifacts: 1 the table, 2 features, 3 the model, 4 the table again (imported), 5 a report, 6 a log, 7 a lost model.

    Executions: 1–4 TRAIN (extract, prepare, train), 5–7 AGAIN (prepare cached, train runs), 8–10 OTHER (importer, report),
    11–12 GONE (train, 40 s).
    """
    world = Recorder()
    root = world.run(TRAIN)
    table, features = (
        world.artifact(f"{ROOT}/extract/table", name="table"),
        world.artifact(f"{ROOT}/prepare/rows", name="features"),
    )
    model = world.artifact(f"{ROOT}/train/model", "system.Model", "model")
    again_table = world.artifact(f"{ROOT}/extract/table", name="")
    report, log = (
        world.artifact(type="system.HTML", name="report"),
        world.artifact(type="system.Artifact", name="executor-logs"),
    )
    lost = world.artifact(type="system.Model", name="model")
    world.task(root, "extract", outputs={"table": table})
    prepare = world.task(root, "prepare", {"table": table}, {"rows": features})
    world.task(root, "train", {"rows": features}, {"model": model, "executor-logs": log})
    again = world.run(AGAIN)
    world.cached(again, prepare)
    world.alter(world.task(again, "train", {"rows": features}), state="RUNNING")
    other = world.run(OTHER, "reporting")
    world.importer(other, again_table)
    world.task(other, "report", {"table": again_table}, {"report": report})
    gone = world.run(GONE)
    world.task(gone, "train", {"rows": features}, {"model": lost})
    for execution in list(world.executions):
        seconds = 40 if execution.id == "12" else 3600 if execution.task == "train" else 60
        if execution.state == "COMPLETE" and execution.created_at:
            world.alter(execution.id, updated_at=execution.created_at + timedelta(seconds=seconds))
    return world


def an_ir() -> PipelineIR:
    """The training pipeline: its step train wants two GPUs."""
    names = ("extract", "prepare", "train")
    gpus = {"accelerator": {"resourceType": "nvidia.com/gpu", "resourceCount": "2"}}
    found = pipeline_ir(
        {
            "root": {"dag": {"tasks": {n: {"componentRef": {"name": n}} for n in names}}},
            "components": {n: {"executorLabel": n} for n in names},
            "deploymentSpec": {"executors": {n: {"container": {"resources": gpus if n == "train" else {}}} for n in names}},
        }
    )
    assert found is not None
    return found


def runs() -> tuple[Run, ...]:
    """As KFP tells them; it has forgotten GONE."""
    first = Run(TRAIN, "nightly", "SUCCEEDED", "team", created_at=at(0), pipeline=an_ir())
    return (
        first,
        replace(first, id=AGAIN, name="nightly again", state="RUNNING"),
        Run(OTHER, "weekly", "FAILED", "team", created_at=at(9)),
    )


def a_world(kubernetes: FakeKubernetes | None = None, store: MemoryLineage | None = None) -> Cluster:
    whole = a_cluster(kubernetes or FakeKubernetes((SERVED,)), FakePipelines(runs()))
    return replace(whole, lineage=store or recorded().lineage())


def down_from(*start: str, limit: int | None = None) -> Graph:
    return gather_graph(recorded().lineage(), start or ["artifact:1"], Reach(up=False, limit=limit))
