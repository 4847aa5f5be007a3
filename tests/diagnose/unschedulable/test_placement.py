"""Of all that keeps a pod off all nodes: the one that is the story."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.diagnose.unschedulable.placement import Placement, place
from kfpops.knowledge.fit import needs_of
from kfpops.knowledge.fit_nodes import survey_nodes
from kfpops.knowledge.fit_volumes import VolumeNeed
from kfpops.model.node import Node
from kfpops.model.pod import Pod
from tests.builders import a_node, a_pod
from tests.diagnose.unschedulable.samples import BIG, GPU, GPU_TAINT, MASTER, TOLERATES_GPU, pending

IN_ZONE_A = VolumeNeed("data", "pv", zones=(("topology.kubernetes.io/zone", ("a",)),))


def placed(pod: Pod, *nodes: Node, on_them: tuple[Pod, ...] = (), volumes: tuple[VolumeNeed, ...] = ()) -> Placement:
    return place(needs_of(pod, volumes), survey_nodes(nodes, on_them))


def zone(name: str, letter: str, **more: Any) -> Node:
    return a_node(name, labels={"topology.kubernetes.io/zone": letter, **more.pop("labels", {})}, **more)


def test_nothing_is_in_the_way_where_one_node_would_take_it() -> None:
    found = placed(pending(requests={"cpu": "1"}), a_node("small", cpu="500m"), a_node("large"))
    assert (found.cause, found.never, found.fit.node if found.fit else None) == (None, False, "large")


@pytest.mark.parametrize(
    ("pod", "nodes", "cause", "node"),
    [
        pytest.param(pending(), (), "no-nodes", None, id="no nodes"),
        pytest.param(
            pending(limits={GPU: "1"}, spec={"nodeSelector": {"pool": "x"}}),
            (a_node("a"),),
            "gpu-unavailable",
            "a",
            id="no device anywhere comes before a label: the label would not bring one",
        ),
        pytest.param(
            pending(requests={"memory": "64Gi"}, spec={"nodeSelector": {"pool": "x"}}),
            (a_node("a"), a_node("b", labels={"pool": "y"})),
            "node-selector",
            "a",
            id="no label, whatever else",
        ),
        pytest.param(
            pending(limits={GPU: "4"}, spec=TOLERATES_GPU),
            (a_node("two", **{GPU: "2"}), a_node("eight", taints=(BIG,), **{GPU: "8"})),
            "untolerated-taint",
            "eight",
            id="the only node with enough devices is behind a taint",
        ),
        pytest.param(
            pending(requests={"memory": "300Gi"}),
            (a_node("a", taints=(BIG,)), a_node("b", unschedulable=True)),
            "insufficient-memory",
            "b",
            id="all are closed, and none could ever hold it",
        ),
        pytest.param(
            pending(requests={"memory": "30Gi"}),
            (a_node("a", memory="1Gi", taints=(BIG,)), a_node("b", unschedulable=True), a_node("c", taints=(MASTER,))),
            "cordoned",
            "b",
            id="all are closed: one that could hold it, not the control plane",
        ),
        pytest.param(
            pending(limits={GPU: "1", "amd.com/gpu": "1"}),
            (a_node("n", **{GPU: "1"}), a_node("m", **{"amd.com/gpu": "1"})),
            "insufficient-gpu",
            "m",
            id="two kinds of devices that no node has together",
        ),
        pytest.param(
            pending(requests={"memory": "40Gi", "cpu": "9"}),
            (a_node("a", memory="39Gi", cpu="2"),),
            "insufficient-cpu",
            "a",
            id="both will never do: the larger shortage",
        ),
        pytest.param(
            pending(limits={GPU: "1"}, spec=TOLERATES_GPU),
            (a_node("gpu", taints=(BIG, GPU_TAINT), unschedulable=True, **{GPU: "1"}),),
            "untolerated-taint",
            "gpu",
            id="a cordon passes, the taint beside it stays",
        ),
    ],
)
def test_the_story(pod: Pod, nodes: tuple[Node, ...], cause: str, node: str | None) -> None:
    found = placed(pod, *nodes)
    assert found.cause == f"scheduling/{cause}"
    assert (found.fit.node if found.fit else None) == node


def test_the_volumes_place() -> None:
    found = placed(pending(), zone("n1", "b"), volumes=(IN_ZONE_A,))
    assert (found.cause, found.never) == ("scheduling/volume-zone", True)
    pod = pending(spec={"nodeSelector": {"pool": "x"}})
    found = placed(pod, zone("n1", "a"), zone("n2", "b", labels={"pool": "x"}), volumes=(IN_ZONE_A,))
    assert found.cause == "scheduling/volume-zone"
    gpu = placed(pending(limits={GPU: "1"}), zone("n1", "a"), zone("n2", "b", **{GPU: "1"}), volumes=(IN_ZONE_A,))
    assert gpu.cause == "scheduling/volume-zone"


def test_a_port_comes_before_room_that_is_only_taken() -> None:
    web = {"ports": [{"hostPort": 80, "containerPort": 80}], "resources": {"requests": {"cpu": "6"}}}
    found = placed(pending(main=web), a_node(), on_them=(a_pod("other", main=web),))
    assert found.cause == "scheduling/host-port"


def test_nodes_that_only_a_barrier_closes_are_remembered() -> None:
    found = placed(
        pending(requests={"cpu": "4"}),
        a_node("open", cpu="2"),
        a_node("reserved", taints=(BIG,)),
        a_node("reserved-small", cpu="2", taints=(BIG,)),
    )
    assert found.cause == "scheduling/insufficient-cpu"
    assert [fit.node for fit in found.one_step_away] == ["reserved"]
