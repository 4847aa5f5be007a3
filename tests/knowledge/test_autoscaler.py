"""What autoscalers say about a pod, and their status."""

from __future__ import annotations

import pytest

from kfpops.knowledge.autoscaler import NodeGroup, read_scale_up, stuck_groups
from kfpops.model.event import Event
from tests.builders import an_event

KARPENTER = {"reportingComponent": "karpenter"}
ASKED = an_event("TriggeredScaleUp", "pod triggered scale-up: [{gpu-pool 1->2 (max: 2)}]", age=900)


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(an_event("FailedScheduling", "0/3 nodes are available: 3 Insufficient cpu."), id="the scheduler"),
        pytest.param(an_event("Nominated", "something else"), id="a nomination by nobody we know"),
        pytest.param(an_event("Scheduled", "Successfully assigned"), id="it has a node"),
    ],
)
def test_others_are_no_autoscaler(event: Event) -> None:
    assert read_scale_up([event]) is None


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (an_event("NotTriggerScaleUp", "pod didn't trigger scale-up: 2 node(s) had untolerated taint(s)"), "useless"),
        (an_event("NotTriggerScaleUp", "pod didn't trigger scale-up:"), "useless"),
        (an_event("NotTriggerScaleUp", "pod didn't trigger scale-up: 2 max node group size reached"), "capped"),
        (an_event("NotTriggerScaleUp", "max total nodes in cluster reached"), "capped"),
        (an_event("NotTriggerScaleUp", "pod didn't trigger scale-up: 1 max cluster cpu, memory limit reached"), "capped"),
        (
            an_event("NotTriggerScaleUp", 'pod didn\'t trigger scale-up: 1 exceeded quota: "q", resources: cpu, memory'),
            "capped",
        ),
        (
            an_event(
                "NotTriggerScaleUp",
                "pod didn't trigger scale-up: 1 max node group size reached, 1 in backoff after failed scale-up",
            ),
            "failed",
        ),
        (
            an_event("FailedScaleUp", "Node scale up in zones a associated with this pod failed: GCE out of resources."),
            "failed",
        ),
        (ASKED, "asked"),
        (an_event("Nominated", "Pod should schedule on: nodeclaim/x", **KARPENTER), "asked"),
        (
            an_event(
                "FailedScheduling",
                "Failed to schedule pod, all available instance types exceed limits for nodepool (NodePool=default)",
                **KARPENTER,
            ),
            "capped",
        ),
        (
            an_event(
                "FailedScheduling", "Failed to schedule pod, did not tolerate taint (taint=a=b:NoSchedule)", **KARPENTER
            ),
            "useless",
        ),
    ],
)
def test_outcomes(event: Event, outcome: str) -> None:
    found = read_scale_up([event])
    assert found is not None
    assert found.outcome == outcome


def test_the_last_word_counts_and_the_group_is_remembered() -> None:
    found = read_scale_up(
        [ASKED, an_event("NotTriggerScaleUp", "pod didn't trigger scale-up: 1 in backoff after failed scale-up")]
    )
    assert found is not None
    assert (found.outcome, found.group, found.asked_before) == ("failed", "gpu-pool", True)


@pytest.mark.parametrize(
    "text", ["", "Cluster-wide:\n  Health:      Healthy (ready=6 unreadable", "- a\n- b", "nodeGroups: [", "nodeGroups: 4"]
)
def test_a_status_in_another_form_tells_nothing(text: str) -> None:
    assert stuck_groups(text) == ()


def test_groups_that_back_off_come_before_full_ones() -> None:
    status = """
time: 2026-11-21 12:00:00
autoscalerStatus: Running
nodeGroups:
- name: cpu-pool
  health: {status: Healthy, cloudProviderTarget: 3, minSize: 0, maxSize: 3}
  scaleUp: {status: NoActivity}
- name: gpu-pool
  health: {status: Healthy, cloudProviderTarget: 1, minSize: 0, maxSize: 8}
  scaleUp:
    status: Backoff
    backoffInfo: {errorCode: QUOTA_EXCEEDED, errorMessage: "Quota 'GPUS' exceeded."}
- name: idle-pool
  health: {status: Healthy, cloudProviderTarget: 1, minSize: 0, maxSize: 8}
"""
    assert stuck_groups(status) == (
        NodeGroup("gpu-pool", 1, 8, "QUOTA_EXCEEDED", "Quota 'GPUS' exceeded."),
        NodeGroup("cpu-pool", 3, 3, "", ""),
    )
