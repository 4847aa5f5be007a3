from __future__ import annotations

from datetime import timedelta

import pytest

from kfpops.lineage.filters import Filters, filtered
from kfpops.lineage.graph import Graph
from kfpops.model.lineage import Artifact
from tests.lineage.shown import RAW, TABLE, around, shown
from tests.lineage.worlds import BEGIN, a_graph, at

GRAPH = around(shown(), TABLE)


def fitting(filters: Filters, graph: Graph = GRAPH) -> set[str]:
    fits = filtered(graph, filters).fits
    assert fits is not None
    return set(fits)


def test_no_filter_leaves_the_graph_as_it_is() -> None:
    kept = filtered(GRAPH, Filters())
    assert kept.graph is GRAPH
    assert kept.fits is None


def test_what_has_no_time_does_not_fit_a_span() -> None:
    graph = a_graph([Artifact("1", "t")], [], [])
    assert fitting(Filters(since=BEGIN), graph) == set()
    assert fitting(Filters(until=BEGIN), graph) == set()


def test_a_type_asks_for_artifacts_a_state_for_executions() -> None:
    assert fitting(Filters(types=("system.HTML",))) == {f"artifact:{i}" for i in (12, 24, 33, 42)}
    assert fitting(Filters(states=("CACHED",))) == {"execution:20"}
    both = fitting(Filters(types=("system.HTML",), states=("CACHED", "FAILED")))
    assert {n.partition(":")[0] for n in both} == {"artifact", "execution"}


def test_a_pipeline_is_that_of_the_run_which_made_it() -> None:
    found = fitting(Filters(pipelines=("serve",)))
    assert found == {"artifact:13", "execution:15"}


def test_times_include_both_ends() -> None:
    made = GRAPH.artifacts[RAW].created_at
    assert made is not None
    assert "artifact:1" in fitting(Filters(since=made, until=made))
    assert "artifact:1" not in fitting(Filters(since=made + timedelta(seconds=1)))
    assert "artifact:1" not in fitting(Filters(until=made - timedelta(seconds=1)))
    assert at(0) < made


@pytest.mark.parametrize(
    "filters",
    [
        Filters(types=("system.Metrics",)),
        Filters(states=("FAILED",)),
        Filters(pipelines=("canary",)),
        Filters(types=("nothing",)),
    ],
)
def test_what_is_kept_hangs_together(filters: Filters) -> None:
    kept = filtered(GRAPH, filters)
    graph = kept.graph
    nodes = {f"artifact:{i}" for i in graph.artifacts} | {f"execution:{i}" for i in graph.executions}
    assert set(graph.start) <= nodes
    assert (kept.fits or set()) <= nodes
    joined, waiting = set(graph.start), list(graph.start)
    while waiting:
        node = waiting.pop()
        ends = {end for e in graph.edges if node in (e.start, e.end) for end in (e.start, e.end)}
        waiting += ends - joined
        joined |= ends
    assert joined == nodes


def test_the_way_to_a_far_node_is_kept_and_nothing_beside_it() -> None:
    graph = filtered(GRAPH, Filters(types=("system.Metrics",))).graph
    assert set(graph.artifacts) == {"2", "4", "6", "13", "14", "15"}
    assert [graph.executions[i].task for i in graph.executions] == ["featurize", "train", "deploy", "probe"]
