"""Workloads and Services: the programs that KFP itself consists of."""

from __future__ import annotations

import msgspec

from kfpops.model.meta import Condition, KubernetesStruct, LabelSelector, Metadata
from kfpops.model.pod import PodSpec


class PodTemplate(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    spec: PodSpec = PodSpec()


class WorkloadSpec(KubernetesStruct, frozen=True):
    """`replicas` None means 1, as the API server defaults it; DaemonSets have none."""

    replicas: int | None = None
    selector: LabelSelector = LabelSelector()
    template: PodTemplate = PodTemplate()


class WorkloadStatus(KubernetesStruct, frozen=True):
    replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    desired_number_scheduled: int = 0
    number_ready: int = 0
    conditions: tuple[Condition, ...] = ()


class Deployment(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    spec: WorkloadSpec = WorkloadSpec()
    status: WorkloadStatus = WorkloadStatus()


class StatefulSet(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    spec: WorkloadSpec = WorkloadSpec()
    status: WorkloadStatus = WorkloadStatus()


class DaemonSet(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    spec: WorkloadSpec = WorkloadSpec()
    status: WorkloadStatus = WorkloadStatus()


class ServicePort(KubernetesStruct, frozen=True):
    name: str = ""
    port: int = 0
    target_port: int | str = 0


class ServiceSpec(KubernetesStruct, frozen=True):
    cluster_ip: str = msgspec.field(default="", name="clusterIP")
    selector: dict[str, str] = {}
    ports: tuple[ServicePort, ...] = ()


class Service(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    spec: ServiceSpec = ServiceSpec()
