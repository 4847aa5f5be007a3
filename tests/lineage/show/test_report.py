from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kfpops.lineage.filters import Filters, filtered
from kfpops.lineage.graph import Graph, StartRun
from kfpops.lineage.show.report import report
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import Artifact, Execution
from kfpops.render.json import json_chunks, to_json
from tests.lineage.shown import IMPORT_RUN, NOW, TABLE, around, of_run, shown, train_run
from tests.lineage.worlds import Recorder, a_graph
from tests.schemas import validates

GRAPH = around(shown(), TABLE)


def node(graph: Graph, id: str) -> dict[str, object]:
    nodes = json.loads(to_json(report(graph, NOW)))["nodes"]
    found: dict[str, object] = next(n for n in nodes if n["id"] == id)
    return found


@pytest.mark.parametrize(
    "graph",
    [
        pytest.param(GRAPH, id="an artifact"),
        pytest.param(of_run(shown(), train_run(2)), id="a run with a cache hit"),
        pytest.param(around(shown(), TABLE, limit=5), id="cut by the limit"),
        pytest.param(a_graph([Artifact("1", "")], [Execution("2", "")], []), id="nothing is known of anything"),
        pytest.param(replace(GRAPH, not_checked=(NotChecked("lineage store", "rows are gone"),)), id="with a gap"),
    ],
)
def test_reports_are_valid(graph: Graph) -> None:
    validates(to_json(report(graph, NOW)))


def test_the_run_that_was_asked_about() -> None:
    graph = of_run(shown(), train_run(2))
    assert report(graph, NOW)["run"] is None
    asked = replace(graph, run=StartRun(train_run(2), "nightly", "failed", False))
    validates(to_json(report(asked, NOW)))
    assert report(asked, NOW)["run"] == {
        "id": train_run(2), "name": "nightly", "pipeline": "churn-training", "state": "failed", "deleted": False,
    }  # fmt: skip
    deleted = replace(graph, run=StartRun(train_run(2), deleted=True))
    validates(to_json(report(deleted, NOW)))
    assert json.loads(to_json(report(deleted, NOW)))["run"]["state"] is None


def test_the_maker_of_an_artifact_is_told_though_it_is_no_node() -> None:
    graph = around(shown(), TABLE, up=False)
    assert "3" not in graph.executions
    table = node(graph, f"artifact:{TABLE}")
    assert (table["run_id"], table["task"], table["pipeline"]) == (IMPORT_RUN, "clean", "daily-import")


def test_what_is_unknown_is_null() -> None:
    graph = a_graph([Artifact("1", "")], [], [])
    assert node(graph, "artifact:1") == {
        "id": "artifact:1",
        "kind": "artifact",
        "type": None,
        "name": None,
        "uri": None,
        "run_id": None,
        "task": None,
        "pipeline": None,
        "path": None,
        "state": None,
        "cached_from": None,
        "properties": {},
        "created_at": None,
        "distance": None,
    }


def test_an_artifact_is_of_the_run_and_task_that_made_it() -> None:
    found = node(GRAPH, "artifact:8")
    assert found["run_id"] == train_run(1)
    assert (found["task"], found["path"]) == ("train", "for-loop-2[1]/train")
    assert (found["pipeline"], found["properties"], found["distance"]) == ("churn-training", {"accuracy": 0.6}, 4)


def test_a_cache_hit_names_the_execution_it_was_taken_from() -> None:
    found = node(GRAPH, "execution:20")
    assert (found["state"], found["cached_from"], found["run_id"]) == ("CACHED", "execution:3", train_run(2))


def test_nodes_nearest_to_the_start_come_first_and_ids_are_numbers() -> None:
    nodes = report(GRAPH, NOW)["nodes"]
    assert isinstance(nodes, list)
    order = [(n["distance"], n["kind"], int(n["id"].partition(":")[2])) for n in nodes]
    assert order == sorted(order)
    assert next(n["id"] for n in nodes) == "artifact:2"


def test_edges_lead_as_the_data_went() -> None:
    edges = report(GRAPH, NOW)["edges"]
    assert isinstance(edges, list)
    assert {"from": "artifact:1", "to": "execution:3", "kind": "input", "port": "raw"} in edges
    assert {"from": "execution:3", "to": "artifact:2", "kind": "output", "port": "table"} in edges
    assert {"from": "artifact:13", "to": "artifact:14", "kind": "same-uri", "port": None} in edges


def test_secrets_in_properties_parameters_and_uris_are_hidden() -> None:
    artifact = Artifact("1", "t", "https://me:hunter2@host/x", properties={"api_key": "abc123def456", "rows": 3})
    execution = Execution(
        "2", "t", inputs={"password": "hunter2", "config": {"token": "ghp_" + "a1" * 15}}, outputs={"n": 1}
    )
    text = to_json(report(a_graph([artifact], [execution], []), NOW))
    assert "hunter2" not in text
    assert "ghp_" not in text
    assert "abc123def456" not in text
    assert json.loads(text)["nodes"][1]["properties"]["outputs"] == {"n": 1}


def test_a_cut_graph_says_so() -> None:
    cut = report(around(shown(), TABLE, limit=5), NOW)
    assert cut["truncated"] is True
    assert isinstance(cut["left"], int)
    assert cut["left"] > 0


def test_with_filters_nodes_tell_whether_they_fit() -> None:
    kept = filtered(GRAPH, Filters(types=("system.HTML",)))
    nodes = report(kept.graph, NOW, kept.fits)["nodes"]
    assert isinstance(nodes, list)
    assert {n["id"] for n in nodes if n["fits"]} == {f"artifact:{i}" for i in (12, 24, 33, 42)}
    assert not next(n for n in nodes if n["id"] == "artifact:2")["fits"]
    validates(to_json(report(kept.graph, NOW, kept.fits)))


def test_in_pieces_it_is_the_same_text() -> None:
    whole = report(GRAPH, NOW)
    assert "".join(json_chunks(whole)) == to_json(whole)


def test_the_same_store_gives_the_same_bytes() -> None:
    made = Recorder()
    made.artifact()
    assert to_json(report(around(shown(), TABLE), NOW)) == to_json(report(around(shown(), TABLE), NOW))
    assert to_json(report(around(made, "1"), NOW)) == to_json(report(around(made, "1"), NOW))
