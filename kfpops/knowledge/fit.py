"""What if: this pod on that node? Every reason why not, as kube-scheduler's filters see it, told from what was read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kfpops.knowledge.fit_nodes import HostPort, Landscape, Room, host_ports
from kfpops.knowledge.fit_obstacles import (
    Cordoned,
    Obstacle,
    PortTaken,
    Shortage,
    Untolerated,
    VolumeElsewhere,
    WrongLabels,
    cost_of,
    is_lasting,
)
from kfpops.knowledge.fit_resources import is_device, pod_requests
from kfpops.knowledge.fit_volumes import VolumeNeed
from kfpops.knowledge.node_selector import Unmet, unmet_selector, unmet_terms
from kfpops.knowledge.taint import CORDON_KEY, keeping_off, kind_of_taint, tolerates
from kfpops.model.affinity import NodeSelectorTerm, Toleration
from kfpops.model.node import Taint
from kfpops.model.pod import Pod

_CORDON = Taint(key=CORDON_KEY, effect="NoSchedule")


@dataclass(frozen=True, slots=True)
class PodNeeds:
    """What of a pod decides where it fits: pods of equal needs fit on the same nodes. Amounts as in `fit_resources`.

    `terms` None: no required node affinity.
    """

    requests: tuple[tuple[str, int], ...] = ()
    node_selector: tuple[tuple[str, str], ...] = ()
    terms: tuple[NodeSelectorTerm, ...] | None = None
    tolerations: tuple[Toleration, ...] = ()
    ports: tuple[HostPort, ...] = ()
    volumes: tuple[VolumeNeed, ...] = ()

    @property
    def devices(self) -> tuple[tuple[str, int], ...]:
        """The extended resources asked for."""
        return tuple((resource, value) for resource, value in self.requests if is_device(resource))

    def request(self, resource: str) -> int:
        return dict(self.requests).get(resource, 0)


@dataclass(frozen=True, slots=True)
class NodeFit:
    """Why a node does not take a pod. No obstacles: it would."""

    room: Room
    obstacles: tuple[Obstacle, ...]

    @property
    def node(self) -> str:
        return self.room.name

    @property
    def cost(self) -> float:
        """How far the node is from taking the pod: how many obstacles, and how big."""
        return sum(cost_of(o) for o in self.obstacles)

    @property
    def never(self) -> bool:
        """Waiting cannot help on this node."""
        return any(is_lasting(o) for o in self.obstacles)

    @property
    def barriers(self) -> tuple[Untolerated | Cordoned, ...]:
        """What keeps pods off the node whatever it has: taints, a cordon."""
        return tuple(o for o in self.obstacles if isinstance(o, (Untolerated, Cordoned)))

    @property
    def shortages(self) -> tuple[Shortage, ...]:
        return tuple(o for o in self.obstacles if isinstance(o, Shortage))

    @property
    def wrong_labels(self) -> WrongLabels | None:
        return next((o for o in self.obstacles if isinstance(o, WrongLabels)), None)

    @property
    def wrong_volume(self) -> VolumeElsewhere | None:
        return next((o for o in self.obstacles if isinstance(o, VolumeElsewhere)), None)


def needs_of(pod: Pod, volumes: tuple[VolumeNeed, ...] = ()) -> PodNeeds:
    """What of a pod decides where it fits."""
    affinity = pod.spec.affinity.node_affinity if pod.spec.affinity else None
    required = affinity.required_during_scheduling_ignored_during_execution if affinity else None
    return PodNeeds(
        requests=tuple(sorted(pod_requests(pod.spec).items())),
        node_selector=tuple(sorted(pod.spec.node_selector.items())),
        terms=required.node_selector_terms if required else None,
        tolerations=pod.spec.tolerations,
        ports=tuple(sorted(host_ports(pod))),
        volumes=volumes,
    )


@lru_cache(maxsize=1024)
def fit_nodes(needs: PodNeeds, landscape: Landscape) -> tuple[NodeFit, ...]:
    """The pod on every node, in the order of the landscape. The answer for one pod serves all of its kind."""
    return tuple(NodeFit(room, tuple(_obstacles(needs, room))) for room in landscape.rooms)


def _obstacles(needs: PodNeeds, room: Room) -> Iterable[Obstacle]:
    yield from _barriers(needs, room)
    if unmet := _unmet(needs, room):
        yield WrongLabels(unmet)
    for port, protocol in needs.ports:
        if (port, protocol) in room.ports:
            yield PortTaken(port, protocol)
    for resource, requested in needs.requests:
        if requested > room.free(resource):
            yield Shortage(resource, requested, room.free(resource), room.offers(resource))
    for volume in needs.volumes:
        if lacks := volume.unmet(room.labels, room.name):
            yield VolumeElsewhere(volume.claim, lacks)


def _barriers(needs: PodNeeds, room: Room) -> Iterable[Obstacle]:
    """A cordon is both a field and a taint; it is told once."""
    spec = room.node.spec
    cordoned = spec.unschedulable or any(kind_of_taint(t.key) == "cordon" for t in spec.taints)
    if cordoned and not tolerates(needs.tolerations, _CORDON):
        yield Cordoned()
    for taint in keeping_off(needs.tolerations, spec.taints):
        if kind_of_taint(taint.key) != "cordon":
            yield Untolerated(taint)


def _unmet(needs: PodNeeds, room: Room) -> tuple[Unmet, ...]:
    lacks = unmet_selector(needs.node_selector, room.labels)
    return lacks if needs.terms is None else (*lacks, *unmet_terms(needs.terms, room.labels, room.name))


def nearest(fits: Sequence[NodeFit]) -> NodeFit | None:
    """The node with the fewest and smallest obstacles; None when there are no nodes."""
    return min(fits, key=lambda fit: (fit.cost, fit.node), default=None)


def never_fits(fits: Sequence[NodeFit]) -> bool:
    """Whether no node would take the pod even if all were empty, as they and the pod are now. True without nodes."""
    return all(fit.never for fit in fits)
