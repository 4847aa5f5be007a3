from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kfpops.lineage.gather import Reach, gather_graph
from kfpops.lineage.impact.reached import Reached, reached_from
from kfpops.model.lineage import Artifact, Event, Execution
from tests.lineage.examples import examples
from tests.lineage.gather.oracle import Raw, closure
from tests.lineage.worlds import MemoryLineage, Recorder, a_graph, at, input_of, output_of, same_uri

IDS = st.sampled_from("1234567")
KINDS = st.sampled_from(["container", "container", "importer", "dag"])
STATES = st.sampled_from(["COMPLETE", "COMPLETE", "CACHED", "RUNNING"])
ROWS = st.tuples(
    st.lists(st.sampled_from(["", "a://x", "a://y"]), max_size=6),
    st.lists(st.tuples(KINDS, STATES), max_size=6),
    st.lists(st.tuples(IDS, IDS, st.sampled_from(["input", "output"]), st.integers(0, 3)), max_size=20),
)


def some(*ids: str) -> tuple[list[Artifact], list[Execution]]:
    return [Artifact(i, "system.Dataset") for i in ids], [Execution(i, "t", "container", "COMPLETE") for i in ids]


def test_what_made_it_does_not_descend() -> None:
    graph = a_graph(*some("1", "2"), [input_of("2", "1"), output_of("1", "1")], producers={"1": "1"})
    assert reached_from(graph) == {"artifact:1": Reached(0, "")}


def test_who_took_it_from_the_cache_descends_but_not_what_else_it_put_out() -> None:
    edges = [output_of("1", "1"), output_of("2", "1"), output_of("2", "2")]
    found = reached_from(a_graph(*some("1", "2"), edges, producers={"1": "1", "2": "2"}))
    assert found == {"artifact:1": Reached(0, ""), "execution:2": Reached(1, "execution:2", True)}


def test_who_took_it_and_was_given_it_too_leads_on() -> None:
    edges = [input_of("1", "2"), output_of("1", "1"), output_of("2", "1"), output_of("2", "2")]
    found = reached_from(a_graph(*some("1", "2"), edges, producers={"1": "1", "2": "2"}))
    assert found["execution:2"] == Reached(1, "execution:2")
    assert found["artifact:2"] == Reached(2, "execution:2")


def test_a_shared_uri_is_no_hop_in_both_directions() -> None:
    artifacts, executions = some("1", "2", "3")
    edges = [same_uri("1", "2"), same_uri("1", "3"), input_of("3", "1")]
    found = reached_from(a_graph(artifacts, executions, edges, ["artifact:2"]))
    assert {n: r.distance for n, r in found.items()} == {"artifact:2": 0, "artifact:1": 0, "artifact:3": 0, "execution:1": 1}
    assert found["artifact:3"].via == ""


def test_via_is_the_first_node_of_the_shortest_path() -> None:
    edges = [
        input_of("1", "1"),
        output_of("1", "2"),
        input_of("2", "2"),
        output_of("2", "3"),
        input_of("1", "3"),
        output_of("3", "3"),
    ]
    found = reached_from(a_graph(*some("1", "2", "3"), edges, producers={"2": "1", "3": "3"}))
    assert found["artifact:3"] == Reached(2, "execution:3")
    assert found["execution:2"] == Reached(3, "execution:1")


def test_a_cycle_has_an_end() -> None:
    found = reached_from(
        a_graph(*some("1", "2"), [input_of("1", "1"), output_of("1", "2"), input_of("2", "2"), output_of("2", "1")])
    )
    assert len(found) == 4


def test_a_run_starts_from_all_of_its_executions() -> None:
    world = Recorder()
    root = world.run("run-a")
    data = world.artifact()
    world.task(root, "make", outputs={"data": data})
    other = world.task(world.run("run-b"), "use", {"data": data})
    graph = gather_graph(world.lineage(), ["execution:1", "execution:2"], Reach(up=False))
    found = reached_from(graph)
    assert found[f"execution:{other}"] == Reached(2, f"artifact:{data}")


@settings(
    max_examples=examples(400), deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(ROWS, st.lists(st.tuples(st.sampled_from(["artifact", "execution"]), IDS), min_size=1, max_size=2))
def test_it_is_the_closure_down_whatever_else_the_graph_holds(
    rows: tuple[list[str], list[tuple[str, str]], list[tuple[str, str, str, int]]], starts: list[tuple[str, str]]
) -> None:
    raw = Raw(
        [Artifact(str(n), "t", uri) for n, uri in enumerate(rows[0], 1)],
        [Execution(str(n), "t", kind, state) for n, (kind, state) in enumerate(rows[1], 1)],  # type: ignore[arg-type]
        [Event(a, e, kind, "p", at(when)) for a, e, kind, when in rows[2]],  # type: ignore[arg-type]
    )
    start = [f"{kind}:{id}" for kind, id in starts]
    wanted = closure(raw, start, up=False, down=True, depth=None)
    for up in (False, True):
        store = MemoryLineage(tuple(raw.artifacts), tuple(raw.executions), tuple(raw.events))
        found = reached_from(gather_graph(store, start, Reach(up=up)))
        assert {n: r.distance for n, r in found.items()} == wanted.distance
