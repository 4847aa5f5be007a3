"""What a pod asks of a node, and what a node has: quantities as whole numbers that can be added and compared exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from kfpops.knowledge.quantity import format_bytes, format_cores, parse_quantity
from kfpops.model.container import Container
from kfpops.model.pod import PodSpec

_IN_BYTES = frozenset({"memory", "ephemeral-storage", "storage"})


def is_device(resource: str) -> bool:
    """Whether a resource is an extended one (nvidia.com/gpu, amd.com/gpu, google.com/tpu …), as Kubernetes tells them."""
    return "/" in resource and "kubernetes.io/" not in resource


def is_bytes(resource: str) -> bool:
    return resource in _IN_BYTES or resource.startswith("hugepages-")


@lru_cache(maxsize=4096)
def amount(resource: str, quantity: str) -> int:
    """A quantity as the scheduler counts it: cpu in thousandths of a core, all else in units, both rounded up; else 0."""
    number = parse_quantity(quantity)
    if number is None:
        return 0
    return math.ceil(number * (1000 if resource == "cpu" else 1) - 1e-6)


def base_units(resource: str, value: int) -> int | float:
    """The amount in cores, bytes or pieces."""
    if resource != "cpu":
        return value
    return value // 1000 if value % 1000 == 0 else value / 1000


def show_amount(resource: str, value: int) -> str:
    """The amount as a person would write it: "1.2Gi", "500m", "2"."""
    if resource == "cpu":
        return format_cores(value / 1000)
    return format_bytes(value) if is_bytes(resource) else str(value)


def amounts(quantities: Mapping[str, str]) -> dict[str, int]:
    return {resource: amount(resource, text) for resource, text in quantities.items()}


def container_requests(container: Container) -> dict[str, int]:
    """What one container asks for. Where only a limit is given, the API server makes it the request too."""
    return amounts({**container.resources.limits, **container.resources.requests})


def pod_requests(spec: PodSpec) -> dict[str, int]:
    """What the scheduler reserves for a pod (`k8s.io/component-helpers/resource`, PodRequests), and one place in "pods".

    The larger of: all containers and sidecars together, and any one init container beside the sidecars started before it.
    Sidecars are init containers with restartPolicy Always. Overhead comes on top.
    """
    total: dict[str, int] = {}
    for container in spec.containers:
        _add(total, container_requests(container))
    peak: dict[str, int] = {}
    sidecars: dict[str, int] = {}
    for container in spec.init_containers:
        asked = container_requests(container)
        if container.restart_policy == "Always":
            _add(total, asked)
            _add(sidecars, asked)
            asked = dict(sidecars)
        else:
            _add(asked, sidecars)
        _raise_to(peak, asked)
    _raise_to(total, peak)
    # Requests of the pod itself (beta since 1.34) stand instead of the sum.
    total.update(amounts(spec.resources.requests))
    _add(total, amounts(spec.overhead))
    return {"pods": 1, **{resource: value for resource, value in total.items() if value}}


def _add(total: dict[str, int], more: Mapping[str, int]) -> None:
    for resource, value in more.items():
        total[resource] = total.get(resource, 0) + value


def _raise_to(total: dict[str, int], other: Mapping[str, int]) -> None:
    for resource, value in other.items():
        total[resource] = max(total.get(resource, 0), value)
