from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kfpops.lineage.graph import Edge, Graph
from kfpops.lineage.impact.recompute import (
    Cost,
    Recompute,
    recompute,
    to_run_again,
)
from kfpops.model.lineage import Artifact, Execution
from tests.lineage.worlds import a_graph, at, input_of, output_of, places_of, same_uri


def ran(id: str, seconds: float = 10, state: str = "COMPLETE", **more: Any) -> Execution:
    start = at(int(id) * 100)
    return Execution(
        id, "t", "container", state, "fit", created_at=start, updated_at=start + timedelta(seconds=seconds), **more
    )


def graph(*executions: Execution, edges: tuple[Edge, ...] = (), artifacts: int = 9, **more: Any) -> Graph:
    known = [Artifact(str(n), "system.Dataset") for n in range(1, artifacts + 1)]
    return a_graph(known, executions, edges, **more)


@pytest.mark.parametrize(
    "execution, edges, ended",
    [
        pytest.param(ran("1", state="CACHED"), [output_of("1", "1")], (), id="from the cache"),
        pytest.param(ran("1", state="CANCELED"), [], (), id="not triggered"),
        pytest.param(
            ran("1", state="FAILED"), [output_of("1", "1", "executor-logs")], (), id="failed, and only its log is there"
        ),
        pytest.param(ran("1", state="RUNNING"), [], ("run-a",), id="killed with its run, though the store says RUNNING"),
        pytest.param(replace(ran("1"), kind="importer"), [output_of("1", "1")], (), id="an importer computes nothing"),
        pytest.param(replace(ran("1"), kind="dag"), [output_of("1", "1")], (), id="a group of steps is its steps"),
    ],
)
def test_what_is_not_run_again(execution: Execution, edges: list[Edge], ended: tuple[str, ...]) -> None:
    made = {"1": "1"} if execution.state != "CACHED" else {}
    whole = graph(execution, edges=tuple(edges), producers=made, places=places_of("run-a", {"1": "fit"}))
    assert to_run_again(whole, ["execution:1", "artifact:1"], ended) == ()


@pytest.mark.parametrize(
    "execution, edges, ended",
    [
        pytest.param(ran("1"), [], ("run-a",), id="complete, though it made nothing but parameters"),
        pytest.param(ran("1", state="RUNNING"), [], (), id="it still runs, in vain"),
        pytest.param(ran("1", state="FAILED"), [output_of("1", "1")], ("run-a",), id="failed, but it made something before"),
    ],
)
def test_what_is_run_again(execution: Execution, edges: list[Edge], ended: tuple[str, ...]) -> None:
    whole = graph(execution, edges=tuple(edges), producers={"1": "1"}, places=places_of("run-a", {"1": "fit"}))
    assert to_run_again(whole, ["execution:1"], ended) == ("1",)


def test_nothing_costs_nothing() -> None:
    assert recompute(graph(), ()) == Recompute(0, 0.0, 0.0, 0.0)


def test_what_is_unknown_is_not_zero() -> None:
    known = recompute(graph(ran("1"), ran("2")), [Cost("1"), Cost("2")])
    assert known == Recompute(2, None, None, None, unknown=2, unknown_accelerators=2)


def test_sums_are_of_what_is_known() -> None:
    costs = [Cost("1", 3600, accelerators=2), Cost("2", 1800, True, 0), Cost("3", None, accelerators=1), Cost("4", 60)]
    found = recompute(graph(*(ran(i) for i in "1234")), costs)
    assert found == Recompute(4, 5460, 3600, 2.0, unknown=1, unknown_accelerators=2, estimated=1, estimated_times=1)


def test_a_step_without_accelerators_needs_no_time_to_have_no_gpu_hours() -> None:
    assert recompute(graph(ran("1")), [Cost("1", None, accelerators=0)]).gpu_hours == 0


def costs(**seconds: float) -> list[Cost]:
    return [Cost(name.removeprefix("e"), value, accelerators=0) for name, value in seconds.items()]


def test_the_longest_chain_is_of_steps_that_need_each_other() -> None:
    edges = (
        output_of("1", "1"),
        input_of("1", "2"),
        output_of("2", "2"),
        input_of("1", "3"),
        input_of("2", "4"),
        input_of("9", "4"),
    )
    whole = graph(*(ran(i) for i in "1234"), edges=edges, producers={"1": "1", "2": "2"})
    assert recompute(whole, costs(e1=10, e2=5, e3=100, e4=1)).critical_path_seconds == 110


def test_a_chain_goes_over_a_shared_uri() -> None:
    edges = (output_of("1", "1"), same_uri("1", "2"), input_of("2", "2"))
    assert (
        recompute(graph(ran("1"), ran("2"), edges=edges, producers={"1": "1"}), costs(e1=10, e2=5)).critical_path_seconds
        == 15
    )


def test_a_step_that_overwrites_what_it_read_does_not_wait_for_itself() -> None:
    edges = (input_of("1", "1"), output_of("1", "2"), same_uri("1", "2"), input_of("2", "2"), output_of("2", "1"))
    found = recompute(graph(ran("1"), ran("2"), edges=edges, producers={"2": "1", "1": "2"}), costs(e1=10, e2=5))
    assert found.critical_path_seconds == 15


def test_who_took_it_from_the_cache_is_no_maker() -> None:
    edges = (output_of("1", "1"), output_of("2", "1"), input_of("1", "3"))
    whole = graph(ran("1"), ran("2", state="CACHED"), ran("3"), edges=edges, producers={"1": "1"})
    assert recompute(whole, costs(e2=50, e3=1)).critical_path_seconds == 50
