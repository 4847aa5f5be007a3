"""What the commands read, and what they can no longer tell when it may not be read. One table."""

from __future__ import annotations

from dataclasses import dataclass

from kfpops.model.event import Event
from kfpops.model.meta import KubernetesStruct
from kfpops.model.namespaced import ConfigMap, LimitRange, ResourceQuota, Secret, ServiceAccount
from kfpops.model.node import Node
from kfpops.model.pod import Pod
from kfpops.model.storage import PersistentVolume, PersistentVolumeClaim, StorageClass
from kfpops.model.workflow import Workflow
from kfpops.model.workload import Deployment


@dataclass(frozen=True, slots=True)
class Wanted:
    """A kind, and what is lost without it. `in_kfp`: it is read where KFP runs, not where the runs are."""

    kind: type[KubernetesStruct]
    costs: str
    in_kfp: bool = False


WANTED: tuple[Wanted, ...] = (
    Wanted(Pod, "almost everything: exit codes, images, memory, scheduling"),
    Wanted(Workflow, "pods that were never created, retries, loops, which task a pod belongs to"),
    Wanted(Event, "volumes that do not mount, refused pods, evictions, preemption"),
    Wanted(Node, "which node comes nearest, whether any node could ever fit"),
    Wanted(PersistentVolumeClaim, "why a claim stays unbound"),
    Wanted(PersistentVolume, "the zone that a volume ties a pod to"),
    Wanted(StorageClass, "whether a claim may wait for its first pod"),
    Wanted(ResourceQuota, "how much of a quota is used"),
    Wanted(LimitRange, "limits that nobody wrote into the pipeline"),
    Wanted(ServiceAccount, "near names of a service account that is missing"),
    Wanted(ConfigMap, "near names of ConfigMaps and keys that are missing"),
    Wanted(Secret, "near names of Secrets and keys that are missing; the store's credentials"),
    Wanted(Deployment, "whether KFP's own programs run", in_kfp=True),
)
LOGS_COST = "Python errors, missing packages, everything that only the program itself says"
STORE_COST = "logs that only the object store still has; whether an artifact exists"
LINEAGE_COST = "where artifacts came from, what depends on them, why the cache was taken or not"
API_COST = "names of runs, runs whose workflow is gone, archived logs"
