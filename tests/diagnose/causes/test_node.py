"""Nodes that went away under a pod."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.diagnose.causes.node import CAUSES
from kfpops.diagnose.step import Step
from kfpops.model.node import Node
from tests.builders import a_node, a_pod, a_step, a_workflow_node, ago, an_event, kube, running, terminated
from tests.diagnose.causes.looking import names, the

SHUT_DOWN = "Pod was terminated in response to imminent node shutdown."


def disrupted(reason: str, message: str = "") -> Step:
    condition = {"type": "DisruptionTarget", "status": "True", "reason": reason, "message": message}
    return a_step(pod=a_pod(phase="Failed", statuses=(terminated(137),), conditions=(condition,)))


def silent(since: float) -> Node:
    ready = {"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown", "lastTransitionTime": ago(since)}
    return kube(Node, {"metadata": {"name": "node-a"}, "status": {"conditions": [ready]}})


def deleted(node: str = "node-a") -> Step:
    return a_step(node=a_workflow_node(phase="Error", message="pod deleted", hostNodeName=node))


@pytest.mark.parametrize(
    ("step", "nodes"),
    [
        pytest.param(a_step(pod=a_pod(statuses=(terminated(1),))), (a_node(),), id="a failure on a healthy node"),
        pytest.param(
            a_step(pod=a_pod(statuses=(terminated(1),))), (silent(600),), id="it failed by itself, the node went later"
        ),
        pytest.param(a_step("running", pod=a_pod(statuses=(running(),))), (silent(20),), id="a kubelet that restarts"),
        pytest.param(disrupted("PreemptionByScheduler"), (a_node(),), id="preempted"),
        pytest.param(disrupted("TerminationByKubelet", "Usage of EmptyDir"), (a_node(),), id="evicted by the kubelet"),
        pytest.param(deleted(), (a_node(),), id="deleted on a node that is well"),
        pytest.param(deleted(), None, id="deleted, and nodes were not read"),
        pytest.param(
            a_step(pod=a_pod(phase="Failed", reason="Evicted", statuses=(terminated(137, "ContainerStatusUnknown"),))),
            (a_node(),),
            id="evicted, and its containers removed before their ends were written",
        ),
        pytest.param(
            a_step(
                pod=a_pod(phase="Failed", statuses=(terminated(137, "ContainerStatusUnknown"),)),
                events=(an_event("Evicted", "The node was low on resource: memory. "),),
            ),
            (a_node(),),
            id="evicted, as only an event says",
        ),
    ],
)
def test_the_node_is_not_to_blame(step: Step, nodes: tuple[Node, ...] | None) -> None:
    assert names(CAUSES, step, nodes=nodes) == []


@pytest.mark.parametrize(
    ("step", "nodes", "cause"),
    [
        pytest.param(
            disrupted("DeletionByPodGC", "PodGC: node no longer exists"), (), "node/lost", id="collected with its node"
        ),
        pytest.param(
            a_step("running", pod=a_pod(statuses=(running(),))),
            (silent(600),),
            "node/lost",
            id="it runs, if at all, unheard",
        ),
        pytest.param(
            a_step(pod=a_pod(statuses=(terminated(137, "ContainerStatusUnknown"),))),
            None,
            "node/lost",
            id="the kubelet lost it",
        ),
        pytest.param(disrupted("DeletionByTaintManager"), (silent(600),), "node/lost", id="a taint of a silent node"),
        pytest.param(deleted("node-z"), (a_node(),), "node/lost", id="deleted, and its node exists no more"),
        pytest.param(disrupted("EvictionByEvictionAPI"), (a_node(),), "node/drained", id="a drain"),
        pytest.param(disrupted("DeletionByTaintManager"), (a_node(),), "node/drained", id="a taint of a node that is well"),
        pytest.param(deleted(), (a_node(unschedulable=True),), "node/drained", id="deleted, and its node is cordoned"),
        pytest.param(
            disrupted("TerminationByKubelet", SHUT_DOWN), (a_node(),), "node/shutdown", id="a shutdown in a condition"
        ),
        pytest.param(
            a_step(pod=a_pod(phase="Failed", reason="Terminated", message=SHUT_DOWN)),
            None,
            "node/shutdown",
            id="in the status",
        ),
        pytest.param(a_step(message=SHUT_DOWN), None, "node/shutdown", id="in Argo's message"),
    ],
)
def test_what_happened_to_the_node(step: Step, nodes: tuple[Node, ...] | None, cause: str) -> None:
    assert names(CAUSES, step, nodes=nodes) == [cause]


def test_an_autoscalers_event_tells_of_a_pod_that_is_gone() -> None:
    event = an_event("ScaleDown", "deleting pod for node scale down")
    found = the(CAUSES, a_step(node=a_workflow_node(phase="Error", message="pod deleted"), events=(event,)))
    assert (found.cause, found.confidence) == ("node/drained", "certain")


def test_the_node_comes_first_and_many_pods_on_it_are_one_finding() -> None:
    steps: list[Any] = [a_step(id=f"wf-{n}", pod=disrupted("EvictionByEvictionAPI").pod) for n in range(2)]
    found = the(CAUSES, *steps, nodes=(a_node(),))
    assert (found.objects[0].kind, found.objects[0].name, found.facts["node"]) == ("Node", "node-a", "node-a")
