"""A store with all that a lineage shows: an importer, loops, runs of one pipeline, cache hits, a failure, one URI twice."""

from __future__ import annotations

from datetime import timedelta

from kfpops.lineage.gather.walk import Reach, gather_graph
from kfpops.lineage.graph import Graph, artifact_node, execution_node
from tests.lineage.worlds import Recorder, at

NOW = at(0) + timedelta(days=2, hours=1)
IMPORT_RUN = "0a000000-0000-4000-8000-000000000000"
SERVE_RUN = "5e000000-0000-4000-8000-000000000000"
CANARY_RUN = "ca000000-0000-4000-8000-000000000000"
MODEL_URI = "minio://models/prod/churn/model"

RAW, TABLE = "1", "2"
"""Ids of the imported artifact and of the table made of it."""


def train_run(number: int) -> str:
    """Ids of the runs of churn-training, from 1."""
    return f"7a00000{number}-0000-4000-8000-000000000000"


def shown(runs: int = 4, iterations: int = 3) -> Recorder:
    """Run 1's iteration 2 failed; run 2 took `clean` from the cache; a model of run 1 was deployed, and imported again."""
    made = Recorder()
    root = made.run(IMPORT_RUN, "daily-import")
    raw = made.artifact("s3://lake/raw/sales.csv")
    made.alter_artifact(raw, name="")
    made.importer(root, raw, "import-sales")
    table = made.artifact(name="table", rows=200.0, password="hunter2")
    clean = made.task(root, "clean", {"raw": raw}, {"table": table, "executor-logs": _log(made)})
    for number in range(1, runs + 1):
        _train(made, number, table, clean, iterations)
    return made


def _log(made: Recorder) -> str:
    return made.artifact(type="system.Artifact", name="executor-logs")


def _train(made: Recorder, number: int, table: str, clean: str, iterations: int) -> None:
    root = made.run(train_run(number), "churn-training")
    if number == 2:
        made.cached(root, clean)
    features = made.artifact(name="features")
    made.task(root, "featurize", {"table": table}, {"features": features, "executor-logs": _log(made)})
    loop, models = made.dag(root, "for-loop-2"), []
    for index in range(iterations):
        models.append(made.artifact(type="system.Model", name="model", accuracy=0.5 + index / 10))
        step = made.dag(loop, "for-loop-2", index)
        task = made.task(step, "train", {"features": features}, {"model": models[-1], "executor-logs": _log(made)})
        if (number, index) == (1, 2):
            made.alter(task, state="FAILED")
    pick = made.task(root, "pick-best", {}, {"report": made.artifact(type="system.HTML", name="report")})
    for model in models:
        made.went("input", pick, {"models": model})
    if number == 1:
        _serve(made, models[0])


def _serve(made: Recorder, model: str) -> None:
    deployed = made.artifact(MODEL_URI, "system.Model", "deployed")
    made.task(made.run(SERVE_RUN, "serve"), "deploy", {"model": model}, {"deployed": deployed})
    root, again = made.run(CANARY_RUN, "canary"), made.artifact(MODEL_URI, "system.Model")
    made.alter_artifact(again, name="")
    made.importer(root, again)
    made.task(root, "probe", {"model": again}, {"quality": made.artifact(type="system.Metrics", name="quality")})


def around(made: Recorder, artifact: str, **reach: bool | int) -> Graph:
    """The graph of an artifact."""
    return gather_graph(made.lineage(), [artifact_node(artifact)], Reach(**reach))  # type: ignore[arg-type]


def of_run(made: Recorder, run_id: str) -> Graph:
    """The graph of all executions of a run."""
    lineage = made.lineage()
    return gather_graph(lineage, [execution_node(e.id) for e in lineage.executions_of_run(run_id)], Reach())
