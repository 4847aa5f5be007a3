"""What KFP's API knows: its runs of all namespaces, and what their pipelines ask for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import msgspec

from kfpops.cleanup.gather.gaps import Gaps
from kfpops.errors import KfpopsError, NotFound
from kfpops.model.pipeline_ir import PipelineIR
from kfpops.model.run import Run
from kfpops.ports import Pipelines

KFP_API: Final = "KFP API"
FINAL: Final = frozenset({"SUCCEEDED", "FAILED", "SKIPPED", "CANCELED"})
"""KFP's states after which a run does nothing more (backend/api/v2beta1/run.proto). CANCELING is none of them."""
RETRYABLE: Final = frozenset({"FAILED", "CANCELED"})
"""States in which RetryRun takes a run: its workflow failed or was cancelled."""

# One request each, for runs whose nodes do not tell the workflow's name: those that have not begun.
_MOST_WORKFLOWS = 200
# Different pipelines that are kept, to tell what their steps ask for.
_MOST_PIPELINES = 2_000


@dataclass
class KfpRuns:
    """`runs` by id, without their pipelines, which stand once in `pipelines`: many runs share one.

    `experiments`, `recurring`: names by id. `caching`: ids of runs at which entries of the cache point.
    """

    runs: dict[str, Run] = field(default_factory=dict)
    pipelines: dict[str, PipelineIR] = field(default_factory=dict)
    experiments: dict[str, str] = field(default_factory=dict)
    recurring: dict[str, str] = field(default_factory=dict)
    caching: set[str] = field(default_factory=set)
    entries: int = 0

    @property
    def workflows_known(self) -> bool:
        return all(run.workflow for run in self.runs.values())


def read_kfp(pipelines: Pipelines, namespaces: Iterable[str], gaps: Gaps) -> KfpRuns:
    """Everything of these namespaces; "" is the one list of a KFP without users."""
    found = KfpRuns()
    for row in gaps.stream("step cache of KFP", partial(pipelines.cache_rows, "")):
        found.caching.add(row.run_id)
        found.entries += 1
    once = _Once(found.pipelines)
    for namespace in namespaces:
        where = f"{KFP_API}, namespace {namespace}" if namespace else KFP_API
        for run in gaps.stream(where, partial(pipelines.runs, namespace, whole=True)):
            once.add(run)
            found.runs[run.id] = replace(run, pipeline=None, state_history=())
        experiments = gaps.read(where, partial(pipelines.experiments, namespace), ())
        found.experiments.update((one.id, one.name) for one in experiments)
        recurring = gaps.read(where, partial(pipelines.recurring_runs, namespace), ())
        found.recurring.update((one.id, one.name) for one in recurring)
    _name_workflows(pipelines, found)
    return found


def _name_workflows(pipelines: Pipelines, found: KfpRuns) -> None:
    """Of runs without nodes. That a name stays unknown is told by `workflows_known`."""
    nameless = [run for run in found.runs.values() if not run.workflow]
    for run in nameless if len(nameless) <= _MOST_WORKFLOWS else ():
        try:
            workflow = pipelines.workflow(run.id)
        except NotFound:
            continue
        except KfpopsError:
            return
        if workflow is not None:
            found.runs[run.id] = replace(run, workflow=workflow.metadata.name)


class _Once:
    """Keeps equal pipelines once, and gives each run the one that is its."""

    def __init__(self, by_run: dict[str, PipelineIR]) -> None:
        self._by_run = by_run
        self._known: dict[bytes, PipelineIR] = {}

    def add(self, run: Run) -> None:
        if run.pipeline is None:
            return
        key = hashlib.blake2b(msgspec.json.encode(run.pipeline), digest_size=16, usedforsecurity=False).digest()
        if key in self._known or len(self._known) < _MOST_PIPELINES:
            self._by_run[run.id] = self._known.setdefault(key, run.pipeline)
