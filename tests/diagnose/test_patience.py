"""Honest waiting: for what, since when, until when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kfpops.diagnose.patience import STUCK_AFTER, patience_of
from kfpops.model.pod import Pod
from tests.builders import NOW, a_pod, a_step, an_event, running, unschedulable, waiting


def waits_for(pod: Pod | None, *events: object, message: str = "") -> str:
    found = patience_of(a_step("waiting", pod=pod, message=message, events=events), NOW)  # type: ignore[arg-type]
    assert found is not None
    return found.waits_for


def test_what_does_not_wait_has_no_patience() -> None:
    assert patience_of(a_step("running", pod=a_pod()), NOW) is None


@pytest.mark.parametrize(
    ("pod", "events", "expected"),
    [
        (a_pod(phase="Pending", node=""), (), "a decision of the scheduler"),
        (a_pod(phase="Pending", node="", conditions=(unschedulable("0/1 nodes …"),)), (), "room on a node"),
        (
            a_pod(phase="Pending", node="", conditions=(unschedulable("0/1 nodes …"),)),
            (an_event("TriggeredScaleUp", age=30),),
            "a new node",
        ),
        (a_pod(phase="Pending", node="", conditions=(unschedulable("", "SchedulingGated"),)), (), "scheduling gates"),
        (a_pod(phase="Pending", statuses=(waiting("ContainerCreating"),)), (), "its containers"),
        (a_pod(phase="Pending", statuses=(waiting("PodInitializing"),), init=(running("init"),)), (), "init containers"),
        (a_pod(phase="Pending", statuses=(waiting("ContainerCreating"),)), (an_event("Pulling"),), "the image"),
        (a_pod(phase="Pending", statuses=(waiting("ContainerCreating"),)), (an_event("FailedMount", count=1),), "volumes"),
        (a_pod(phase="Pending", statuses=(waiting("ContainerCreating"),)), (an_event("FailedMount"),), "another mount"),
        (a_pod(phase="Pending", statuses=(waiting("ImagePullBackOff"),)), (), "another image pull"),
        (a_pod(phase="Pending", statuses=(waiting("CreateContainerConfigError"),)), (), "the container's configuration"),
        (a_pod(statuses=(waiting("CrashLoopBackOff"),)), (), "the container's next start"),
    ],
)
def test_what_a_pod_waits_for(pod: Pod, events: tuple[object, ...], expected: str) -> None:
    assert waits_for(pod, *events) == expected


def test_a_pod_that_was_refused_waits_for_a_quota_and_another_for_its_pod() -> None:
    assert waits_for(None, message='pods "x" is forbidden: exceeded quota: team-a') == "a quota"
    assert waits_for(None, message="Unschedulable: 0/4 nodes are available: 4 Too many pods.") == "room on a node"
    assert waits_for(None) == "its pod"


def test_it_counts_from_the_refusal_not_from_the_pods_birth() -> None:
    pod = a_pod(phase="Pending", node="", age=600, conditions=(unschedulable("0/1 …", age=4),))
    found = patience_of(a_step("waiting", pod=pod), NOW)
    assert found is not None
    assert found.since == NOW - timedelta(seconds=4)
    assert found.stuck_after == NOW - timedelta(seconds=4) + timedelta(seconds=STUCK_AFTER["room on a node"])
