"""What a namespace allows and holds: quotas, limit ranges, accounts, and the names in Secrets and ConfigMaps."""

from __future__ import annotations

from kfpops.model.meta import KubernetesStruct, Metadata


class QuotaSpec(KubernetesStruct, frozen=True):
    hard: dict[str, str] = {}
    scopes: tuple[str, ...] = ()


class QuotaStatus(KubernetesStruct, frozen=True):
    hard: dict[str, str] = {}
    used: dict[str, str] = {}


class ResourceQuota(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    spec: QuotaSpec = QuotaSpec()
    status: QuotaStatus = QuotaStatus()


class LimitRangeItem(KubernetesStruct, frozen=True):
    type: str = ""
    max: dict[str, str] = {}
    min: dict[str, str] = {}
    default: dict[str, str] = {}
    default_request: dict[str, str] = {}
    max_limit_request_ratio: dict[str, str] = {}


class LimitRangeSpec(KubernetesStruct, frozen=True):
    limits: tuple[LimitRangeItem, ...] = ()


class LimitRange(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    spec: LimitRangeSpec = LimitRangeSpec()


class ServiceAccount(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()


class Secret(KubernetesStruct, frozen=True):
    """Names of Secrets and of their keys. `data` is decoded to keys only: values never enter the model."""

    metadata: Metadata = Metadata()
    type: str = ""
    keys: tuple[str, ...] = ()


class ConfigMap(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    data: dict[str, str] = {}
    binary_data: dict[str, str] = {}


class PriorityClass(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    value: int = 0


class Namespace(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
