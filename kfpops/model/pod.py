"""A pod: what runs a step, or should."""

from __future__ import annotations

from datetime import datetime

from kfpops.model.affinity import Affinity, Toleration, TopologySpreadConstraint
from kfpops.model.container import Container, ContainerStatus, KeySelector, ResourceRequirements
from kfpops.model.meta import Condition, KubernetesStruct, Metadata


class SecretVolume(KubernetesStruct, frozen=True):
    secret_name: str = ""
    optional: bool = False


class ClaimVolume(KubernetesStruct, frozen=True):
    claim_name: str = ""


class EmptyDir(KubernetesStruct, frozen=True):
    """`medium` "Memory" counts against the container's memory limit."""

    medium: str = ""
    size_limit: str = ""


class Volume(KubernetesStruct, frozen=True):
    name: str = ""
    secret: SecretVolume | None = None
    config_map: KeySelector | None = None
    persistent_volume_claim: ClaimVolume | None = None
    empty_dir: EmptyDir | None = None


class SchedulingGate(KubernetesStruct, frozen=True):
    name: str = ""


class LocalReference(KubernetesStruct, frozen=True):
    name: str = ""


class PodSpec(KubernetesStruct, frozen=True):
    node_name: str = ""
    service_account_name: str = ""
    restart_policy: str = ""
    active_deadline_seconds: int | None = None
    priority: int | None = None
    priority_class_name: str = ""
    preemption_policy: str = ""
    scheduler_name: str = ""
    node_selector: dict[str, str] = {}
    affinity: Affinity | None = None
    tolerations: tuple[Toleration, ...] = ()
    topology_spread_constraints: tuple[TopologySpreadConstraint, ...] = ()
    scheduling_gates: tuple[SchedulingGate, ...] = ()
    image_pull_secrets: tuple[LocalReference, ...] = ()
    overhead: dict[str, str] = {}
    resources: ResourceRequirements = ResourceRequirements()
    volumes: tuple[Volume, ...] = ()
    init_containers: tuple[Container, ...] = ()
    containers: tuple[Container, ...] = ()


class PodStatus(KubernetesStruct, frozen=True):
    """`phase` is Pending, Running, Succeeded, Failed or Unknown; `reason` and `message` are the pod's own (Evicted …)."""

    phase: str = ""
    reason: str = ""
    message: str = ""
    nominated_node_name: str = ""
    start_time: datetime | None = None
    qos_class: str = ""
    conditions: tuple[Condition, ...] = ()
    init_container_statuses: tuple[ContainerStatus, ...] = ()
    container_statuses: tuple[ContainerStatus, ...] = ()


class Pod(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()
