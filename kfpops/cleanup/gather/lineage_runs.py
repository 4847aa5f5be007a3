"""What the lineage store knows of runs: their contexts, and what their tasks tell, page by page."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from kfpops.cleanup.batches import batches
from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.gather.owners import Owners
from kfpops.knowledge.argo_workflow import workflow_of_pod
from kfpops.model.lineage import FAILED, Execution, ExecutionQuery, RunContext
from kfpops.ports import Lineage

T = TypeVar("T")

BATCH = 500
"""Rows that are looked at together: few requests for them, little memory."""
LINEAGE = "lineage"

# What a killed step leaves behind: it says nothing of how it ended.
_OPEN = frozenset({"RUNNING", "NEW", ""})


@dataclass(slots=True)
class SeenRun:
    """A run as the lineage store tells it, filled row by row.

    `open`: a task of it never said how it ended. `borrows`: it uses what it did not make.
    """

    context: RunContext
    any: bool = False
    failed: bool = False
    open: bool = False
    borrows: bool = False
    workflow: str = ""
    tags: dict[str, None] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)

    @property
    def tasks_failed(self) -> bool | None:
        """Whether a task of it failed; None when nobody tells."""
        return True if self.failed else False if self.any and not self.open else None


@dataclass
class SeenRuns:
    """By run id. A run that only an execution names is here as well."""

    by_id: dict[str, SeenRun] = field(default_factory=dict)

    def at(self, run_id: str) -> SeenRun:
        found = self.by_id.get(run_id)
        if found is None:
            found = self.by_id[run_id] = SeenRun(RunContext(run_id))
        return found


def read_runs(lineage: Lineage, owners: Owners, gaps: Gaps) -> SeenRuns:
    """All runs of the store, with what all its container executions tell of them."""
    runs = SeenRuns()
    for context in gaps.stream(LINEAGE, lineage.all_runs):
        runs.by_id[context.run_id] = SeenRun(context)
    for batch in batches(gaps.stream(LINEAGE, partial(lineage.find_executions, ExecutionQuery())), BATCH):
        placed = gaps.read(LINEAGE, partial(owners.placed, batch), {})
        for execution, place in placed.values():
            if place.run_id:
                _learn(runs.at(place.run_id), execution)
    return runs


def _learn(run: SeenRun, execution: Execution) -> None:
    run.any = True
    run.failed = run.failed or execution.state == FAILED
    run.open = run.open or execution.state in _OPEN
    run.workflow = run.workflow or workflow_of_pod(execution.pod)
