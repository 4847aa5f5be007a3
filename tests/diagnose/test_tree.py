"""Which pods of a workflow still matter."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.diagnose.tree import leaves
from tests.builders import a_workflow


def node(name: str, phase: str, type: str = "Pod", boundary: str = "", retried: bool = False) -> dict[str, Any]:
    flag = {"nodeFlag": {"retried": True}} if retried else {}
    return {"id": name, "name": name, "type": type, "phase": phase, "boundaryID": boundary, **flag}


def left(*nodes: dict[str, Any]) -> list[tuple[str, int]]:
    workflow = a_workflow(status={"nodes": {n["id"]: n for n in nodes}})
    return [(leaf.node.name, leaf.attempts) for leaf in leaves(workflow)]


RETRY = node("wf.a", "Succeeded", "Retry", "wf")


def test_failed_attempts_of_what_succeeded_are_history() -> None:
    assert left(node("wf", "Succeeded", "DAG"), RETRY, node("wf.a(0)", "Failed", boundary="wf", retried=True)) == []


def test_an_earlier_attempt_of_what_still_tries_is_history() -> None:
    nodes = (
        node("wf.a", "Running", "Retry", "wf"),
        node("wf.a(0)", "Error", boundary="wf", retried=True),
        node("wf.a(1)", "Running", boundary="wf", retried=True),
    )
    assert left(*nodes) == [("wf.a(1)", 2)]


def test_pods_below_a_superseded_attempt_of_a_graph_are_history() -> None:
    nodes = (
        node("wf", "Running", "Retry"),
        node("wf(0)", "Failed", "DAG", retried=True),
        node("wf(0).a", "Failed", boundary="wf(0)"),
        node("wf(1)", "Running", "DAG", retried=True),
        node("wf(1).a", "Pending", boundary="wf(1)"),
    )
    assert left(*nodes) == [("wf(1).a", 1)]


def test_skipped_and_omitted_pods_are_none() -> None:
    assert left(node("wf.a", "Skipped"), node("wf.b", "Omitted")) == []


def test_all_attempts_of_what_gave_up_matter() -> None:
    nodes = (
        node("wf.a", "Error", "Retry", "wf"),
        *(node(f"wf.a({n})", "Error", boundary="wf", retried=True) for n in range(3)),
    )
    assert left(*nodes) == [("wf.a(0)", 3), ("wf.a(1)", 3), ("wf.a(2)", 3)]


def test_an_exit_handler_that_failed_matters_though_the_run_succeeded() -> None:
    nodes = (
        node("wf", "Succeeded", "DAG"),
        node("wf.h.onExit", "Failed", "Retry", "wf"),
        node("wf.h.onExit(0)", "Failed", "DAG", "wf", retried=True),
        node("wf.h.onExit(0).tell", "Failed", boundary="wf.h.onExit(0)"),
    )
    assert left(*nodes) == [("wf.h.onExit(0).tell", 1)]
    assert left(*(n | {"phase": "Succeeded"} if "onExit" in n["name"] and n["type"] != "Pod" else n for n in nodes)) == []


def test_pods_that_ended_well_stay_because_a_child_may_have_died_in_them() -> None:
    assert left(node("wf", "Succeeded", "DAG"), node("wf.a", "Succeeded", boundary="wf")) == [("wf.a", 1)]


def test_a_tree_with_a_cycle_ends() -> None:
    nodes = (node("a", "Running", "DAG", "b"), node("b", "Running", "DAG", "a"), node("c", "Failed", boundary="a"))
    assert left(*nodes) == [("c", 1)]


@pytest.mark.parametrize("depth", [1200])
def test_a_deep_tree_does_not_overflow(depth: int) -> None:
    nodes = [node("n0", "Running", "DAG")]
    nodes += [node(f"n{i}", "Running", "DAG", f"n{i - 1}") for i in range(1, depth)]
    assert left(*nodes, node("leaf", "Failed", boundary=f"n{depth - 1}")) == [("leaf", 1)]
