"""What the node autoscalers say about a pod that waits: cluster-autoscaler (also GKE's) and Karpenter.

Events: cluster-autoscaler `processors/status/eventing_scale_up_processor.go`, `core/scaleup/orchestrator/skippedreasons.go`;
Karpenter `pkg/events/reason.go`, `pkg/controllers/provisioning/scheduling`. Status: cluster-autoscaler `clusterstate/api`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

import msgspec

from kfpops.model.event import Event

Outcome: TypeAlias = Literal["asked", "failed", "capped", "useless"]
"""asked: a node was ordered · failed: that went wrong lately · capped: a limit is reached · useless: no node would help."""

# Reasons of NotTriggerScaleUp that speak of a group's state. All else are the scheduler's own reasons for the node that
# the group would add.
_FAILED = ("in backoff after failed scale-up", "scale-up execution failed")
_CAPPED = (
    "max node group size reached",
    "max total nodes in cluster reached",
    "limit reached",
    "exceeded quota",
    "not all pods would fit and scale-up is using all-or-nothing strategy",
)
# Karpenter's: limits of its pools, and clouds that are out of machines.
_KARPENTER_CAPPED = re.compile(
    r"limits? (?:have|has) been exhausted|exceeds? limits? for nodepool|limits exceeded|insufficient capacity"
    r"|filtered out all (?:compatible )?available instance types|unavailable offerings"
)
_GROUP = re.compile(r"\{(\S+) (\d+)->(\d+) \(max: (\d+)\)\}")


@dataclass(frozen=True, slots=True)
class ScaleUp:
    """The autoscaler's last word about a pod. `group`: the node group that it chose, as far as known.

    `asked_before`: it once ordered a node for this pod, so some group does fit it.
    """

    outcome: Outcome
    event: Event
    group: str | None = None
    asked_before: bool = False


def is_karpenter(event: Event) -> bool:
    """Karpenter reports under the scheduler's own reason, FailedScheduling; only the reporter tells them apart."""
    return "karpenter" in event.reporter


def read_scale_up(events: Sequence[Event]) -> ScaleUp | None:
    """The last word of an autoscaler in a pod's events (oldest first); None when none spoke."""
    spoken = [(event, outcome) for event in events if (outcome := _outcome(event))]
    if not spoken:
        return None
    event, outcome = spoken[-1]
    asked = [e for e, o in spoken if o == "asked"]
    group = next((found[1] for e in reversed(asked) if (found := _GROUP.search(e.message))), None)
    return ScaleUp(outcome, event, group, asked_before=bool(asked))


def _outcome(event: Event) -> Outcome | None:
    match event.reason:
        case "TriggeredScaleUp":
            return "asked"
        case "Nominated":
            return "asked" if is_karpenter(event) else None
        case "FailedScaleUp":
            # GKE's own: "Node scale up in zones … associated with this pod failed: GCE out of resources."
            return "failed"
        case "NotTriggerScaleUp":
            return _refusal(event.message)
        case "FailedScheduling" if is_karpenter(event):
            return "capped" if _KARPENTER_CAPPED.search(event.message) else "useless"
        case _:
            return None


def _refusal(message: str) -> Outcome:
    if any(text in message for text in _FAILED):
        return "failed"
    return "capped" if any(text in message for text in _CAPPED) else "useless"


class _BackoffInfo(msgspec.Struct, rename="camel"):
    error_code: str = ""
    error_message: str = ""


class _Health(msgspec.Struct, rename="camel"):
    cloud_provider_target: int = 0
    max_size: int = 0


class _Activity(msgspec.Struct, rename="camel"):
    status: str = ""
    backoff_info: _BackoffInfo | None = None


class _Group(msgspec.Struct, rename="camel"):
    name: str = ""
    health: _Health = msgspec.field(default_factory=_Health)
    scale_up: _Activity = msgspec.field(default_factory=_Activity)


class _Status(msgspec.Struct, rename="camel"):
    node_groups: list[_Group] = []


@dataclass(frozen=True, slots=True)
class NodeGroup:
    """A node group that cannot grow: `error` is the cloud's own text while it backs off, "" when it is merely full."""

    name: str
    size: int
    max_size: int
    error_code: str
    error: str


@lru_cache(maxsize=8)
def stuck_groups(status: str) -> tuple[NodeGroup, ...]:
    """The groups that back off or are full, from `status` of the ConfigMap kube-system/cluster-autoscaler-status.

    YAML since 1.30; () for the text of older versions and for anything else.
    """
    try:
        read = msgspec.yaml.decode(status, type=_Status, strict=False)
    except (msgspec.MsgspecError, ImportError):
        return ()
    groups = (
        NodeGroup(
            group.name,
            group.health.cloud_provider_target,
            group.health.max_size,
            group.scale_up.backoff_info.error_code if group.scale_up.backoff_info else "",
            group.scale_up.backoff_info.error_message if group.scale_up.backoff_info else "",
        )
        for group in read.node_groups
        if group.scale_up.status == "Backoff" or 0 < group.health.max_size <= group.health.cloud_provider_target
    )
    return tuple(sorted(groups, key=lambda g: (g.error == "", g.name)))
