"""Where each kind of Kubernetes object is found: API group and version, plural, whether it lives in a namespace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from kfpops.model.event import Event
from kfpops.model.inference_service import InferenceService
from kfpops.model.meta import KubernetesStruct
from kfpops.model.namespaced import (
    ConfigMap,
    LimitRange,
    Namespace,
    PriorityClass,
    ResourceQuota,
    Secret,
    ServiceAccount,
)
from kfpops.model.node import Node
from kfpops.model.pod import Pod
from kfpops.model.scheduled_workflow import ScheduledWorkflow
from kfpops.model.storage import PersistentVolume, PersistentVolumeClaim, StorageClass
from kfpops.model.workflow import Workflow
from kfpops.model.workload import DaemonSet, Deployment, Service, StatefulSet

T = TypeVar("T", bound=KubernetesStruct)


@dataclass(frozen=True, slots=True)
class Kind:
    """`api_version` as in manifests ("v1", "apps/v1"); `name` is the singular kind ("Pod")."""

    name: str
    api_version: str
    plural: str
    namespaced: bool = True


KINDS: dict[type[KubernetesStruct], Kind] = {
    Pod: Kind("Pod", "v1", "pods"),
    Node: Kind("Node", "v1", "nodes", namespaced=False),
    Event: Kind("Event", "v1", "events"),
    Namespace: Kind("Namespace", "v1", "namespaces", namespaced=False),
    PersistentVolumeClaim: Kind("PersistentVolumeClaim", "v1", "persistentvolumeclaims"),
    PersistentVolume: Kind("PersistentVolume", "v1", "persistentvolumes", namespaced=False),
    StorageClass: Kind("StorageClass", "storage.k8s.io/v1", "storageclasses", namespaced=False),
    ResourceQuota: Kind("ResourceQuota", "v1", "resourcequotas"),
    LimitRange: Kind("LimitRange", "v1", "limitranges"),
    ServiceAccount: Kind("ServiceAccount", "v1", "serviceaccounts"),
    Secret: Kind("Secret", "v1", "secrets"),
    ConfigMap: Kind("ConfigMap", "v1", "configmaps"),
    PriorityClass: Kind("PriorityClass", "scheduling.k8s.io/v1", "priorityclasses", namespaced=False),
    Service: Kind("Service", "v1", "services"),
    Deployment: Kind("Deployment", "apps/v1", "deployments"),
    StatefulSet: Kind("StatefulSet", "apps/v1", "statefulsets"),
    DaemonSet: Kind("DaemonSet", "apps/v1", "daemonsets"),
    Workflow: Kind("Workflow", "argoproj.io/v1alpha1", "workflows"),
    ScheduledWorkflow: Kind("ScheduledWorkflow", "kubeflow.org/v1beta1", "scheduledworkflows"),
    InferenceService: Kind("InferenceService", "serving.kserve.io/v1beta1", "inferenceservices"),
}


def list_path(kind: type[KubernetesStruct], namespace: str | None) -> str:
    """The API server's path of a list: `/api/v1/namespaces/x/pods`, `/apis/apps/v1/deployments`; no namespace: all."""
    place = KINDS[kind]
    root = "/api" if "/" not in place.api_version else "/apis"
    scope = f"/namespaces/{namespace}" if namespace and place.namespaced else ""
    return f"{root}/{place.api_version}{scope}/{place.plural}"
