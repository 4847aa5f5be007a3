"""A node: what it offers, and what keeps pods off it."""

from __future__ import annotations

from kfpops.model.meta import Condition, KubernetesStruct, Metadata


class Taint(KubernetesStruct, frozen=True):
    key: str = ""
    value: str = ""
    effect: str = ""


class NodeSpec(KubernetesStruct, frozen=True):
    unschedulable: bool = False
    taints: tuple[Taint, ...] = ()


class NodeInfo(KubernetesStruct, frozen=True):
    kubelet_version: str = ""
    container_runtime_version: str = ""


class NodeStatus(KubernetesStruct, frozen=True):
    """`capacity` is the machine, `allocatable` what pods may have of it; quantities as Kubernetes writes them."""

    capacity: dict[str, str] = {}
    allocatable: dict[str, str] = {}
    conditions: tuple[Condition, ...] = ()
    node_info: NodeInfo = NodeInfo()


class Node(KubernetesStruct, frozen=True):
    metadata: Metadata = Metadata()
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()
