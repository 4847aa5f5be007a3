"""Kueue's and Volcano's marks on a pod, and their events."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.knowledge.admission_queue import QueueTicket, kueue_ticket, missing_quota, queue_events, volcano_ticket
from kfpops.model.pod import Pod
from tests.builders import a_pod, an_event


def queued(gates: tuple[str, ...] = ("kueue.x-k8s.io/admission",), labels: dict[str, str] | None = None, **spec: Any) -> Pod:
    metadata = {"labels": labels if labels is not None else {"kueue.x-k8s.io/queue-name": "team-a"}}
    return a_pod("p1", phase="Pending", spec={"schedulingGates": [{"name": g} for g in gates], **spec}, metadata=metadata)


@pytest.mark.parametrize(
    "pod",
    [
        pytest.param(a_pod(), id="no gate"),
        pytest.param(queued(gates=("example.com/wait",)), id="somebody else's gate"),
        pytest.param(queued(gates=()), id="admitted: the label stays, the gate is gone"),
    ],
)
def test_not_held_by_kueue(pod: Pod) -> None:
    assert kueue_ticket(pod) is None


def test_held_by_kueue() -> None:
    assert kueue_ticket(queued()) == QueueTicket("Kueue", "team-a", None, "kueue.x-k8s.io/admission")
    group = queued(("kueue.x-k8s.io/topology",), {"kueue.x-k8s.io/pod-group-name": "g"})
    assert kueue_ticket(group) == QueueTicket("Kueue", None, "g", "kueue.x-k8s.io/topology")


def test_volcano_by_its_name_or_by_its_group() -> None:
    assert volcano_ticket(a_pod()) is None
    assert volcano_ticket(a_pod(spec={"schedulerName": "volcano"})) == QueueTicket("Volcano", None, None)
    notes = {"scheduling.k8s.io/group-name": "g", "volcano.sh/queue-name": "q"}
    assert volcano_ticket(a_pod(metadata={"annotations": notes})) == QueueTicket("Volcano", "q", "g")


def test_events_of_the_pods_own_workload() -> None:
    ticket = QueueTicket("Kueue", "team-a", None)
    mine = an_event("Pending", "no quota", kind="Workload", name="pod-p1-1a2b3")
    others = an_event("Pending", "no quota", kind="Workload", name="pod-p12-1a2b3")
    assert queue_events(queued(), ticket, [others, mine, an_event("Pending", kind="Pod", name="pod-p1-1")]) == (mine,)
    group = an_event("Unschedulable", "not ready", kind="PodGroup", name="g")
    assert queue_events(queued(), QueueTicket("Volcano", None, "g"), [group, mine]) == (group,)


@pytest.mark.parametrize(
    ("message", "missing"),
    [
        ("something else", (None, None)),
        (
            "couldn't assign flavors to pod set main: insufficient unused quota for cpu in flavor spot, 2 more needed",
            ("cpu", "spot"),
        ),
        ("insufficient quota for nvidia.com/gpu in flavor a100, previously considered", ("nvidia.com/gpu", "a100")),
        ("resource nvidia.com/gpu unavailable in ClusterQueue", ("nvidia.com/gpu", None)),
    ],
)
def test_what_is_missing(message: str, missing: tuple[str | None, str | None]) -> None:
    assert missing_quota(message) == missing
