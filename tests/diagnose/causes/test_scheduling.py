"""Pods without a node: when nothing is wrong, and which words are believed."""

from __future__ import annotations

import pytest

from kfpops.diagnose.causes.scheduling import CAUSES
from kfpops.diagnose.step import Step
from kfpops.model.node import Node
from kfpops.model.pod import Pod
from tests.builders import a_pod, a_step, an_event, kube, terminated, unschedulable
from tests.diagnose.unschedulable.samples import CPU, GPU, HELPLESS, SMALL, TAINTS, seen, the, waiting


@pytest.mark.parametrize(
    ("step", "nodes"),
    [
        pytest.param(waiting(), None, id="a pod that the scheduler has not looked at"),
        pytest.param(waiting(), (SMALL,), id="a pod that would fit, not looked at yet"),
        pytest.param(a_step("waiting", pod=a_pod(phase="Pending")), (), id="a pod with a node that starts its containers"),
        pytest.param(
            a_step("waiting", pod=a_pod(phase="Pending"), message=f"Unschedulable: {CPU}"),
            None,
            id="Argo's message is old: the pod has a node by now",
        ),
        pytest.param(
            a_step(
                "waiting",
                pod=a_pod(phase="Pending", node="", conditions=({"type": "PodScheduled", "status": "True"},)),
                message=f"Unschedulable: {CPU}",
                events=(an_event("FailedScheduling", CPU),),
            ),
            None,
            id="events are old: the pod is scheduled",
        ),
        pytest.param(
            a_step("running", pod=a_pod(), events=(an_event("FailedScheduling", CPU),)), (), id="it runs: what was, is over"
        ),
        pytest.param(
            waiting('0/4 nodes are available: persistentvolumeclaim "d" not found. not found'),
            (SMALL,),
            id="a claim that does not exist belongs to the family volume",
        ),
        pytest.param(
            waiting("0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found"),
            (SMALL,),
            id="an unbound claim belongs to the family volume",
        ),
        pytest.param(waiting("0/4 nodes are available: 4 node(s) were on holiday."), None, id="a reason nobody knows"),
        pytest.param(
            a_step("waiting", message="Unschedulable"), None, id="no pod, and a message that does not say what is missing"
        ),
        pytest.param(a_step("waiting", message="pods are forbidden: exceeded quota: nodes"), None, id="a quota is no node"),
        pytest.param(
            waiting(CPU, metadata={"deletionTimestamp": "2026-11-21T11:59:00Z"}), (SMALL,), id="a pod that is being deleted"
        ),
        pytest.param(
            a_step("failed", pod=a_pod(phase="Failed", statuses=(terminated(143),))), None, id="143 alone is no preemption"
        ),
        pytest.param(
            a_step(
                "failed",
                pod=a_pod(
                    phase="Failed",
                    conditions=({"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"},),
                ),
            ),
            None,
            id="evicted, not preempted",
        ),
    ],
)
def test_nothing_is_found(step: Step, nodes: tuple[Node, ...] | None) -> None:
    assert seen(step, nodes) == []


def test_nothing_is_found_while_others_are_put_out_for_it() -> None:
    document = {"spec": {}, "status": {"phase": "Pending", "nominatedNodeName": "small", "conditions": [unschedulable(CPU)]}}
    assert seen(a_step("waiting", pod=kube(Pod, document)), (SMALL,)) == []


def test_ids_are_those_of_the_catalogue() -> None:
    shortages = {f"insufficient-{what}" for what in ("memory", "cpu", "gpu", "ephemeral-storage")}
    nodes = {"gpu-unavailable", "too-many-pods", "untolerated-taint", "node-selector", "cordoned", "no-nodes"}
    rules = {"pod-affinity", "topology-spread", "host-port", "volume-zone", "device-claim"}
    others = {"gated", "queue", "autoscaler-blocked", "preempted"}
    assert {c.id for c in CAUSES} == {f"scheduling/{name}" for name in shortages | nodes | rules | others}
    assert all(c.title and c.meaning.endswith(".") and c.remedy.endswith(".") for c in CAUSES)


@pytest.mark.parametrize(
    ("message", "requests", "cause"),
    [
        ("0/3 nodes are available: 3 Insufficient memory.", {"memory": "8Gi"}, "insufficient-memory"),
        (
            "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s).",
            {"cpu": "8"},
            "insufficient-cpu",
        ),
        ("0/3 nodes are available: 3 Insufficient nvidia.com/gpu.", {GPU: "1"}, "insufficient-gpu"),
        (
            "0/3 nodes are available: 1 node(s) had untolerated taint {nvidia.com/gpu: x}, 2 Insufficient nvidia.com/gpu.",
            {GPU: "1"},
            "untolerated-taint",
        ),
        (f"0/4 nodes are available: 4 Insufficient amd.com/gpu. {HELPLESS}", {"amd.com/gpu": "1"}, "gpu-unavailable"),
        ("0/3 nodes are available: 3 node(s) had untolerated taint(s).", {}, "untolerated-taint"),
        ("0/3 nodes are available: 3 node(s) were unschedulable.", {}, "cordoned"),
        ("0/3 nodes are available: 3 Too many pods.", {}, "too-many-pods"),
        ("0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.", {}, "node-selector"),
        ("0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports.", {}, "host-port"),
        ("0/3 nodes are available: 3 node(s) had volume node affinity conflict.", {}, "volume-zone"),
        ("0/3 nodes are available: 3 Insufficient ephemeral-storage.", {}, "insufficient-ephemeral-storage"),
        ("0/3 nodes are available: 3 node(s) didn't match Pod's required features.", {}, "node-selector"),
    ],
)
def test_without_nodes_the_message_tells_and_nothing_is_said_of_ever(
    message: str, requests: dict[str, str], cause: str
) -> None:
    found, match = the(waiting(message, requests=requests))
    assert (found, match.confidence) == (cause, "likely")
    assert "never_fits" not in match.facts
    assert match.facts["nodes"] in (3, 4)
    assert match.advice[0].text


def test_without_the_pod_argos_message_tells() -> None:
    cause, match = the(a_step("waiting", message=f"Unschedulable: {CPU} {HELPLESS}"))
    assert (cause, match.facts) == ("insufficient-cpu", {"nodes": 4})
    assert match.objects[0].name == "train-x7k2p-system-container-impl-1"
    assert match.evidence[0].source == "workflow/train-x7k2p/nodes/wf-1/message"


def test_without_a_message_the_nodes_tell() -> None:
    cause, match = the(waiting(requests={"cpu": "8"}), (SMALL,))
    assert (cause, match.confidence) == ("insufficient-cpu", "likely")


def test_the_condition_is_read_before_the_event() -> None:
    step = waiting(CPU, requests={"cpu": "8"}, events=(an_event("FailedScheduling", TAINTS),))
    _, match = the(step, (SMALL,))
    assert match.evidence[0].source.endswith("status/conditions[PodScheduled]")
    assert seen(waiting(events=(an_event("FailedScheduling", CPU),))) == ["scheduling/insufficient-cpu"]


def test_the_scheduler_is_believed_where_the_nodes_look_free() -> None:
    """Pods of other namespaces may be hidden from us."""
    cause, match = the(waiting(CPU, requests={"cpu": "1"}), (SMALL,), None)
    assert cause == "insufficient-cpu"
    assert "never_fits" not in match.facts
