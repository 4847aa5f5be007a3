"""What can keep a pod off a node: each kind with its numbers, how big it is, and whether it passes by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from kfpops.knowledge.node_selector import Unmet
from kfpops.knowledge.taint import TaintKind, kind_of_taint
from kfpops.model.node import Taint


@dataclass(frozen=True, slots=True)
class Shortage:
    """The node has too little of a resource. Amounts as in `fit_resources`; "pods" counts places for pods."""

    resource: str
    requested: int
    free: int
    allocatable: int

    @property
    def lacks(self) -> int:
        return self.requested - self.free

    @property
    def never(self) -> bool:
        """Even if the node were empty."""
        return self.requested > self.allocatable


@dataclass(frozen=True, slots=True)
class Untolerated:
    """A taint of the node, with effect NoSchedule or NoExecute, that the pod does not tolerate."""

    taint: Taint

    @property
    def kind(self) -> TaintKind:
        return kind_of_taint(self.taint.key)


@dataclass(frozen=True, slots=True)
class Cordoned:
    """Somebody marked the node unschedulable."""


@dataclass(frozen=True, slots=True)
class WrongLabels:
    """The node is not one of those that the pod's selector or required affinity asks for."""

    unmet: tuple[Unmet, ...]


@dataclass(frozen=True, slots=True)
class PortTaken:
    """A pod on the node holds the port of the node that this one wants."""

    port: int
    protocol: str


@dataclass(frozen=True, slots=True)
class VolumeElsewhere:
    """The volume of a bound claim can only be used on other nodes."""

    claim: str
    unmet: tuple[Unmet, ...]


Obstacle: TypeAlias = Shortage | Untolerated | Cordoned | WrongLabels | PortTaken | VolumeElsewhere

_COST_OF_TAINT: dict[TaintKind, float] = {"ordinary": 2.0, "node-state": 1.8, "control-plane": 4.0, "cordon": 1.0}


def is_lasting(obstacle: Obstacle) -> bool:
    """Whether it stays as long as nobody changes the pod or the node: used-up room, cordons and sick nodes pass."""
    match obstacle:
        case Shortage():
            return obstacle.never
        case Untolerated():
            return obstacle.kind in ("ordinary", "control-plane")
        case Cordoned() | PortTaken():
            return False
        case WrongLabels() | VolumeElsewhere():
            return True


def cost_of(obstacle: Obstacle) -> float:
    """How big an obstacle is, to compare nodes by: up to 2 what passes or takes a line in the pipeline, more the rest."""
    match obstacle:
        case Shortage():
            share = min(1.0, obstacle.lacks / obstacle.requested) if obstacle.requested else 0.0
            return (3.0 if obstacle.never else 1.0) + share
        case Untolerated():
            return _COST_OF_TAINT[obstacle.kind]
        case Cordoned() | PortTaken():
            return 1.0
        case WrongLabels() | VolumeElsewhere():
            return 3.0 * len(obstacle.unmet)
