"""Pod × node: every obstacle that the scheduler's filters know, and none that is not there."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.knowledge.fit import NodeFit, fit_nodes, nearest, needs_of, never_fits
from kfpops.knowledge.fit_nodes import survey_nodes
from kfpops.knowledge.fit_obstacles import Cordoned, PortTaken, Shortage, Untolerated, VolumeElsewhere, WrongLabels
from kfpops.knowledge.fit_volumes import VolumeNeed
from kfpops.knowledge.node_selector import Unmet
from kfpops.model.node import Node, Taint
from kfpops.model.pod import Pod
from tests.builders import a_node, a_pod

GI = 2**30
GPU = "nvidia.com/gpu"
BIG = {"key": "dedicated", "value": "big", "effect": "NoSchedule"}
CORDON = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


def pending(**spec: Any) -> Pod:
    resources = {key: spec.pop(key) for key in ("requests", "main") if key in spec}
    return a_pod("new", phase="Pending", spec={"nodeName": "", **spec}, **resources)


def fits(pod: Pod, *nodes: Node, on_them: tuple[Pod, ...] = (), volumes: tuple[VolumeNeed, ...] = ()) -> tuple[NodeFit, ...]:
    return fit_nodes(needs_of(pod, volumes), survey_nodes(nodes, on_them))


def only(pod: Pod, node: Node, *on_it: Pod) -> tuple[object, ...]:
    (fit,) = fits(pod, node, on_them=on_it)
    return fit.obstacles


@pytest.mark.parametrize(
    ("pod", "node"),
    [
        pytest.param(pending(), a_node(), id="nothing asked"),
        pytest.param(pending(requests={"cpu": "8", "memory": "32Gi"}), a_node(cpu="8", memory="32Gi"), id="exactly all"),
        pytest.param(
            pending(tolerations=[{"key": "dedicated", "operator": "Exists"}]), a_node(taints=(BIG,)), id="taint tolerated"
        ),
        pytest.param(pending(), a_node(taints=({**BIG, "effect": "PreferNoSchedule"},)), id="a taint that only advises"),
        pytest.param(
            pending(tolerations=[{"operator": "Exists"}]),
            a_node(unschedulable=True, taints=(CORDON,)),
            id="cordon tolerated",
        ),
        pytest.param(pending(nodeSelector={"pool": "a"}), a_node(labels={"pool": "a"}), id="the right pool"),
        pytest.param(
            pending(affinity={"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}}),
            a_node(),
            id="a preference is no rule",
        ),
        pytest.param(pending(requests={GPU: "1"}), a_node(**{GPU: "1"}), id="a device is free"),
    ],
)
def test_it_fits(pod: Pod, node: Node) -> None:
    assert only(pod, node) == ()


def test_the_numbers_of_a_shortage() -> None:
    taken = a_pod("old", requests={"memory": "30Gi"})
    assert only(pending(requests={"memory": "4Gi"}), a_node(memory="32Gi"), taken) == (
        Shortage("memory", 4 * GI, 2 * GI, 32 * GI),
    )


def test_several_resources_can_be_short_at_once() -> None:
    obstacles = only(pending(requests={"memory": "40Gi", "cpu": "9", GPU: "1"}), a_node())
    assert [(o.resource, o.never) for o in obstacles if isinstance(o, Shortage)] == [
        ("cpu", True),
        ("memory", True),
        (GPU, True),
    ]


def test_a_node_that_runs_as_many_pods_as_it_may() -> None:
    full = tuple(a_pod(f"p{i}") for i in range(3))
    assert only(pending(), a_node(pods="3"), *full) == (Shortage("pods", 1, 0, 3),)


def test_taints_cordons_and_labels() -> None:
    node = a_node(labels={"pool": "b"}, taints=(BIG, CORDON), unschedulable=True)
    assert only(pending(nodeSelector={"pool": "a"}), node) == (
        Cordoned(),
        Untolerated(Taint("dedicated", "big", "NoSchedule")),
        WrongLabels((Unmet("pool", "In", ("a",), "b"),)),
    )


def test_a_cordon_that_is_only_a_taint_still_is_one() -> None:
    assert only(pending(), a_node(taints=(CORDON,))) == (Cordoned(),)


def test_required_affinity_counts_beside_the_selector() -> None:
    term = {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
    pod = pending(nodeSelector={"pool": "x"}, affinity={"nodeAffinity": required})
    (fit,) = fits(pod, a_node(labels={"pool": "x", "zone": "b"}))
    assert fit.wrong_labels == WrongLabels((Unmet("zone", "In", ("a",), "b"),))
    assert fits(pod, a_node(labels={"pool": "x", "zone": "a"}))[0].obstacles == ()


def test_a_port_of_the_node_can_be_had_once() -> None:
    web = {"ports": [{"containerPort": 80, "hostPort": 8080}]}
    holder = a_pod("web", main=web)
    assert only(pending(main=web), a_node(), holder) == (PortTaken(8080, "TCP"),)
    assert only(pending(main=web), a_node()) == ()


def test_a_volume_that_is_elsewhere() -> None:
    need = VolumeNeed("data", "pv", zones=(("topology.kubernetes.io/zone", ("a",)),))
    (fit,) = fits(pending(), a_node(labels={"topology.kubernetes.io/zone": "b"}), volumes=(need,))
    assert fit.wrong_volume == VolumeElsewhere("data", (Unmet("topology.kubernetes.io/zone", "In", ("a",), "b"),))


def test_the_nearest_node_lacks_least() -> None:
    nodes = (a_node("far", taints=(BIG,), memory="1Gi"), a_node("near", memory="3Gi"), a_node("nearly", memory="2Gi"))
    found = nearest(fits(pending(requests={"memory": "4Gi"}), *nodes))
    assert found is not None
    assert (found.node, [s.lacks for s in found.shortages], found.barriers) == ("near", [GI], ())
    assert nearest(()) is None


def test_waiting_helps_while_one_node_could_take_it() -> None:
    pod = pending(requests={"memory": "4Gi"})
    taken = a_pod("old", requests={"memory": "8Gi"})
    assert never_fits(fits(pod, a_node(memory="2Gi"), a_node("b", taints=(BIG,))))
    assert not never_fits(fits(pod, a_node(memory="2Gi"), a_node("b", memory="8Gi"), on_them=(taken,)))
    assert not never_fits(fits(pod, a_node(unschedulable=True)))


def test_pods_of_equal_needs_are_reckoned_once() -> None:
    landscape = survey_nodes([a_node()], [])
    one, other = (needs_of(a_pod(name, node="", requests={"cpu": "1"})) for name in ("a", "b"))
    assert fit_nodes(one, landscape) is fit_nodes(other, landscape)
    assert one.devices == ()
    assert one.request("cpu") == 1000
