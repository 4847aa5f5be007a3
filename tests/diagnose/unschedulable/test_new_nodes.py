"""Autoscalers that cannot bring a node."""

from __future__ import annotations

import pytest

from kfpops.model.event import Event
from kfpops.model.namespaced import ConfigMap
from tests.builders import an_event, kube
from tests.diagnose.unschedulable.samples import CPU, GPU, GPUS, SELECTOR, SMALL, TAKEN, the, waiting

BACKOFF = an_event("NotTriggerScaleUp", "pod didn't trigger scale-up: 1 in backoff after failed scale-up")
FULL = an_event("NotTriggerScaleUp", "pod didn't trigger scale-up: 2 max node group size reached")
NO_USE = an_event("NotTriggerScaleUp", "pod didn't trigger scale-up: 2 Insufficient cpu")
ORDERED = an_event("TriggeredScaleUp", "pod triggered scale-up: [{pool-1 1->2 (max: 2)}]", age=1200)


@pytest.mark.parametrize(
    ("events", "requests", "cause"),
    [
        pytest.param((NO_USE,), {"cpu": "1"}, "insufficient-cpu", id="a new node would not help: the request is the cause"),
        pytest.param((FULL,), {"cpu": "9"}, "insufficient-cpu", id="full groups, but no node of today's kind would do"),
        pytest.param((FULL,), {"cpu": "1"}, "autoscaler-blocked", id="full groups, and only room is missing"),
        pytest.param((BACKOFF,), {"cpu": "1"}, "autoscaler-blocked", id="a group in back-off, and only room is missing"),
        pytest.param((ORDERED, BACKOFF), {"cpu": "9"}, "autoscaler-blocked", id="a group does fit: a node was ordered once"),
        pytest.param((ORDERED,), {"cpu": "1"}, "autoscaler-blocked", id="ordered and never come"),
    ],
)
def test_autoscalers(events: tuple[Event, ...], requests: dict[str, str], cause: str) -> None:
    assert the(waiting(CPU, requests=requests, events=events), (SMALL,), TAKEN)[0] == cause


def test_a_group_that_is_full_is_no_excuse_for_a_wrong_label() -> None:
    step = waiting(SELECTOR, spec={"nodeSelector": {"pool": "x"}}, events=(FULL,))
    assert the(step, (SMALL,))[0] == "node-selector"
    gpu = waiting(GPUS, limits={GPU: "1"}, events=(FULL,))
    assert the(gpu, (SMALL,))[0] == "gpu-unavailable"


def test_the_clouds_own_error_from_the_autoscalers_status() -> None:
    status = """
nodeGroups:
- name: projects/p/pool-1
  health: {maxSize: 2, cloudProviderTarget: 1}
  scaleUp: {status: Backoff, backoffInfo: {errorCode: STOCKOUT, errorMessage: The zone is out of a2-highgpu-1g.}}
"""
    document = {"metadata": {"name": "cluster-autoscaler-status", "namespace": "kube-system"}, "data": {"status": status}}
    step = waiting(GPUS, limits={GPU: "1"}, events=(ORDERED, BACKOFF))
    cause, match = the(step, (SMALL,), config_maps=(kube(ConfigMap, document),))
    assert (cause, match.confidence) == ("autoscaler-blocked", "certain")
    assert match.facts["error"] == "The zone is out of a2-highgpu-1g."
    assert (match.facts["group"], match.facts["underlying"]) == ("pool-1", "scheduling/gpu-unavailable")
    assert "out of a2-highgpu-1g" in match.title


def test_karpenters_limits() -> None:
    text = "Failed to schedule pod, all available instance types exceed limits for nodepool (NodePool=default)"
    event = an_event("FailedScheduling", text, reportingComponent="karpenter")
    cause, match = the(waiting(CPU, requests={"cpu": "1"}, events=(event,)), (SMALL,), TAKEN)
    assert cause == "autoscaler-blocked"
    assert match.title == "Step train waits for a new node, which Karpenter may not add: a limit is reached"
    assert "NodePool" in match.advice[0].text


def test_a_full_group_is_named_with_its_size() -> None:
    status = "nodeGroups:\n- {name: pool-1, health: {maxSize: 3, cloudProviderTarget: 3}}\n"
    document = {"metadata": {"name": "cluster-autoscaler-status"}, "data": {"status": status}}
    step = waiting(CPU, requests={"cpu": "1"}, events=(FULL,))
    _, match = the(step, (SMALL,), TAKEN, config_maps=(kube(ConfigMap, document),))
    assert (match.facts["group"], match.facts["max_size"]) == ("pool-1", 3)
    assert match.advice[0].text.startswith("Raise the maximum size of the node group pool-1 (now 3)")


def test_without_nodes_what_the_scheduler_misses_is_told() -> None:
    _, match = the(waiting(CPU, requests={"cpu": "1"}, events=(FULL,)))
    assert match.facts["underlying"] == "scheduling/insufficient-cpu"
