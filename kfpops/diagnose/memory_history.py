"""The memory limits with which earlier runs of the same pipeline ran the same step, and how that went."""

from __future__ import annotations

from dataclasses import dataclass

from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step
from kfpops.knowledge.quantity import parse_bytes
from kfpops.model.run import Run

# SDKs before 2.8 wrote numbers of 10^9 bytes instead of quantities (resources.memoryLimit).
_GB = 10**9


@dataclass(frozen=True, slots=True)
class MemoryHistory:
    """Limits in bytes. `worked`: the smallest one above today's with which the step succeeded, in the run `worked_in`.

    `failed`: how many smaller limits were tried in runs that failed: who raises it step by step has been here before.
    """

    worked: int | None = None
    worked_in: Run | None = None
    failed: int = 0


def memory_history(step: Step, facts: Facts, limit: int) -> MemoryHistory:
    """What the runs before this one tell about a step that did not do with `limit` bytes."""
    case = facts.case_of(step)
    if case is None or not step.task:
        return MemoryHistory()
    tried = [(run, size) for run in case.earlier if (size := task_limit(run, step.task)) is not None]
    good = sorted(
        ((size, run) for run, size in tried if run.state == "SUCCEEDED" and size > limit), key=lambda pair: pair[0]
    )
    smaller = {size for run, size in tried if run.state == "FAILED" and size < limit}
    best = good[0] if good else (None, None)
    return MemoryHistory(best[0], best[1], len(smaller))


def task_limit(run: Run, task: str) -> int | None:
    """The memory limit that a run's pipeline sets for a task, in bytes; None when it sets none or is not known."""
    container = run.pipeline.container(task) if run.pipeline else None
    if container is None:
        return None
    resources = container.resources
    if resources.resource_memory_limit:
        return parse_bytes(resources.resource_memory_limit)
    return int(resources.memory_limit * _GB) if resources.memory_limit else None
