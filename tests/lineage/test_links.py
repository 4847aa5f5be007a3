from __future__ import annotations

from kfpops.lineage.links import links_of
from kfpops.model.lineage import CACHED, Artifact, Execution
from tests.lineage.worlds import Recorder, a_graph, input_of, output_of, same_uri

TABLE = Artifact("1", "system.Dataset")


def test_a_lonely_artifact_has_no_ends() -> None:
    links = links_of(a_graph([TABLE], [], []))
    assert (dict(links.makers), dict(links.takers), dict(links.objects)) == ({}, {}, {})
    assert list(links.up("artifact:1")) == list(links.down("artifact:1")) == []


def test_ends_are_found_from_both_sides() -> None:
    graph = a_graph(
        [TABLE, Artifact("2", "system.Model")], [Execution("5", "t")], [input_of("1", "5"), output_of("5", "2", "model")]
    )
    links = links_of(graph)
    assert links.inputs["execution:5"] == [("artifact:1", "data")]
    assert links.outputs["execution:5"] == [("artifact:2", "model")]
    assert links.users["artifact:1"] == [("execution:5", "data")]
    assert links.makers["artifact:2"] == "execution:5"
    assert list(links.up("artifact:2")) == ["execution:5"]
    assert list(links.up("execution:5")) == ["artifact:1"]
    assert list(links.down("artifact:1")) == ["execution:5"]


def test_the_maker_is_whom_the_graph_names_though_it_is_not_in_it() -> None:
    graph = a_graph([TABLE], [Execution("5", "t")], [output_of("5", "1")], producers={"1": "3"})
    links = links_of(graph)
    assert links.makers["artifact:1"] == "execution:3"
    assert links.takers["artifact:1"] == [("execution:5", "data")]


def test_without_a_name_the_maker_is_the_first_that_is_no_cache_hit() -> None:
    hit, real = Execution("4", "t", state=CACHED), Execution("5", "t")
    links = links_of(a_graph([TABLE], [hit, real], [output_of("4", "1"), output_of("5", "1")]))
    assert links.makers["artifact:1"] == "execution:5"
    assert links.takers["artifact:1"] == [("execution:4", "data")]


def test_when_only_cache_hits_are_left_the_first_of_them_stands_for_the_maker() -> None:
    hits = [Execution("4", "t", state=CACHED), Execution("5", "t", state=CACHED)]
    links = links_of(a_graph([TABLE], hits, [output_of("4", "1"), output_of("5", "1")]))
    assert links.makers["artifact:1"] == "execution:4"


def test_one_object_is_told_by_its_oldest() -> None:
    artifacts = [Artifact(id, "system.Dataset") for id in ("1", "2", "3")]
    links = links_of(a_graph(artifacts, [], [same_uri("1", "2"), same_uri("1", "3")]))
    assert links.objects == {"artifact:1": ["artifact:1", "artifact:2", "artifact:3"]}
    assert set(links.object_of.values()) == {"artifact:1"}


def test_a_dag_is_no_user_where_a_step_inside_it_is_the_same() -> None:
    made = Recorder()
    root = made.run("r-1")
    table = made.artifact(name="table")
    loop = made.dag(root, "for-loop-1")
    made.went("input", loop, {"table": table})
    step = made.task(made.dag(loop, "for-loop-1", 0), "train", {"table": table})
    graph = a_graph(made.artifacts, made.executions, [input_of(table, loop), input_of(table, step)])
    assert links_of(graph).users[f"artifact:{table}"] == [(f"execution:{step}", "data")]


def test_a_dag_that_alone_took_it_is_its_user() -> None:
    made = Recorder()
    table, loop = made.artifact(), made.dag(made.run("r-1"), "for-loop-1")
    graph = a_graph(made.artifacts, made.executions, [input_of(table, loop)])
    assert links_of(graph).users[f"artifact:{table}"] == [(f"execution:{loop}", "data")]


def test_a_dag_that_puts_out_what_a_step_made_took_nothing() -> None:
    made = Recorder()
    dag = made.dag(made.run("r-1"), "sub")
    table = made.artifact()
    step = made.task(dag, "extract", {}, {"table": table})
    graph = a_graph(
        made.artifacts, made.executions, [output_of(dag, table), output_of(step, table)], producers={table: step}
    )
    assert dict(links_of(graph).takers) == {}


def test_parents_that_form_a_ring_end() -> None:
    ring = [Execution("4", "t", kind="dag", parent_id="5"), Execution("5", "t", kind="dag", parent_id="4")]
    graph = a_graph([TABLE], ring, [input_of("1", "4"), input_of("1", "5")])
    assert links_of(graph).users["artifact:1"] == []
