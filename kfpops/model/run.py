"""A KFP run, as the API tells it, in one form for v2beta1 and v1beta1."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kfpops.model.pipeline_ir import PipelineIR


@dataclass(frozen=True, slots=True)
class StateChange:
    """`state` may be empty: KFP writes such entries."""

    at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Run:
    """`state` is KFP's own word (SUCCEEDED, FAILED, CANCELING …, also newer ones); times None where KFP has none (epoch).

    `workflow` is the name of its Argo workflow, "" while nothing tells it.
    """

    id: str
    name: str
    state: str = ""
    namespace: str = ""
    experiment_id: str = ""
    pipeline_id: str = ""
    pipeline_version_id: str = ""
    pipeline_name: str = ""
    recurring_run_id: str = ""
    service_account: str = ""
    archived: bool = False
    created_at: datetime | None = None
    scheduled_at: datetime | None = None
    finished_at: datetime | None = None
    state_history: tuple[StateChange, ...] = ()
    error: str = ""
    workflow: str = ""
    pipeline: PipelineIR | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Which runs are asked for: all that is given must hold, and what is empty asks for nothing.

    Times are KFP's own, in whole seconds, and both ends belong to it. `finished_since` leaves out what has not ended,
    `not_in` (states) what has no state. `ids`: at most a hundred, they travel in a URL.
    """

    created_since: datetime | None = None
    created_until: datetime | None = None
    finished_since: datetime | None = None
    not_in: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CacheRow:
    """An entry of KFP's step cache (table `tasks`), as /apis/v1alpha1/tasks tells it.

    `execution_id` and `fingerprint` are "" where the server leaves them out.
    """

    id: str
    run_id: str
    execution_id: str = ""
    fingerprint: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecurringRun:
    """`schedule` is the cron line or `every N s`; `enabled` is what KFP's API says."""

    id: str
    name: str
    enabled: bool
    namespace: str = ""
    experiment_id: str = ""
    schedule: str = ""
    max_concurrency: int | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Experiment:
    id: str
    name: str
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class KfpHealth:
    """`tag` is the release ("2.17.0") or whatever a downstream build put there."""

    tag: str = ""
    multi_user: bool = False
