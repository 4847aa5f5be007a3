"""The closure: what belongs to it and, first, what does not."""

from __future__ import annotations

from collections import Counter

import pytest

from kfpops.errors import Unreachable
from kfpops.lineage.gather import Reach, gather_graph
from kfpops.lineage.graph import Edge, Graph
from kfpops.model.lineage import Artifact
from tests.lineage.worlds import MemoryLineage, Recorder, at, input_of, output_of, same_uri

UP, DOWN, BOTH = Reach(True, False), Reach(False, True), Reach()


def nodes(graph: Graph) -> str:
    """`a` for artifacts, `e` for executions: short enough to compare at a glance."""
    return " ".join(n[0] + n.partition(":")[2] for n in graph.distance)


def trained() -> Recorder:
    """Run one: e2 makes a1, e3 trains a2 from it. Run two: the same training from the cache, e5."""
    store = Recorder()
    root, data, model = store.run("one"), store.artifact(), store.artifact(type="system.Model")
    store.task(root, "make", outputs={"data": data})
    step = store.task(root, "train", {"data": data}, {"model": model})
    store.cached(store.run("two"), step)
    return store


def walked(store: Recorder, start: str, reach: Reach = BOTH) -> Graph:
    return gather_graph(store.lineage(), start.split(), reach)


def test_a_start_that_is_not_there_gives_nothing() -> None:
    graph = walked(trained(), "artifact:404")
    assert (nodes(graph), graph.start, graph.truncated) == ("", (), False)


def test_downwards_the_maker_and_the_origin_of_a_cache_hit_are_no_nodes_but_it_is_known_where_they_belong() -> None:
    graph = walked(trained(), "artifact:2", DOWN)
    assert nodes(graph) == "a2 e5"
    assert list(graph.named) == ["3"]
    assert (graph.places["3"].run_id, graph.places["3"].path, graph.runs["one"].pipeline) == ("one", "train", "training")
    assert graph.execution("3") == graph.named["3"]
    assert graph.execution("404") is None


def test_an_execution_that_is_named_but_gone_is_not_known() -> None:
    store = trained()
    store.forget(execution="3")
    assert walked(store, "execution:5", DOWN).named == {}


def test_what_is_a_node_is_not_named_again() -> None:
    assert walked(trained(), "artifact:2").named == {}


def test_siblings_without_uri_are_no_siblings() -> None:
    store = Recorder()
    store.artifact("-"), store.artifact("-")
    assert nodes(walked(store, "artifact:1")) == "a1"


def test_what_a_brother_used_is_neither_above_nor_below() -> None:
    store = trained()
    other = store.artifact()
    store.task("1", "evaluate", {"model": "2", "other": other})
    assert "a3" not in nodes(walked(store, "artifact:1")), "up from what is below would zigzag"


def test_what_else_a_cache_hit_put_out_does_not_descend_from_one_of_its_outputs() -> None:
    store = Recorder()
    root, one, two = store.run("one"), store.artifact(), store.artifact()
    store.cached(store.run("two"), store.task(root, "split", outputs={"one": one, "two": two}))
    graph = walked(store, "artifact:1", DOWN)
    assert nodes(graph) == "a1 e4"
    assert graph.edges == (output_of("4", "1", "one"),)


def test_a_producer_is_not_below() -> None:
    assert nodes(walked(trained(), "artifact:2", DOWN)) == "a2 e5"


def test_who_only_had_it_from_the_cache_is_not_above() -> None:
    assert nodes(walked(trained(), "artifact:2", UP)) == "a1 a2 e2 e3"


def test_up_from_a_cache_hit_leads_to_its_origin_and_what_both_put_out_joins_them() -> None:
    graph = walked(trained(), "execution:5", UP)
    assert nodes(graph) == "a1 a2 e2 e3 e5"
    assert {output_of("3", "2", "model"), output_of("5", "2", "model")} <= set(graph.edges)
    assert (graph.distance["execution:3"], graph.distance["artifact:2"]) == (0, 1)


def test_a_chain_of_cache_hits_is_followed_to_its_end() -> None:
    store = trained()
    store.cached(store.run("three"), "5")
    assert graph_has(walked(store, "execution:7", Reach(True, False, 0)), "execution:3")


def graph_has(graph: Graph, node: str) -> bool:
    return node in graph.distance


def test_down_names_the_cached_run_and_what_came_of_it() -> None:
    graph = walked(trained(), "artifact:1", DOWN)
    assert nodes(graph) == "a1 a2 e3 e5"
    assert input_of("1", "5") in graph.edges
    assert list(graph.runs) == ["one", "two"]


def test_artifacts_of_one_uri_are_one_thing_and_joined_to_the_oldest() -> None:
    store = trained()
    for _ in range(2):
        store.artifact("minio://mlpipeline/v2/artifacts/1")
    store.task(store.run("three"), "other", {"data": "4"})
    graph = walked(store, "artifact:3", DOWN)
    assert [e for e in graph.edges if e.kind == "same-uri"] == [same_uri("1", "3"), same_uri("1", "4")]
    assert graph.distance["artifact:4"] == 0
    assert graph_has(graph, "execution:7")
    assert walked(store, "artifact:3", Reach(True, False)).distance["execution:2"] == 1


def test_siblings_of_other_back_ends_are_joined_to_the_oldest_by_time() -> None:
    rows = [Artifact(id, "t", "s3://b/x", created_at=at(n)) for n, id in enumerate(("ffff", "aaaa", "bbbb"))]
    graph = gather_graph(MemoryLineage(rows), ["artifact:aaaa"], BOTH)
    assert graph.edges == (same_uri("ffff", "aaaa"), same_uri("ffff", "bbbb"))


def test_a_uri_that_differs_in_case_is_another() -> None:
    class Careless(MemoryLineage):
        """A database that compares without regard to case."""

        def artifacts_at(self, uris):  # type: ignore[no-untyped-def]
            return self.known_artifacts

    store = Recorder()
    store.artifact("s3://b/X"), store.artifact("s3://b/x")
    assert nodes(gather_graph(Careless(tuple(store.artifacts)), ["artifact:1"], BOTH)) == "a1"


def test_depth_counts_hops() -> None:
    store = trained()
    found = [nodes(walked(store, "artifact:2", Reach(True, False, depth))) for depth in range(4)]
    assert found == ["a2", "a2 e3", "a1 a2 e3", "a1 a2 e2 e3"]


def test_what_was_not_read_is_told() -> None:
    assert walked(trained(), "artifact:2", Reach(True, False, 2)).unread == {"artifact:1"}
    assert walked(trained(), "artifact:2", Reach(limit=1)).unread == frozenset()
    assert walked(trained(), "artifact:2", Reach(limit=2)).unread == {"execution:3"}
    assert walked(trained(), "artifact:2", DOWN).unread == {"execution:5"}, "re-use leads nowhere"


def test_a_node_above_and_below_has_its_shorter_distance() -> None:
    store = Recorder()
    root, made, far, near = store.run("r"), store.artifact(), store.artifact("s3://b/c"), store.artifact("s3://b/c")
    store.task(root, "make", {"far": far}, {"made": made})
    store.task(root, "start", outputs={"near": near})
    graph = walked(store, f"artifact:{made} execution:3")
    assert graph.distance[f"artifact:{far}"] == 1, "two hops up, but one down and the same object"


def test_cycles_end() -> None:
    store = Recorder()
    root, a, b = store.run("r"), store.artifact(), store.artifact()
    store.task(root, "there", {"a": a}, {"b": b})
    store.task(root, "back", {"b": b}, {"a": a})
    store.alter("2", state="CACHED", cached_from="3")
    store.alter("3", state="CACHED", cached_from="2")
    store.alter("1", parent_id="1", run_id="")
    graph = walked(store, "artifact:1")
    assert nodes(graph) == "a1 a2 e2 e3"
    assert graph.places["2"].run_id == ""


@pytest.mark.parametrize("limit, found", [(1, "a1"), (3, "a1 a2 e2"), (4, "a1 a2 e2 e3")])
def test_a_limit_says_that_it_cut_and_how_much_it_left(limit: int, found: str) -> None:
    graph = walked(trained(), "artifact:1 artifact:2", Reach(limit=limit))
    assert (nodes(graph), graph.truncated) == (found, True)
    assert graph.left > 0


def test_a_limit_that_is_just_enough_cuts_nothing() -> None:
    graph = walked(trained(), "artifact:1", Reach(limit=5))
    assert (nodes(graph), graph.truncated, graph.left) == ("a1 a2 e2 e3 e5", False, 0)


def test_a_limit_reads_no_rows_beyond_it() -> None:
    store = Recorder()
    root, a = store.run("r"), store.artifact()
    for n in range(50):
        store.task(root, f"t{n}", {"a": a})
    port = Reading(tuple(store.artifacts), tuple(store.executions), tuple(store.events))
    graph = gather_graph(port, ["artifact:1"], Reach(limit=10))
    assert (len(graph.executions), graph.left) == (9, 50)
    assert port.read == 10, "nine users and their root"


class Reading(MemoryLineage):
    """Counts the executions that are read."""

    read = 0

    def executions(self, ids):  # type: ignore[no-untyped-def]
        self.read += len(ids)
        return super().executions(ids)


def test_rows_that_are_gone_are_left_out_and_counted() -> None:
    store = trained()
    store.forget(execution="3")
    store.forget(artifact="1")
    graph = walked(store, "execution:5 artifact:2")
    assert nodes(graph) == "a2 e5"
    assert graph.producers == {"2": "5"}, "of those that are left the cache hit was first"
    assert [n.why for n in graph.not_checked] == [
        "1 artifact and 1 execution named by events or cache hits have no row any more; what lies behind is not shown"
    ]


@pytest.mark.parametrize("after", range(8))
def test_a_store_that_goes_away_leaves_no_half_graph(after: int) -> None:
    store = trained()
    error = Unreachable("The store went away.")
    port = MemoryLineage(store.artifacts, store.executions, store.events, store.runs, error, breaks_after=after)
    with pytest.raises(Unreachable):
        gather_graph(port, ["artifact:1"], BOTH)


def test_a_level_costs_the_same_however_wide_it_is() -> None:
    def asked(width: int) -> Counter[str]:
        store = Recorder()
        root, a = store.run("r"), store.artifact()
        for n in range(width):
            store.task(root, f"t{n}", {"a": a}, {"out": store.artifact()})
        port = store.lineage()
        assert len(gather_graph(port, ["artifact:1"], BOTH).artifacts) == width + 1
        return port.asked

    assert asked(3) == asked(300)


def test_a_sub_dag_that_repeats_an_output_is_no_producer() -> None:
    store = Recorder()
    inner = store.dag(store.run("r"), "inner")
    store.task(inner, "train", outputs={"model": store.artifact()})
    store.went("output", inner, {"model": "1"})
    graph = walked(store, "artifact:1", UP)
    assert (nodes(graph), graph.producers) == ("a1 e3", {"1": "3"})
    assert graph.edges == (output_of("3", "1", "model"),)
    assert nodes(walked(store, "artifact:1", DOWN)) == "a1 e2"


def test_an_importer_that_found_what_a_run_made_belongs_to_the_impact() -> None:
    store = trained()
    found = store.importer(store.run("three"), "1")
    assert graph_has(walked(store, "artifact:1", DOWN), f"execution:{found}")


def test_everything_is_sorted_by_number() -> None:
    store = Recorder()
    root = store.run("r")
    for n in range(11):
        store.task(root, f"t{n}", outputs={"b": store.artifact(), "a": store.artifact()})
    graph = walked(store, " ".join(f"execution:{n}" for n in range(12, 1, -1)), DOWN)
    assert [int(i) for i in graph.executions] == list(range(2, 13))
    assert [int(i) for i in graph.artifacts] == list(range(1, 23))
    assert graph.edges[0] == Edge("execution:2", "artifact:1", "output", "b")
    assert graph.edges[-1].start == "execution:12"


def test_progress_is_told() -> None:
    told: list[int] = []
    gather_graph(trained().lineage(), ["artifact:1"], BOTH, progress=told.append)
    assert told[0] == 4
    assert told[-1] == 5
