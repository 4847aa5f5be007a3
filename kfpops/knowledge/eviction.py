"""Why the kubelet evicted a pod, from its message (Kubernetes pkg/kubelet/eviction/helpers.go)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Lacking: TypeAlias = Literal["memory", "disk", "pids", "own-limit"]
"""memory, disk, pids: the node ran low on it · own-limit: the pod wrote more than it may, the node had room."""

_LOW_ON = re.compile(r"The node was low on resource: ([\w-]+)")
_CONDITION = re.compile(r"The node had condition: \[([^\]]*)\]")
_CONSUMER = re.compile(r"(?:Container|Pod) (\S+) was using ([\w.]+), request is ([\w.]+)")
_EMPTY_DIR = re.compile(r'Usage of EmptyDir volume "([^"]+)" exceeds the limit "([^"]+)"')
_POD_LIMIT = re.compile(r"Pod ephemeral local storage usage exceeds the total limit of containers ([\w.]+?)\.?(?:\s|$)")
_CONTAINER_LIMIT = re.compile(r'Container (\S+) exceeded its local ephemeral storage limit "([^"]+)"')
_RESOURCES: dict[str, Lacking] = {
    "memory": "memory", "ephemeral-storage": "disk", "nodefs": "disk", "imagefs": "disk", "containerfs": "disk",
    "inodes": "disk", "pids": "pids",
}  # fmt: skip
_CONDITIONS: dict[str, Lacking] = {"MemoryPressure": "memory", "DiskPressure": "disk", "PIDPressure": "pids"}


@dataclass(frozen=True, slots=True)
class Eviction:
    """`usage`, `request` and `limit` are quantities as the kubelet wrote them; a limit of a volume, container or pod."""

    resource: Lacking
    container: str | None = None
    usage: str | None = None
    request: str | None = None
    limit: str | None = None
    volume: str | None = None


def parse_eviction(message: str) -> Eviction | None:
    """None when the message is no eviction's."""
    if found := _EMPTY_DIR.search(message):
        return Eviction("own-limit", volume=found[1], limit=found[2])
    if found := _POD_LIMIT.search(message):
        return Eviction("own-limit", limit=found[1])
    if found := _CONTAINER_LIMIT.search(message):
        return Eviction("own-limit", container=found[1], limit=found[2])
    resource = _RESOURCES.get(found[1]) if (found := _LOW_ON.search(message)) else None
    if resource is None and (found := _CONDITION.search(message)):
        resource = next((_CONDITIONS[c] for c in found[1].replace(",", " ").split() if c in _CONDITIONS), None)
    if resource is None:
        return None
    consumer = _CONSUMER.search(message)
    return Eviction(resource, *consumer.groups()) if consumer else Eviction(resource)
