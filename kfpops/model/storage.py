"""Claims, volumes and storage classes."""

from __future__ import annotations

from kfpops.model.affinity import NodeSelector
from kfpops.model.container import ResourceRequirements
from kfpops.model.meta import Condition, KubernetesStruct, Metadata


class ClaimSpec(KubernetesStruct, frozen=True):
    storage_class_name: str | None = None
    volume_name: str = ""
    access_modes: tuple[str, ...] = ()
    resources: ResourceRequirements = ResourceRequirements()


class ClaimStatus(KubernetesStruct, frozen=True):
    """`phase` is Pending, Bound or Lost."""

    phase: str = ""
    conditions: tuple[Condition, ...] = ()


class PersistentVolumeClaim(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    spec: ClaimSpec = ClaimSpec()
    status: ClaimStatus = ClaimStatus()


class VolumeNodeAffinity(KubernetesStruct, frozen=True):
    required: NodeSelector | None = None


class VolumeSpec(KubernetesStruct, frozen=True):
    storage_class_name: str = ""
    access_modes: tuple[str, ...] = ()
    capacity: dict[str, str] = {}
    node_affinity: VolumeNodeAffinity | None = None


class VolumeStatus(KubernetesStruct, frozen=True):
    phase: str = ""


class PersistentVolume(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    spec: VolumeSpec = VolumeSpec()
    status: VolumeStatus = VolumeStatus()


class StorageClass(KubernetesStruct, frozen=True):
    """`volume_binding_mode` WaitForFirstConsumer makes a claim wait for its pod, which is no fault of the claim."""

    metadata: Metadata = Metadata()
    provisioner: str = ""
    volume_binding_mode: str = ""
