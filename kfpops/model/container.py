"""Containers of a pod: what was asked for, and how they are."""

from __future__ import annotations

from datetime import datetime

from kfpops.model.meta import KubernetesStruct


class ResourceRequirements(KubernetesStruct, frozen=True):
    """Quantities as Kubernetes writes them ("400Mi", "500m")."""

    limits: dict[str, str] = {}
    requests: dict[str, str] = {}


class KeySelector(KubernetesStruct, frozen=True):
    """A reference to a key of a Secret or ConfigMap."""

    name: str = ""
    key: str = ""
    optional: bool = False


class EnvVarSource(KubernetesStruct, frozen=True):
    secret_key_ref: KeySelector | None = None
    config_map_key_ref: KeySelector | None = None


class EnvVar(KubernetesStruct, frozen=True):
    """The value itself is never decoded: it may be a secret, and Argo's is kilobytes long."""

    name: str = ""
    value_from: EnvVarSource | None = None


class EnvFromSource(KubernetesStruct, frozen=True):
    secret_ref: KeySelector | None = None
    config_map_ref: KeySelector | None = None


class VolumeMount(KubernetesStruct, frozen=True):
    name: str = ""
    mount_path: str = ""


class ContainerPort(KubernetesStruct, frozen=True):
    container_port: int = 0
    host_port: int = 0
    protocol: str = "TCP"


class Container(KubernetesStruct, frozen=True):
    name: str = ""
    image: str = ""
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env: tuple[EnvVar, ...] = ()
    env_from: tuple[EnvFromSource, ...] = ()
    resources: ResourceRequirements = ResourceRequirements()
    volume_mounts: tuple[VolumeMount, ...] = ()
    ports: tuple[ContainerPort, ...] = ()
    image_pull_policy: str = ""
    restart_policy: str = ""


class Waiting(KubernetesStruct, frozen=True):
    reason: str = ""
    message: str = ""


class Running(KubernetesStruct, frozen=True):
    started_at: datetime | None = None


class Terminated(KubernetesStruct, frozen=True):
    """`exit_code` is the first process's; `reason` is what the runtime and the kubelet made of it."""

    exit_code: int = 0
    signal: int = 0
    reason: str = ""
    message: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None


class ContainerState(KubernetesStruct, frozen=True):
    """At most one is set; none means waiting without a reason."""

    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


class ContainerStatus(KubernetesStruct, frozen=True):
    name: str = ""
    image: str = ""
    ready: bool = False
    restart_count: int = 0
    state: ContainerState = ContainerState()
    last_state: ContainerState = ContainerState()
