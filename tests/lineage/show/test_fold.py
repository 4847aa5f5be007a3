from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfpops.lineage.graph import Graph, execution_node
from kfpops.lineage.impact.reached import reached_from
from kfpops.lineage.links import links_of
from kfpops.lineage.show.fold import fold, root_rows
from kfpops.lineage.show.fold_rows import EVERYTHING, Direction, Fold, Limits
from tests.lineage.shown import RAW, TABLE, around, of_run, shown, train_run
from tests.lineage.worlds import Recorder

FEW = Limits()


def folded(graph: Graph, direction: Direction, limits: Limits = FEW) -> Fold:
    return fold(graph, links_of(graph), [graph.start], direction, limits)


def nodes_of(result: Fold) -> list[tuple[str, ...]]:
    return [row.nodes for row in result.rows]


def test_a_lonely_artifact_is_one_row() -> None:
    made = Recorder()
    made.artifact()
    assert nodes_of(folded(around(made, "1"), "down")) == [("artifact:1",)]


def test_a_later_import_of_an_object_is_not_where_it_comes_from() -> None:
    """14 is 13's object, imported again; 14 comes from 13."""
    graph = around(shown(), "13")
    assert "artifact:14" in graph.distance
    assert ("artifact:14",) not in nodes_of(folded(graph, "up"))
    assert ("artifact:14",) in nodes_of(folded(graph, "down"))
    assert ("artifact:13",) in nodes_of(folded(around(shown(), "14"), "up"))


def test_an_earlier_import_of_an_object_is() -> None:
    made = Recorder()
    for number in range(3):
        made.importer(made.run(f"r-{number}"), made.artifact("s3://b/table"))
    assert nodes_of(folded(around(made, "2"), "up")) == [("artifact:2",), ("artifact:1",)]


def test_two_runs_are_not_folded() -> None:
    rows = folded(around(shown(runs=2), TABLE), "down").rows
    featurize = [r for r in rows if r.relation == "used" and r.depth == 1]
    assert [len(r.nodes) for r in featurize] == [1, 1]


def test_iterations_of_one_task_are_one_row() -> None:
    rows = folded(around(shown(runs=1), TABLE), "down").rows
    train = next(r for r in rows if r.depth == 3)
    assert (train.relation, len(train.nodes), train.ports) == ("used", 3, ("features",))


def test_equal_runs_of_a_pipeline_are_one_row_and_all_below_them() -> None:
    rows = folded(around(shown(), TABLE), "down").rows
    assert [(r.depth, r.relation, len(r.nodes)) for r in rows][:6] == [
        (0, "start", 1),
        (1, "used", 4),
        (2, "output", 4),
        (3, "used", 12),
        (4, "output", 12),
        (5, "used", 4),
    ]


def test_logs_are_counted_and_shown_when_asked_for() -> None:
    graph = around(shown(), TABLE)
    assert len(folded(graph, "down").logs) == 16
    everything = folded(graph, "down", EVERYTHING)
    assert everything.logs == frozenset()
    assert sum(r.ports == ("executor-logs",) for r in everything.rows) == 2


def test_a_log_that_something_reads_is_no_mere_log() -> None:
    made = Recorder()
    table, log = made.artifact(), made.artifact(name="executor-logs")
    root = made.run("r-1")
    made.task(root, "train", {"table": table}, {"executor-logs": log})
    made.task(root, "scan", {"text": log})
    assert ("artifact:2",) in nodes_of(folded(around(made, table), "down"))


def test_what_has_a_row_already_is_a_reference() -> None:
    made = Recorder()
    base, root = made.artifact(name="base"), made.run("r-1")
    left, right, both = made.artifact(name="left"), made.artifact(name="right"), made.artifact(name="both")
    made.task(root, "a", {"base": base}, {"left": left})
    made.task(root, "b", {"base": base}, {"right": right})
    made.task(root, "join", {"left": left, "right": right}, {"both": both})
    rows = folded(around(made, base), "down").rows
    again = [r for r in rows if r.again]
    assert [(r.nodes, r.where) for r in again] == [((execution_node("4"),), "above")]
    assert sum(r.nodes == ("artifact:4",) for r in rows) == 1


def test_a_node_stands_where_it_is_nearest_so_a_reference_may_point_down() -> None:
    made = Recorder()
    base, root, middle = made.artifact(name="base"), made.run("r-1"), made.artifact(name="middle")
    made.task(root, "long", {"base": base}, {"middle": middle})
    made.task(root, "both", {"middle": middle, "base": base})
    again = [r for r in folded(around(made, base), "down").rows if r.again]
    assert [(r.depth, r.where) for r in again] == [(3, "below")]


def test_what_only_took_it_from_the_cache_leads_nowhere() -> None:
    made = Recorder()
    table, other = made.artifact(name="table"), made.artifact(name="other")
    first = made.task(made.run("r-1"), "extract", {}, {"table": table, "other": other})
    made.cached(made.run("r-2"), first)
    rows = folded(around(made, table), "down").rows
    assert [(r.depth, r.relation) for r in rows] == [(0, "start"), (1, "taken")]


def test_what_took_one_from_the_cache_and_read_another_is_followed_all_the_same() -> None:
    made = Recorder()
    table, model = made.artifact(name="table"), made.artifact(name="model")
    first = made.task(made.run("r-1"), "train", {"table": table}, {"model": model})
    second = made.cached(made.run("r-2"), first)
    extra = made.artifact(name="extra")
    made.went("output", second, {"extra": extra})
    assert (f"artifact:{extra}",) in nodes_of(folded(around(made, table), "down"))


def test_upwards_an_artifact_stands_with_its_makers_and_above_their_inputs() -> None:
    rows = folded(around(shown(), "12"), "up").rows
    assert [(r.depth, len(r.nodes), len(r.makers)) for r in rows] == [(0, 1, 1), (1, 3, 3), (2, 1, 1), (3, 1, 1), (4, 1, 1)]


def test_artifacts_of_one_uri_are_told_once_below_the_first() -> None:
    rows = folded(around(shown(), "13"), "down").rows
    assert [(r.relation, r.nodes) for r in rows if r.relation == "same"] == [("same", ("artifact:14",))]
    assert rows[1].makers == ("execution:17",)


def test_too_many_children_are_counted() -> None:
    made = Recorder()
    base = made.artifact(name="base")
    for number in range(50):
        made.task(made.run(f"r-{number}", f"pipeline-{number}"), "use", {"base": base}, {"out": made.artifact(name="out")})
    result = folded(around(made, base), "down", Limits(children=10))
    assert [r.more for r in result.rows if r.more] == [40]
    assert result.beyond == 40


def test_too_many_rows_are_counted() -> None:
    result = folded(around(shown(runs=2), TABLE), "down", Limits(rows=5))
    everything = folded(around(shown(runs=2), TABLE), "down")
    shown_nodes = sum(len(r.nodes) for r in result.rows)
    assert len(result.rows) <= 9
    assert shown_nodes + result.beyond == sum(len(r.nodes) for r in everything.rows if not r.again)


def test_executions_told_elsewhere_are_left_out() -> None:
    made = shown()
    graph = of_run(made, train_run(1))
    own = {execution_node(i) for i, p in graph.places.items() if p.run_id == train_run(1)}
    rows = fold(graph, links_of(graph), [("artifact:6",)], "down", Limits(), own).rows
    assert own.isdisjoint(n for r in rows for n in r.nodes)
    assert [r.relation for r in rows] == ["start", "used", "output", "same", "used", "output"]


def test_the_start_is_folded_too_and_logs_are_counted() -> None:
    made = shown()
    graph = around(made, TABLE)
    many = replace(graph, start=tuple(f"artifact:{i}" for i in graph.artifacts))
    rows, logs = root_rows(many, links_of(many), many.start, Limits())
    assert len(logs) == 16
    assert sorted(map(len, rows)) == [1, 1, 1, 2, 4, 4, 12]


def test_more_starts_than_rows_are_counted() -> None:
    made = Recorder()
    for number in range(30):
        made.artifact(name=f"a-{number}")
    graph = around(made, "1")
    links = links_of(graph)
    result = fold(graph, links, [(f"artifact:{n}",) for n in range(1, 31)], "down", Limits(rows=10))
    assert (len(result.rows), result.beyond) == (10, 20)


@pytest.mark.parametrize("direction", ["up", "down"])
def test_rings_end(direction: Direction) -> None:
    made = Recorder()
    one, two, root = made.artifact(), made.artifact(), made.run("r-1")
    made.task(root, "a", {"x": one}, {"y": two})
    made.task(root, "b", {"x": two}, {"y": one})
    assert len(folded(around(made, one), direction).rows) < 10


@st.composite
def stores(draw: st.DrawFn) -> Recorder:
    """Any store of a few runs: shared inputs, cache hits, URIs that occur twice, nodes without makers."""
    made = Recorder()
    uris = st.sampled_from(["", "s3://a/1", "s3://a/2"])
    for number in range(draw(st.integers(1, 4))):
        root = made.run(f"r-{number}", draw(st.sampled_from(["p", "q"])))
        for _ in range(draw(st.integers(0, 4))):
            known = [a.id for a in made.artifacts]
            inputs = draw(st.lists(st.sampled_from(known), max_size=3, unique=True)) if known else []
            outputs = [made.artifact(draw(uris), name=draw(st.sampled_from("xy"))) for _ in range(draw(st.integers(0, 2)))]
            ports = {f"in-{n}": i for n, i in enumerate(inputs)}, {f"out-{n}": i for n, i in enumerate(outputs)}
            made.task(root, draw(st.sampled_from("ab")), *ports)
        steps = [e.id for e in made.executions if e.kind == "container"]
        if steps and draw(st.booleans()):
            made.cached(root, draw(st.sampled_from(steps)))
    if not made.artifacts:
        made.artifact()
    return made


@settings(max_examples=150, deadline=None)
@given(stores(), st.data())
def test_everything_that_descends_has_a_row_or_is_counted(made: Recorder, data: st.DataObject) -> None:
    graph = around(made, data.draw(st.sampled_from([a.id for a in made.artifacts])))
    expected = set(reached_from(graph))
    everything = folded(graph, "down", EVERYTHING)
    told = [n for r in everything.rows if not r.again for n in r.nodes]
    assert set(told) == expected
    few = folded(graph, "down", Limits(rows=4, children=2))
    assert sum(len(r.nodes) + r.more for r in few.rows if not r.again) + few.beyond >= len(expected)


@settings(max_examples=50, deadline=None)
@given(stores(), st.data())
def test_everything_that_it_came_from_has_a_row_or_is_a_maker(made: Recorder, data: st.DataObject) -> None:
    graph = around(made, data.draw(st.sampled_from([a.id for a in made.artifacts])))
    links = links_of(graph)
    expected, waiting = set(graph.start), list(graph.start)
    while waiting:
        new = set(links.up(waiting.pop())) - expected
        expected |= new
        waiting += new
    rows = folded(graph, "up", EVERYTHING).rows
    assert {n for r in rows for n in (*r.nodes, *r.makers)} == expected


@settings(max_examples=50, deadline=None)
@given(stores(), st.data())
def test_depths_grow_by_one_at_most(made: Recorder, data: st.DataObject) -> None:
    graph = around(made, data.draw(st.sampled_from([a.id for a in made.artifacts])))
    for direction in ("up", "down"):
        depths = [r.depth for r in folded(graph, direction, Limits(rows=20)).rows]
        assert all(later <= earlier + 1 for earlier, later in pairwise(depths))


def test_a_deep_chain_and_a_wide_loop_fold_in_seconds() -> None:
    made = Recorder()
    root = made.run("r-1")
    last = made.artifact(name="first")
    first = last
    for number in range(2_000):
        following = made.artifact(name=f"a-{number}")
        made.task(root, f"t-{number}", {"x": last}, {"y": following})
        last = following
    loop = made.dag(root, "loop")
    for index in range(3_000):
        made.task(made.dag(loop, "loop", index), "use", {"x": last}, {"y": made.artifact(name="out")})
    graph = around(made, first)
    began = time.process_time()
    result = folded(graph, "down", EVERYTHING)
    assert time.process_time() - began < 3
    assert len(result.rows) == 4_003
    assert max(len(r.nodes) for r in result.rows) == 3_000


def test_the_imported_raw_data_reaches_all() -> None:
    assert folded(around(shown(), RAW), "down").beyond == 0
