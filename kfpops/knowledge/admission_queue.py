"""Pods that wait for a batch queue: Kueue's gates and labels, Volcano's pod groups, and what their events say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kfpops.model.event import Event
from kfpops.model.pod import Pod

QueueKind: TypeAlias = Literal["Kueue", "Volcano"]

# Kueue: pkg/controller/jobs/pod (gates, labels); a pod's Workload is called pod-<pod>-<hash>, a group's like the group.
_KUEUE_GATE = "kueue.x-k8s.io/"
_KUEUE_QUEUE = "kueue.x-k8s.io/queue-name"
_KUEUE_GROUP = "kueue.x-k8s.io/pod-group-name"
# Volcano: pkg/apis/scheduling/v1beta1/labels.go; the group's name stands in the annotation.
_VOLCANO_GROUP = "scheduling.k8s.io/group-name"
_VOLCANO_QUEUE = ("volcano.sh/queue-name", "scheduling.volcano.sh/queue-name")
_RESOURCE = re.compile(r"(?:quota for|resource) (\S+?)(?: in| unavailable|,|$)")
_FLAVOR = re.compile(r"in flavor ([^\s,;]+)")


@dataclass(frozen=True, slots=True)
class QueueTicket:
    """The queue a pod stands in. `workload` is the object whose events tell the rest; parts that are unknown are None."""

    kind: QueueKind
    queue: str | None
    workload: str | None
    gate: str | None = None


def kueue_ticket(pod: Pod) -> QueueTicket | None:
    """The ticket of a pod that Kueue still holds back; None when it holds no gate of Kueue's."""
    gate = next((g.name for g in pod.spec.scheduling_gates if g.name.startswith(_KUEUE_GATE)), None)
    if gate is None:
        return None
    labels = pod.metadata.labels
    return QueueTicket("Kueue", labels.get(_KUEUE_QUEUE), labels.get(_KUEUE_GROUP), gate)


def volcano_ticket(pod: Pod) -> QueueTicket | None:
    """The ticket of a pod that Volcano schedules; None for other pods."""
    annotations, labels = pod.metadata.annotations, pod.metadata.labels
    if pod.spec.scheduler_name != "volcano" and _VOLCANO_GROUP not in annotations:
        return None
    queue = next((have[key] for have in (annotations, labels) for key in _VOLCANO_QUEUE if key in have), None)
    return QueueTicket("Volcano", queue, annotations.get(_VOLCANO_GROUP))


def queue_events(pod: Pod, ticket: QueueTicket, events: Iterable[Event]) -> tuple[Event, ...]:
    """The events of the pod's Workload or PodGroup, in the order given."""
    kind = "Workload" if ticket.kind == "Kueue" else "PodGroup"
    own = f"pod-{pod.metadata.name}-"
    return tuple(
        e
        for e in events
        if e.involved_object.kind == kind
        and e.involved_object.namespace in ("", pod.metadata.namespace)
        and (e.involved_object.name == ticket.workload or e.involved_object.name.startswith(own))
    )


def missing_quota(message: str) -> tuple[str | None, str | None]:
    """The resource and the flavor that a Kueue message finds too small; None where it names none.

    Texts: `insufficient unused quota for cpu in flavor spot, 2 more needed` (pkg/scheduler/flavorassigner).
    """
    resource, flavor = _RESOURCE.search(message), _FLAVOR.search(message)
    return (resource[1] if resource else None, flavor[1] if flavor else None)
