"""The cause by the scheduler's message alone, and whether a what-if can be true beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kfpops.diagnose.unschedulable.placement import Placement
from kfpops.knowledge.fit_obstacles import Shortage
from kfpops.knowledge.fit_resources import is_device
from kfpops.knowledge.scheduler_message import Reason, SchedulerMessage
from kfpops.knowledge.scheduler_reasons import FILTER_ORDER, ReasonId
from kfpops.knowledge.taint import kind_of_taint

_SHORTAGES = frozenset(f"scheduling/insufficient-{what}" for what in ("cpu", "memory", "gpu", "ephemeral-storage"))


@dataclass(frozen=True, slots=True)
class Told:
    """The cause that a message tells, and the sentence that does. `alone`: it tells no other."""

    cause: str
    reason: Reason
    alone: bool


def told_by(message: SchedulerMessage) -> Told | None:
    """The sentence of the latest filter, whose nodes came nearest. None when no sentence names a cause."""
    reason = _telling(message.reasons)
    if reason is None or reason.cause is None:
        return None
    alone = len(message.causes) == 1
    if reason.cause == "scheduling/insufficient-gpu":
        return _of_devices(message, reason, alone)
    return Told(reason.cause, reason, alone)


def _telling(reasons: Iterable[Reason]) -> Reason | None:
    def weight(reason: Reason) -> tuple[int, bool, int]:
        device = reason.id is ReasonId.INSUFFICIENT and is_device(reason.subjects[0])
        return (-1 if _of_control_plane(reason) else _closeness(reason), device, reason.count or 0)

    return max((r for r in reasons if r.cause), key=weight, default=None)


def _of_control_plane(reason: Reason) -> bool:
    """That the control plane is closed is as it should be: no story while there is another."""
    key = reason.subjects[0].partition(":")[0] if reason.id is ReasonId.TAINT and reason.subjects else ""
    return kind_of_taint(key) == "control-plane"


def _closeness(reason: Reason) -> int:
    """How near such nodes came. A cordon and a taint close a node alike, so there the number of nodes decides."""
    return _rank_of(ReasonId.TAINT) if reason.id is ReasonId.CORDONED else _rank(reason)


def _of_devices(message: SchedulerMessage, reason: Reason, alone: bool) -> Told:
    """Nodes without any GPU lack GPUs too, so beside taints the shortage may speak of those alone.

    A taint that is named after the device is then the answer. Since 1.34 taints are not named, but there "not helpful" of
    every node says that no node that is open to the pod has enough devices at all.
    """
    vendor = reason.subjects[0].partition("/")[0]
    named = next((r for r in message.of(ReasonId.TAINT) if r.subjects and r.subjects[0].startswith(vendor)), None)
    if named is not None:
        return Told("scheduling/untolerated-taint", named, False)
    helpless = bool(message.preemption) and all(r.id is ReasonId.NOT_HELPFUL for r in message.preemption)
    recent = any(r.text == "no new claims to deallocate" for r in message.post_filter)
    nowhere = helpless and recent
    return Told(f"scheduling/{'gpu-unavailable' if nowhere else 'insufficient-gpu'}", reason, alone and not nowhere)


def beyond_nodes(message: SchedulerMessage) -> bool:
    """Whether it speaks of what no what-if on nodes knows: the pod as a whole, other pods, volumes, device claims."""
    if message.prefilter:
        return not message.of(ReasonId.NODE_AFFINITY, ReasonId.PLUGINS)
    return any(_rank(reason) > _rank_of(ReasonId.INSUFFICIENT) for reason in message.reasons)


def agrees(placement: Placement, message: SchedulerMessage | None) -> bool:
    """Whether the what-if can be true beside the message, which may be older, or know of pods that we may not see.

    A node is turned down by the first filter that refuses it, so a message of taints can hide what lasts behind them.
    """
    if message is None or message.truncated or says(message, placement.cause):
        return True
    if placement.cause in ("scheduling/node-selector", "scheduling/gpu-unavailable", "scheduling/volume-zone"):
        return True
    return isinstance(placement.obstacle, Shortage) and placement.obstacle.never


def says(message: SchedulerMessage, cause: str | None) -> bool:
    """Whether the message can mean this cause. It does not tell devices that are taken from those that no node has; and
    Volcano does not name the resource."""
    if cause in message.causes:
        return True
    if cause == "scheduling/gpu-unavailable" and "scheduling/insufficient-gpu" in message.causes:
        return True
    return bool(message.of(ReasonId.RESOURCES)) and cause in _SHORTAGES | {"scheduling/gpu-unavailable"}


def _rank(reason: Reason) -> int:
    return _rank_of(ReasonId.NODE_AFFINITY if reason.id is ReasonId.PLUGINS else reason.id)


def _rank_of(reason: ReasonId) -> int:
    return FILTER_ORDER.index(reason) if reason in FILTER_ORDER else -1
