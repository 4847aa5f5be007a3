"""Nodes and who is on them."""

from __future__ import annotations

from kfpops.knowledge.fit_nodes import Holder, host_ports, survey_nodes
from tests.builders import a_node, a_pod

GPU = "nvidia.com/gpu"


def test_pods_that_ended_or_have_no_node_take_nothing() -> None:
    done = a_pod("done", phase="Succeeded", requests={"cpu": "4"})
    failed = a_pod("failed", phase="Failed", requests={"cpu": "4"})
    pending = a_pod("pending", phase="Pending", node="", requests={"cpu": "4"})
    (room,) = survey_nodes([a_node(cpu="8")], [done, failed, pending]).rooms
    assert (room.free("cpu"), room.free("pods"), room.offers("cpu")) == (8000, 110, 8000)


def test_pods_take_what_they_asked_for_and_a_place() -> None:
    pods = [a_pod("a", requests={"cpu": "3"}), a_pod("b", phase="Pending", requests={"cpu": "1500m"})]
    room, other = survey_nodes([a_node(cpu="8"), a_node("node-b", cpu="8")], pods).rooms
    assert (room.free("cpu"), room.free("pods")) == (3500, 108)
    assert other.free("cpu") == 8000


def test_a_node_that_is_overbooked_has_nothing_left() -> None:
    (room,) = survey_nodes([a_node(cpu="1")], [a_pod(requests={"cpu": "3"})]).rooms
    assert room.free("cpu") == 0


def test_without_pods_the_picture_is_not_complete() -> None:
    assert not survey_nodes([a_node()], None).complete
    assert survey_nodes([a_node()], []).complete


def test_holders_of_a_device_the_largest_share_first() -> None:
    nodes = [a_node("g1", **{GPU: "4"}), a_node("g2", **{GPU: "4"})]
    pods = [
        a_pod("small", node="g1", limits={GPU: "1"}),
        a_pod("large", node="g1", limits={GPU: "3"}),
        a_pod("elsewhere", node="g2", limits={GPU: "4"}),
        a_pod("done", node="g1", phase="Succeeded", limits={GPU: "4"}),
    ]
    landscape = survey_nodes(nodes, pods)
    assert landscape.holders(GPU, ["g1"]) == (Holder("kubeflow", "large", "g1", 3), Holder("kubeflow", "small", "g1", 1))
    assert landscape.holders("amd.com/gpu", ["g1"]) == ()
    assert (landscape.largest(GPU), landscape.largest("amd.com/gpu")) == (4, 0)


def test_ports_of_the_node_and_who_has_them() -> None:
    pod = a_pod("web", main={"ports": [{"containerPort": 80}, {"containerPort": 8080, "hostPort": 8080}]})
    assert host_ports(pod) == {(8080, "TCP")}
    (room,) = survey_nodes([a_node()], [pod]).rooms
    assert room.ports == {(8080, "TCP"): "web"}
