"""Facts: everything that was gathered, as one value. What was not read is None, and `missing` says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kfpops.diagnose.step import Step
from kfpops.model.diagnosis import Source, Subject
from kfpops.model.event import Event
from kfpops.model.finding import NotChecked
from kfpops.model.namespaced import ConfigMap, LimitRange, PriorityClass, ResourceQuota, Secret, ServiceAccount
from kfpops.model.node import Node
from kfpops.model.pod import Pod
from kfpops.model.run import RecurringRun, Run
from kfpops.model.run_lineage import RunLineage
from kfpops.model.scheduled_workflow import ScheduledWorkflow
from kfpops.model.storage import PersistentVolume, PersistentVolumeClaim, StorageClass
from kfpops.model.workflow import Workflow
from kfpops.model.workload import Deployment, StatefulSet


@dataclass(frozen=True, slots=True)
class RunCase:
    """A run with its workflow and its steps. `workflow_is_live`: the object still exists; else it is KFP's copy.

    `steps` are those that still matter: the attempts of a task that succeeded later are history and not among them.
    `earlier` are other runs of the same pipeline, newest first; read only where a cause learns from them, as is `lineage`.
    """

    run_id: str
    name: str
    namespace: str
    run: Run | None = None
    workflow: Workflow | None = None
    workflow_is_live: bool = False
    steps: tuple[Step, ...] = ()
    earlier: tuple[Run, ...] = ()
    lineage: RunLineage | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the steps. None: not read, because nobody needed it or because it could not be."""

    nodes: tuple[Node, ...] | None = None
    pods: tuple[Pod, ...] | None = None
    claims: tuple[PersistentVolumeClaim, ...] | None = None
    volumes: tuple[PersistentVolume, ...] | None = None
    storage_classes: tuple[StorageClass, ...] | None = None
    quotas: tuple[ResourceQuota, ...] | None = None
    limit_ranges: tuple[LimitRange, ...] | None = None
    service_accounts: tuple[ServiceAccount, ...] | None = None
    secrets: tuple[Secret, ...] | None = None
    config_maps: tuple[ConfigMap, ...] | None = None
    priority_classes: tuple[PriorityClass, ...] | None = None
    deployments: tuple[Deployment, ...] | None = None
    stateful_sets: tuple[StatefulSet, ...] | None = None
    scheduled_workflows: tuple[ScheduledWorkflow, ...] | None = None
    recurring_runs: tuple[RecurringRun, ...] | None = None
    workflows: tuple[Workflow, ...] | None = None
    events: tuple[Event, ...] | None = None
    objects_missing: Mapping[str, bool] = field(default_factory=dict)
    kfp_release: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """`steps` are all steps of all cases, and the pods that belong to no run; `missing` maps a source to the reason.

    `around.objects_missing` maps the URIs that the object store was asked about to whether they are missing.
    """

    subject: Subject
    source: Source
    now: datetime
    kfp_namespace: str
    cases: tuple[RunCase, ...] = ()
    steps: tuple[Step, ...] = ()
    around: Surroundings = field(default_factory=Surroundings)
    missing: tuple[NotChecked, ...] = ()

    def case_of(self, step: Step) -> RunCase | None:
        """The run that a step belongs to."""
        return next((c for c in self.cases if c.run_id == step.run_id), None)
