"""Runs to list, newest first."""

from __future__ import annotations

from datetime import timedelta

from kfpops.model.run import Experiment, Run
from tests.builders import NOW


def a_run(number: int, name: str = "nightly", state: str = "SUCCEEDED", **more: object) -> Run:
    """Made `number` hours ago; took ten minutes when it has ended."""
    made = NOW - timedelta(hours=number)
    done = made + timedelta(minutes=10) if state in ("SUCCEEDED", "FAILED") else None
    fields = {"pipeline_name": "training", "namespace": "kubeflow", "experiment_id": "e-1", **more}
    return Run(f"{number:08x}-6c3f-4f0e-9a5b-0f1d2c3b4a59", name, state, created_at=made, finished_at=done, **fields)  # type: ignore[arg-type]


RUNS = (
    a_run(0, "nightly-2026-11-21", "RUNNING"),
    a_run(2, "nightly-2026-11-20", "FAILED"),
    a_run(30, "a run with a name that is longer than a column of the terminal can be", "FAILED", pipeline_name="embedding"),
    a_run(50, "nightly-2026-11-18"),
)
GROUPS = (Experiment("e-1", "Default"), Experiment("e-2", "tuning"))
