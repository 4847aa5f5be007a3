"""How a change is written in KFP SDK code."""

from __future__ import annotations

import re


def task_variable(task: str | None) -> str:
    """A Python name for a task: "prepare.clean-rows" → "clean_rows_task"; "task" when there is no name."""
    last = (task or "").rpartition(".")[2]
    name = re.sub(r"\W+", "_", last).strip("_").lower()
    if not name:
        return "task"
    return f"{'_' if name[0].isdigit() else ''}{name}_task"


def kubernetes_call(function: str, task: str | None, **arguments: object) -> str:
    """A call of the kfp-kubernetes extension on a task, with its import (kfp-kubernetes ≥ 1.0)."""
    listed = "".join(f", {key}={value!r}" for key, value in arguments.items())
    return f"from kfp import kubernetes\nkubernetes.{function}({task_variable(task)}{listed})"
