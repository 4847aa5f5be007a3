"""Lineage of one run for tests: executions below a root, each with what it wrote."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kfpops.model.lineage import Artifact, Event, Execution
from kfpops.model.run_lineage import RunLineage
from tests.builders import NOW, RUN_ID

ROOT = Execution("1", "system.DAGExecution", "dag", run_id=RUN_ID)


def an_execution(id: str, task: str = "train", state: str = "COMPLETE", *, begins: float = 100, **more: Any) -> Execution:
    """A container execution of a minute, that began so many seconds before NOW."""
    began = NOW - timedelta(seconds=begins)
    more = {"kind": "container", "parent_id": "1", "created_at": began, "updated_at": began + timedelta(seconds=60), **more}
    return Execution(id, "system.ContainerExecution", state=state, task=task, **more)


def a_loop(*indices: int) -> tuple[Execution, ...]:
    """The executions of a loop and of its iterations; the iteration N has the id `1N`."""
    loop = Execution("9", "system.DAGExecution", "dag", task="for-loop-2", parent_id="1")
    return loop, *(
        Execution(f"1{n}", "system.DAGExecution", "dag", task="for-loop-2", parent_id="9", iteration=n) for n in indices
    )


def a_lineage(
    *wrote: tuple[Execution, str, Artifact], around: tuple[Execution, ...] = (), origins: dict[str, str] | None = None
) -> RunLineage:
    """Each of `wrote` is an execution, the name of an output, and the artifact that came out."""
    executions = {e.id: e for e in (ROOT, *around, *(e for e, _, _ in wrote))}
    events = tuple(Event(a.id, e.id, "output", port, e.updated_at) for e, port, a in wrote)
    artifacts = {a.id: a for _, _, a in wrote}
    return RunLineage(tuple(executions.values()), events, tuple(artifacts.values()), origins or {})
