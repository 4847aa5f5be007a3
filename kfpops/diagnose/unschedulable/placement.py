"""Which obstacle is the story: of all that keeps a pod off all nodes, the one that, once gone, lets it go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kfpops.knowledge.fit import NodeFit, PodNeeds, fit_nodes, nearest, never_fits
from kfpops.knowledge.fit_nodes import Landscape
from kfpops.knowledge.fit_obstacles import Cordoned, Obstacle, PortTaken, Shortage, Untolerated
from kfpops.knowledge.fit_resources import is_device
from kfpops.knowledge.scheduler_message import resource_cause


@dataclass(frozen=True, slots=True)
class Placement:
    """`cause` None: some node would take the pod. `fit` is the node that it turns on, `obstacle` what is in the way there.

    `relevant`: the nodes the answer is about. `one_step_away`: other nodes that only a taint or a cordon keeps the pod off.
    """

    cause: str | None
    never: bool
    fit: NodeFit | None = None
    obstacle: Obstacle | None = None
    relevant: tuple[NodeFit, ...] = ()
    one_step_away: tuple[NodeFit, ...] = ()


@lru_cache(maxsize=1024)
def place(needs: PodNeeds, landscape: Landscape) -> Placement:
    """Narrow the nodes down: those that have the devices at all, that the labels allow, that the volumes allow.

    Where nothing is left, that was it. Of those left, the nodes that are open to the pod count before those that a taint or
    a cordon closes.
    """
    fits = fit_nodes(needs, landscape)
    never = never_fits(fits)
    if not fits:
        return Placement("scheduling/no-nodes", never)
    absent = next((resource for resource, _ in needs.devices if not landscape.largest(resource)), None)
    if absent is not None:
        best = nearest(fits)
        return Placement("scheduling/gpu-unavailable", never, best, _shortage(best, absent), fits)
    labelled = [fit for fit in fits if fit.wrong_labels is None]
    if not labelled:
        return _wrong_labels(fits, never)
    placed = [fit for fit in labelled if fit.wrong_volume is None]
    if not placed:
        best = nearest(labelled)
        return Placement("scheduling/volume-zone", never, best, best.wrong_volume if best else None, tuple(labelled))
    equipped = _equipped(placed, needs)
    return _among(equipped, never) if equipped else _devices_elsewhere(fits, needs, never)


def _equipped(fits: Sequence[NodeFit], needs: PodNeeds) -> list[NodeFit]:
    """The nodes with enough of the devices, whoever has them now; where none has enough, those with any."""
    enough = [f for f in fits if all(f.room.offers(r) >= v for r, v in needs.devices)]
    return enough or [f for f in fits if all(f.room.offers(r) > 0 for r, _ in needs.devices)]


def _devices_elsewhere(fits: Sequence[NodeFit], needs: PodNeeds, never: bool) -> Placement:
    """The devices exist, but only on nodes that the pod's own labels or volumes exclude."""
    having = _equipped(fits, needs)
    if not having:
        best = nearest(fits)
        return Placement("scheduling/insufficient-gpu", never, best, _shortage(best, needs.devices[0][0]), tuple(fits))
    if any(fit.wrong_labels for fit in having):
        return _wrong_labels([fit for fit in having if fit.wrong_labels], never)
    best = nearest(having)
    return Placement("scheduling/volume-zone", never, best, best.wrong_volume if best else None, tuple(having))


def _wrong_labels(fits: Sequence[NodeFit], never: bool) -> Placement:
    def distance(fit: NodeFit) -> tuple[float, float, str]:
        return (len(fit.wrong_labels.unmet) if fit.wrong_labels else 0, fit.cost, fit.node)

    best = min(fits, key=distance)
    return Placement("scheduling/node-selector", never, best, best.wrong_labels, tuple(fits))


def _among(fits: Sequence[NodeFit], never: bool) -> Placement:
    """Of nodes that have what the pod points at."""
    closed = [fit for fit in fits if fit.barriers]
    beside = [fit for fit in fits if not fit.barriers]
    near = tuple(sorted((f for f in closed if len(f.barriers) == len(f.obstacles)), key=lambda f: (f.cost, f.node)))
    if not beside:
        return _closed(closed, never)
    best = nearest(beside)
    if best is None or not best.obstacles:
        return Placement(None, never, best, relevant=tuple(beside))
    if all(fit.never for fit in beside) and near and near[0].obstacles == (Cordoned(),):
        # No node that is open will ever do, and one that would do is only cordoned: it is the one that is missed.
        return Placement("scheduling/cordoned", never, near[0], near[0].obstacles[0], near[:1])
    obstacle = _worst(best)
    return Placement(_cause(obstacle), never, best, obstacle, tuple(beside), near)


def _closed(fits: Sequence[NodeFit], never: bool) -> Placement:
    """All have a taint or a cordon. Nodes that could never hold the pod are no story while there is another."""
    holding = [fit for fit in fits if not any(s.never for s in fit.shortages)]
    if not holding:
        best = min(fits, key=lambda fit: (fit.cost, fit.node))
        return Placement(_cause(_worst(best)), never, best, _worst(best), tuple(fits))
    # That the control plane is closed is as it should be, unless there is nothing else.
    best = min(holding, key=lambda fit: (_is_control_plane(fit), fit.cost, fit.node))
    taints = [o for o in best.barriers if isinstance(o, Untolerated)]
    ordinary = next((t for t in taints if t.kind == "ordinary"), None)
    cordon = next((o for o in best.barriers if isinstance(o, Cordoned)), None)
    obstacle = ordinary or cordon or taints[0]
    same = [fit for fit in holding if obstacle in fit.obstacles]
    return Placement(_cause(obstacle), never, best, obstacle, tuple(same))


def _is_control_plane(fit: NodeFit) -> bool:
    return any(isinstance(o, Untolerated) and o.kind == "control-plane" for o in fit.barriers)


def _worst(fit: NodeFit) -> Obstacle:
    """What to name first on a node that is open: what never passes, then a port, devices, and the largest shortage."""

    def weight(obstacle: Obstacle) -> tuple[bool, bool, bool, float]:
        if not isinstance(obstacle, Shortage):
            return (False, isinstance(obstacle, PortTaken), False, 0.0)
        share = obstacle.lacks / obstacle.requested
        return (obstacle.never, False, is_device(obstacle.resource), share)

    return max((o for o in fit.obstacles if isinstance(o, (Shortage, PortTaken))), key=weight)


def _cause(obstacle: Obstacle | None) -> str | None:
    match obstacle:
        case Shortage():
            return resource_cause(obstacle.resource)
        case Untolerated():
            return "scheduling/untolerated-taint"
        case Cordoned():
            return "scheduling/cordoned"
        case PortTaken():
            return "scheduling/host-port"
        case _:
            return None


def _shortage(fit: NodeFit | None, resource: str) -> Shortage | None:
    return next((s for s in fit.shortages if s.resource == resource), None) if fit else None
