"""A ScheduledWorkflow: the Kubernetes object behind a KFP recurring run."""

from __future__ import annotations

from datetime import datetime

from kfpops.model.meta import Condition, KubernetesStruct, Metadata


class CronSchedule(KubernetesStruct, frozen=True):
    """`cron` has six fields, the first is seconds."""

    cron: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None


class PeriodicSchedule(KubernetesStruct, frozen=True):
    interval_second: int | str = 0
    start_time: datetime | None = None
    end_time: datetime | None = None


class Trigger(KubernetesStruct, frozen=True):
    cron_schedule: CronSchedule | None = None
    periodic_schedule: PeriodicSchedule | None = None


class ScheduledWorkflowSpec(KubernetesStruct, frozen=True):
    enabled: bool = False
    max_concurrency: int | None = None
    no_catchup: bool = False
    pipeline_id: str = ""
    trigger: Trigger = Trigger()


class TriggerStatus(KubernetesStruct, frozen=True):
    last_triggered_time: datetime | None = None
    next_triggered_time: datetime | None = None


class WorkflowHistoryEntry(KubernetesStruct, frozen=True):
    name: str = ""
    namespace: str = ""
    phase: str = ""
    message: str = ""
    created_at: datetime | None = None
    scheduled_at: datetime | None = None
    finished_at: datetime | None = None


class WorkflowHistory(KubernetesStruct, frozen=True):
    active: tuple[WorkflowHistoryEntry, ...] = ()
    completed: tuple[WorkflowHistoryEntry, ...] = ()


class ScheduledWorkflowStatus(KubernetesStruct, frozen=True):
    conditions: tuple[Condition, ...] = ()
    trigger: TriggerStatus = TriggerStatus()
    workflow_history: WorkflowHistory = WorkflowHistory()


class ScheduledWorkflow(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    spec: ScheduledWorkflowSpec = ScheduledWorkflowSpec()
    status: ScheduledWorkflowStatus = ScheduledWorkflowStatus()
