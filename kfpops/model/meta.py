"""What every Kubernetes object has: metadata, owners, and conditions."""

from __future__ import annotations

from datetime import datetime

import msgspec


class KubernetesStruct(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """Base of decoded Kubernetes values: frozen, camel case on the wire, unknown fields ignored."""


class OwnerReference(KubernetesStruct, frozen=True):
    kind: str = ""
    name: str = ""
    uid: str = ""
    controller: bool = False


class Metadata(KubernetesStruct, frozen=True):
    """Times are UTC; None where the API gave null."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    owner_references: tuple[OwnerReference, ...] = ()


class Condition(KubernetesStruct, frozen=True):
    """A condition of a pod, node, workload or custom resource; `status` is "True", "False" or "Unknown"."""

    type: str = ""
    status: str = ""
    reason: str = ""
    message: str = ""
    last_transition_time: datetime | None = None


class LabelSelectorRequirement(KubernetesStruct, frozen=True):
    key: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


class LabelSelector(KubernetesStruct, frozen=True):
    match_labels: dict[str, str] = {}
    match_expressions: tuple[LabelSelectorRequirement, ...] = ()
