"""An Argo Workflow: how KFP runs a pipeline. The live object and the copy in KFP's database have the same shape."""

from __future__ import annotations

from datetime import datetime

import msgspec

from kfpops.model.meta import Condition, KubernetesStruct, Metadata


class NodeFlag(KubernetesStruct, frozen=True):
    """`retried` marks an attempt of a Retry node, `hooked` a lifecycle hook."""

    retried: bool = False
    hooked: bool = False


class S3Location(KubernetesStruct, frozen=True):
    """`key_format` is a template of Argo's; a single object has a `key`. `bucket` empty: the workflow's own repository's."""

    bucket: str = ""
    key: str = ""
    key_format: str = ""


class OutputArtifact(KubernetesStruct, frozen=True):
    name: str = ""
    s3: S3Location | None = None


class OutputParameter(KubernetesStruct, frozen=True):
    name: str = ""
    value: str = ""


class NodeOutputs(KubernetesStruct, frozen=True):
    """Argo's archived log is the artifact `main-logs`; a KFP driver's parameter `pod-spec-patch` is the executor's pod."""

    exit_code: str | None = None
    artifacts: tuple[OutputArtifact, ...] = ()
    parameters: tuple[OutputParameter, ...] = ()


class WorkflowNode(KubernetesStruct, frozen=True):
    """A node of the workflow's tree. `type` is Pod, Retry, DAG, Skipped …; `phase` Pending … Error, Omitted."""

    id: str = ""
    name: str = ""
    display_name: str = ""
    type: str = ""
    template_name: str = ""
    phase: str = ""
    message: str = ""
    boundary_id: str = msgspec.field(default="", name="boundaryID")
    host_node_name: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    children: tuple[str, ...] = ()
    node_flag: NodeFlag | None = None
    outputs: NodeOutputs | None = None


class LockHolding(KubernetesStruct, frozen=True):
    """`mutex` or `semaphore` is the lock's full name; `holder(s)` who has it."""

    mutex: str = ""
    semaphore: str = ""
    holder: str = ""
    holders: tuple[str, ...] = ()


class LockStatus(KubernetesStruct, frozen=True):
    holding: tuple[LockHolding, ...] = ()
    waiting: tuple[LockHolding, ...] = ()


class SynchronizationStatus(KubernetesStruct, frozen=True):
    mutex: LockStatus | None = None
    semaphore: LockStatus | None = None


class RetryStrategy(KubernetesStruct, frozen=True):
    """`limit` is a number written as text, or a template expression."""

    limit: str | int | None = None
    retry_policy: str = ""


class TemplateDefaults(KubernetesStruct, frozen=True):
    retry_strategy: RetryStrategy | None = None


class WorkflowSpec(KubernetesStruct, frozen=True):
    """`active_deadline_seconds` 0 is how KFP terminates a run."""

    suspend: bool = False
    shutdown: str = ""
    active_deadline_seconds: int | None = None
    parallelism: int | None = None
    service_account_name: str = ""
    template_defaults: TemplateDefaults | None = None


class ArtifactRepository(KubernetesStruct, frozen=True):
    s3: S3Location | None = None


class ArtifactRepositoryRef(KubernetesStruct, frozen=True):
    artifact_repository: ArtifactRepository | None = None


class WorkflowStatus(KubernetesStruct, frozen=True):
    """`compressed_nodes` (gzip, base64) replaces `nodes` in large workflows; `offload…` says that a database has them."""

    phase: str = ""
    message: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    nodes: dict[str, WorkflowNode] = {}
    compressed_nodes: str = ""
    offload_node_status_version: str = ""
    conditions: tuple[Condition, ...] = ()
    synchronization: SynchronizationStatus | None = None
    artifact_repository_ref: ArtifactRepositoryRef | None = None


class Workflow(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    spec: WorkflowSpec = WorkflowSpec()
    status: WorkflowStatus = WorkflowStatus()
