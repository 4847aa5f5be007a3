"""Which executions of a run a task's name means, and which stand inside a task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from kfpops.model.lineage import Execution, Place

Placed: TypeAlias = Sequence[tuple[Execution, Place]]


def tasks_called(placed: Placed, task: str) -> Placed:
    """By whole path, by path without iterations, by the path's end, and last by the name that the UI shows."""
    return (
        [(e, p) for e, p in placed if p.path == task]
        or [(e, p) for e, p in placed if p.task_path == task]
        or [(e, p) for e, p in placed if f"/{p.path}".endswith(f"/{task}") or f"/{p.task_path}".endswith(f"/{task}")]
        or [(e, p) for e, p in placed if e.name == task]
    )


def steps_inside(placed: Placed, tasks: Placed) -> Placed:
    """The steps inside sub-pipelines and loops: KFP writes what they put out on the steps themselves."""
    folders = tuple(f"{p.path}/" for e, p in tasks if e.kind == "dag" and p.path)
    return [(e, p) for e, p in placed if e.kind != "dag" and p.path.startswith(folders)] if folders else []
