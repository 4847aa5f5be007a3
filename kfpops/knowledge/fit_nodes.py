"""The nodes as the scheduler sees them: what each one offers, what of it is taken, and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kfpops.knowledge.fit_resources import amounts as read_amounts
from kfpops.knowledge.fit_resources import is_device, pod_requests
from kfpops.model.node import Node
from kfpops.model.pod import Pod

HostPort: TypeAlias = tuple[int, str]
"""A port of the node and its protocol."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A pod that holds some of a device."""

    namespace: str
    pod: str
    node: str
    amount: int


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """A node and what of it is taken. Amounts as in `fit_resources`; `ports`: by which pod. Compares by identity."""

    node: Node
    allocatable: Mapping[str, int]
    used: Mapping[str, int]
    ports: Mapping[HostPort, str]

    @property
    def name(self) -> str:
        return self.node.metadata.name

    @property
    def labels(self) -> Mapping[str, str]:
        return self.node.metadata.labels

    def offers(self, resource: str) -> int:
        """How much of a resource pods may have here, whoever has it."""
        return self.allocatable.get(resource, 0)

    def free(self, resource: str) -> int:
        return max(0, self.offers(resource) - self.used.get(resource, 0))


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """All nodes. `complete`: the pods on them were read too, else the nodes count as empty. Compares by identity.

    `held`: by device, who holds it, the largest share first.
    """

    rooms: tuple[Room, ...]
    held: Mapping[str, tuple[Holder, ...]]
    complete: bool

    @property
    def labels(self) -> tuple[tuple[str, Mapping[str, str]], ...]:
        """Each node's name and labels."""
        return tuple((room.name, room.labels) for room in self.rooms)

    def largest(self, resource: str) -> int:
        """The most that any node offers, whoever uses it."""
        return max((room.offers(resource) for room in self.rooms), default=0)

    def holders(self, resource: str, nodes: Iterable[str]) -> tuple[Holder, ...]:
        """Who holds a device on these nodes, the largest share first."""
        names = frozenset(nodes)
        return tuple(h for h in self.held.get(resource, ()) if h.node in names)


def survey_nodes(nodes: Sequence[Node], pods: Sequence[Pod] | None) -> Landscape:
    """What is taken where, by pods that are bound to a node and have not ended. `pods` None: not known."""
    used: dict[str, dict[str, int]] = {}
    ports: dict[str, dict[HostPort, str]] = {}
    held: dict[str, list[Holder]] = {}
    for pod in pods or ():
        node = pod.spec.node_name
        if not node or pod.status.phase in ("Succeeded", "Failed"):
            continue
        taken = used.setdefault(node, {})
        for resource, value in pod_requests(pod.spec).items():
            taken[resource] = taken.get(resource, 0) + value
            if is_device(resource):
                held.setdefault(resource, []).append(Holder(pod.metadata.namespace, pod.metadata.name, node, value))
        for port in host_ports(pod):
            ports.setdefault(node, {})[port] = pod.metadata.name
    return Landscape(
        rooms=tuple(_room(node, used.get(node.metadata.name, {}), ports.get(node.metadata.name, {})) for node in nodes),
        held={r: tuple(sorted(who, key=lambda h: (-h.amount, h.namespace, h.pod))) for r, who in held.items()},
        complete=pods is not None,
    )


def _room(node: Node, used: Mapping[str, int], ports: Mapping[HostPort, str]) -> Room:
    return Room(node, read_amounts(node.status.allocatable), used, ports)


def host_ports(pod: Pod) -> frozenset[HostPort]:
    """The ports of the node that a pod wants for itself."""
    ports = (port for container in pod.spec.containers for port in container.ports)
    return frozenset((port.host_port, port.protocol or "TCP") for port in ports if port.host_port)
