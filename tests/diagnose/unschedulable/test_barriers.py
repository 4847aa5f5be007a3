"""Taints and cordons."""

from __future__ import annotations

from kfpops.knowledge.sdk import kubernetes_call
from tests.builders import a_node, a_pod
from tests.diagnose.unschedulable.samples import BIG, GPU_TAINT, MASTER, NOT_READY, SELECTOR, TAINTS, the, waiting


def test_the_taint_is_named_though_the_message_does_not() -> None:
    nodes = (a_node("real"), a_node("big-1", labels={"pool": "big"}, taints=(BIG,)), a_node("gpu", taints=(GPU_TAINT,)))
    cause, match = the(waiting(SELECTOR, spec={"nodeSelector": {"pool": "big"}}), nodes)
    assert (cause, match.confidence) == ("untolerated-taint", "certain")
    assert (match.facts["taint"], match.facts["node"], match.facts["never_fits"]) == (
        "dedicated=big:NoSchedule",
        "big-1",
        True,
    )
    assert match.advice[0].sdk == kubernetes_call(
        "add_toleration", "train", key="dedicated", operator="Equal", value="big", effect="NoSchedule"
    )
    assert match.advice[-1].kubectl == "kubectl taint nodes big-1 dedicated=big:NoSchedule-"


def test_several_taints_of_one_node_are_tolerated_together() -> None:
    node = a_node("big-1", taints=(BIG, {"key": "spot", "effect": "NoExecute"}))
    _, match = the(waiting(TAINTS), (node,))
    code = match.advice[0].sdk or ""
    assert code.count("from kfp import kubernetes") == 1
    assert "key='dedicated', operator='Equal', value='big'" in code
    assert "key='spot', operator='Exists', effect='NoExecute'" in code


def test_a_closed_control_plane_alone_is_not_the_story() -> None:
    message = "0/2 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable."
    cause, match = the(waiting(message), (a_node("cp", taints=(MASTER,)), a_node("worker", unschedulable=True)))
    assert (cause, match.facts["node"]) == ("cordoned", "worker")
    cause, match = the(waiting(TAINTS), (a_node("cp", taints=(MASTER,)), a_node("worker", taints=(BIG,))))
    assert match.facts["taint"] == "dedicated=big:NoSchedule"
    cause, match = the(waiting(TAINTS), (a_node("cp", taints=(MASTER,)),))
    assert (cause, match.facts["taint"]) == ("untolerated-taint", "node-role.kubernetes.io/control-plane:NoSchedule")


def test_nodes_that_are_not_ready_are_to_be_repaired_not_tolerated() -> None:
    cause, match = the(waiting(TAINTS), (a_node("a", taints=(NOT_READY,)), a_node("b", taints=(NOT_READY,))))
    assert (cause, match.facts["never_fits"]) == ("untolerated-taint", False)
    assert match.advice[0].kubectl == "kubectl describe node a"
    assert all(a.sdk is None for a in match.advice)


def test_the_selectors_only_node_is_cordoned() -> None:
    nodes = (a_node("real"), a_node("batch-1", labels={"pool": "batch"}, unschedulable=True), a_node("big", taints=(BIG,)))
    cause, match = the(waiting(SELECTOR, spec={"nodeSelector": {"pool": "batch"}}), nodes)
    assert (cause, match.facts["node"]) == ("cordoned", "batch-1")
    assert [o.name for o in match.objects] == ["train-x7k2p-system-container-impl-1", "batch-1"]
    assert match.advice[0].kubectl == "kubectl uncordon batch-1"


def test_a_cordoned_node_is_missed_where_no_open_node_will_ever_do() -> None:
    nodes = (a_node("real", memory="24Gi"), a_node("batch-1", memory="64Gi", unschedulable=True))
    message = "0/2 nodes are available: 1 Insufficient memory, 1 node(s) were unschedulable."
    assert the(waiting(message, requests={"memory": "50Gi"}), nodes)[0] == "cordoned"
    full = a_pod("other", node="real", requests={"memory": "20Gi"})
    cause, match = the(waiting(message, requests={"memory": "20Gi"}), nodes, (full,))
    assert cause == "insufficient-memory"
    assert match.advice[1].kubectl == "kubectl uncordon batch-1"
