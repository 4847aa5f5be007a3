"""No nodes, gates, queues, device claims."""

from __future__ import annotations

import pytest

from tests.builders import an_event, unschedulable
from tests.diagnose.unschedulable.samples import SMALL, the, waiting


def test_no_nodes_at_all() -> None:
    cause, match = the(waiting("no nodes available to schedule pods"), ())
    assert (cause, match.facts["nodes"]) == ("no-nodes", 0)


def test_a_scheduling_gate() -> None:
    condition = unschedulable("Scheduling is blocked due to non-empty scheduling gates", "SchedulingGated")
    step = waiting(conditions=(condition,), spec={"schedulingGates": [{"name": "example.com/wait"}]})
    cause, match = the(step, (SMALL,))
    assert (cause, match.facts["gate"], match.confidence) == ("gated", "example.com/wait", "certain")
    assert (match.advice[1].kubectl or "").startswith("kubectl -n kubeflow patch pod train-x7k2p-system-container-impl-1")


def test_kueues_queue_and_what_it_lacks() -> None:
    name = "train-x7k2p-system-container-impl-1"
    why = "couldn't assign flavors to pod set main: insufficient unused quota for cpu in flavor spot, 2 more needed"
    event = an_event("Pending", why, kind="Workload", name=f"pod-{name}-1a2b3")
    labels = {"kueue.x-k8s.io/queue-name": "team-a"}
    step = waiting(spec={"schedulingGates": [{"name": "kueue.x-k8s.io/admission"}]}, metadata={"labels": labels})
    cause, match = the(step, (SMALL,), events=(event,))
    assert (cause, match.facts["queue"], match.facts["resource"], match.facts["flavor"]) == (
        "queue",
        "team-a",
        "cpu",
        "spot",
    )
    assert match.title == "Step train waits in the queue team-a of Kueue for cpu of the flavor spot"


def test_volcanos_group_and_the_pod_that_keeps_it_waiting() -> None:
    gang = "pod group is not ready, 1 Pending, 1 minAvailable"
    spec = {"schedulerName": "volcano"}
    assert the(waiting(gang, spec=spec), (SMALL,))[0] == "queue"
    assert the(waiting(gang, requests={"cpu": "8"}, spec=spec), (SMALL,))[0] == "insufficient-cpu"
    fit = "0/1 nodes are unavailable: 1 node(s) resource fit failed."
    assert the(waiting(fit, requests={"cpu": "8"}, spec=spec), (SMALL,))[0] == "insufficient-cpu"


def test_device_claims() -> None:
    cause, match = the(waiting("0/3 nodes are available: 3 cannot allocate all claims."), (SMALL,))
    assert cause == "device-claim"
    assert "cannot allocate all claims" in match.title
    _, match = the(waiting('0/3 nodes are available: resourceclaim "g" is being deleted.'), (SMALL,))
    assert match.facts["claim"] == "g"


@pytest.mark.parametrize(
    ("why", "labels", "said"),
    [
        (
            "insufficient quota for cpu in flavor spot, request > maximum capacity (4)",
            {"kueue.x-k8s.io/queue-name": "q"},
            "ever",
        ),
        ("couldn't assign flavors", {}, "names no queue"),
    ],
)
def test_what_to_do_about_a_queue(why: str, labels: dict[str, str], said: str) -> None:
    event = an_event("Pending", why, kind="Workload", name="pod-train-x7k2p-system-container-impl-1-1a2b3")
    step = waiting(spec={"schedulingGates": [{"name": "kueue.x-k8s.io/admission"}]}, metadata={"labels": labels})
    _, match = the(step, (SMALL,), events=(event,))
    assert said in match.advice[0].text


def test_a_group_of_the_schedulers_own() -> None:
    cause, match = the(waiting("waiting for minCount pods from a gang to be scheduled"), (SMALL,))
    assert (cause, match.title) == ("queue", "Step train waits for the rest of its group")
    assert "Its pods start together" in match.advice[0].text
