"""Memory, CPU, storage and places for pods."""

from __future__ import annotations

from tests.builders import a_node, a_pod, a_step
from tests.diagnose.unschedulable.samples import (
    BIG,
    CPU,
    GI,
    GPU_TAINT,
    HELPLESS,
    MEMORY,
    NOT_READY,
    SMALL,
    advice,
    pending,
    the,
    waiting,
)


def test_more_memory_than_any_node_has() -> None:
    nodes = (
        a_node("real", memory="24Gi"),
        a_node("big", memory="128Gi", taints=(BIG,)),
        a_node("gpu", memory="170Gi", taints=(GPU_TAINT,)),
        a_node("batch", memory="64Gi", unschedulable=True),
    )
    step = waiting(f"{MEMORY} {HELPLESS}", requests={"memory": "300Gi"})
    cause, match = the(step, nodes, (a_pod("other", node="real", requests={"memory": "3Gi"}),))
    assert (cause, match.confidence) == ("insufficient-memory", "certain")
    assert match.title == "Step train asks for 300Gi of memory, and no node has that much (the largest has 170Gi)"
    assert match.facts == {
        "nodes": 4,
        "never_fits": True,
        "node": "real",
        "request_bytes": 300 * GI,
        "largest_allocatable_bytes": 170 * GI,
        "free_bytes": 21 * GI,
    }
    assert match.advice[0].sdk == "train_task.set_memory_request('21Gi')"
    assert "real lacks 279Gi of memory" in match.advice[0].text


def test_memory_that_is_only_taken_for_now() -> None:
    taken = a_pod("other", node="node-b", requests={"memory": "26Gi"})
    step = waiting("0/1 nodes are available: 1 Insufficient memory.", requests={"memory": "8Gi"})
    cause, match = the(step, (a_node("node-b", memory="32Gi"),), (taken,))
    assert (cause, match.facts["never_fits"]) == ("insufficient-memory", False)
    assert match.title == "Step train asks for 8Gi of memory, and no node has that much free (the nearest, node-b, has 6Gi)"
    assert match.advice[0].text.startswith(
        "node-b lacks 2Gi of memory: wait until pods there are done, lower the request to 6Gi"
    )
    assert match.advice[0].sdk == "train_task.set_memory_request('6Gi')"


def test_what_other_containers_of_the_pod_take_is_not_the_steps_own() -> None:
    helper = {"name": "side", "resources": {"requests": {"cpu": "500m"}}}
    main = {"name": "main", "resources": {"requests": {"cpu": "4"}}}
    step = waiting(CPU, spec={"containers": [helper, main]})
    cause, match = the(step, (a_node(cpu="3"),))
    assert (cause, match.facts["request_cores"], match.facts["largest_allocatable_cores"]) == ("insufficient-cpu", 4.5, 3)
    assert match.advice[0].sdk == "train_task.set_cpu_request('2.5')"


def test_a_driver_asks_for_what_kfp_gives_it() -> None:
    step = a_step("waiting", pod=pending(CPU, requests={"cpu": "1"}), role="driver")
    _, match = the(step, (a_node(cpu="500m"),))
    assert [a.sdk for a in match.advice] == [None]
    assert "set_cpu_request" not in advice(match)


def test_a_full_cluster_has_nothing_smaller_to_offer() -> None:
    taken = a_pod("other", node="small", requests={"cpu": "2"})
    _, match = the(waiting(CPU, requests={"cpu": "1"}), (SMALL,), (taken,))
    assert match.advice[0].sdk is None
    assert match.advice[0].text == (
        "small lacks 1 CPU core: wait until pods there are done, free some there, or add a node with 1 CPU core to spare."
    )


def test_nodes_that_are_open_count_and_a_tainted_one_is_only_mentioned() -> None:
    nodes = (a_node("open", memory="24Gi"), a_node("reserved", memory="128Gi", taints=(BIG,)))
    step = waiting(
        "0/2 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint(s).", requests={"memory": "100Gi"}
    )
    cause, match = the(step, nodes)
    assert (cause, match.facts["node"], match.facts["never_fits"]) == ("insufficient-memory", "open", True)
    assert match.title.startswith("Step train asks for 100Gi of memory, more than any node that is open to it has")
    assert "reserved would take it at once if it tolerated dedicated=big:NoSchedule" in match.advice[1].text


def test_ephemeral_storage() -> None:
    step = waiting("0/1 nodes are available: 1 Insufficient ephemeral-storage.", requests={"ephemeral-storage": "200Gi"})
    cause, match = the(step, (a_node(),))
    assert cause == "insufficient-ephemeral-storage"
    assert (match.facts["resource"], match.facts["request_bytes"]) == ("ephemeral-storage", 200 * GI)
    assert match.advice[0].sdk is None


def test_too_many_pods() -> None:
    pods = (a_pod("a", node="small"), a_pod("b", node="small"))
    step = waiting("0/1 nodes are available: 1 Too many pods.")
    cause, match = the(step, (a_node("small", pods="2"),), pods)
    assert (cause, match.facts["hard"], match.facts["node"]) == ("too-many-pods", 2, "small")


def test_what_else_is_short_on_the_nearest_node_is_said_too() -> None:
    message = "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory."
    _, match = the(waiting(message, requests={"memory": "40Gi", "cpu": "4"}), (SMALL,))
    assert match.advice[0].text.startswith("small lacks 36Gi of memory and 2 CPU cores: lower the request")
    assert match.advice[0].sdk == "train_task.set_memory_request('4Gi').set_cpu_request('2')"


def test_a_node_that_only_passing_trouble_closes_is_not_offered() -> None:
    nodes = (a_node("open", memory="24Gi"), a_node("sick", memory="128Gi", taints=(NOT_READY,)))
    message = "0/2 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint(s)."
    _, match = the(waiting(message, requests={"memory": "100Gi"}), nodes)
    assert (len(match.advice), match.facts["never_fits"]) == (1, False)
