"""Which tasks a run has: those of several attempts once; those not started, with the condition that was false."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kfpops.cache.gather.reading import Reading
from kfpops.cache.step import Step
from kfpops.knowledge.ir_paths import container_paths
from kfpops.model.lineage import CANCELED, Execution
from kfpops.model.pipeline_ir import PipelineIR


def attempts_of(steps: Iterable[Step]) -> dict[str, tuple[str, ...]]:
    """By the id of each task's last attempt the ids of all, the oldest first. The steps stand in the order of their start.

    Each attempt writes an execution of its own, which stands in the same place. Where the place is not known, as an ancestor
    is lost, nothing says that two are one.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for step in steps:
        known = step.place.run_id and step.place.path
        key = (step.place.run_id, step.place.path) if known else ("", step.execution.id)
        groups.setdefault(key, []).append(step.execution.id)
    return {ids[-1]: tuple(ids) for ids in groups.values()}


def unstarted_of(pipeline: PipelineIR | None, steps: Sequence[Step]) -> tuple[str, ...]:
    """Paths of container tasks without an execution."""
    seen = {s.place.task_path for s in steps}
    return tuple(path for path in container_paths(pipeline) if path not in seen) if pipeline else ()


def closed_by(reading: Reading, executions: Sequence[Execution], unstarted: Iterable[str]) -> dict[str, str]:
    """For tasks that were not started: the path of the DAG around them whose condition was false, the outermost such.

    backend/src/v2/driver/dag.go: a DAG that is not triggered is written as CANCELED, and nothing below it is. In a loop
    there is one for each iteration: the condition must have been false in all of them.
    """
    dags = [e for e in executions if e.kind == "dag" and e.task]
    places = reading.places(dags)
    states: dict[str, set[str]] = {}
    for dag in dags:
        states.setdefault(places[dag.id].task_path, set()).add(dag.state)
    closed = {path for path, found in states.items() if found == {CANCELED}}
    around = {path: next((above for above in _above(path) if above in closed), "") for path in unstarted}
    return {path: above for path, above in around.items() if above}


def _above(path: str) -> list[str]:
    names = path.split("/")
    return ["/".join(names[:end]) for end in range(1, len(names))]
