from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kfpops.lineage.graph import Graph, StartRun
from kfpops.lineage.show.openlineage import events, run_uuid, to_openlineage, uuid_of
from kfpops.model.diagnosis import Source, State
from kfpops.model.lineage import Artifact, Execution, Place
from tests.golden import matches_golden
from tests.lineage.shown import IMPORT_RUN, TABLE, around, of_run, shown, train_run
from tests.lineage.worlds import Recorder, a_graph, at, input_of, output_of

ROOT = Path(__file__).parent.parent.parent.parent
GOLDEN = Path(__file__).parent.parent / "golden"
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "openlineage-run-event.json").read_text(encoding="utf-8"))
CLUSTER = Source("cluster", "prod west")


def lines(graph: Graph) -> list[dict[str, Any]]:
    return [json.loads(line) for line in to_openlineage(graph)]


def of(found: list[dict[str, Any]], task: str, kind: str = "") -> list[dict[str, Any]]:
    return [e for e in found if e["job"]["name"].endswith(task) and kind in ("", e["eventType"])]


@pytest.mark.parametrize(
    "graph",
    [
        pytest.param(around(shown(), TABLE), id="an artifact"),
        pytest.param(of_run(shown(), train_run(2)), id="a run with a cache hit and loops"),
        pytest.param(a_graph([Artifact("1", "")], [Execution("2", "")], [output_of("2", "1")]), id="nothing is known"),
    ],
)
def test_every_event_is_valid(graph: Graph) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    found = lines(graph)
    assert len(found) == 2 * len(graph.executions)
    for event in found:
        validator.validate(event)


def test_a_step_starts_and_completes() -> None:
    start, end = of(lines(around(shown(), TABLE)), "daily-import.clean")
    assert (start["eventType"], end["eventType"]) == ("START", "COMPLETE")
    assert (start["outputs"], [d["name"] for d in end["outputs"]]) == ([], ["v2/artifacts/2"])
    assert [d["name"] for d in start["inputs"]] == [d["name"] for d in end["inputs"]] == ["raw/sales.csv"]
    assert start["run"] == end["run"]
    assert start["run"]["facets"]["parent"]["run"]["runId"] == IMPORT_RUN


@pytest.mark.parametrize(
    "state, expected",
    [
        ("COMPLETE", "COMPLETE"),
        ("CACHED", "COMPLETE"),
        ("FAILED", "FAIL"),
        ("CANCELED", "ABORT"),
        ("RUNNING", "OTHER"),
        ("", "OTHER"),
    ],
)
def test_the_end_is_what_the_state_says(state: str, expected: str) -> None:
    found = lines(a_graph([], [Execution("2", "t", state=state)], [], start=("execution:2",)))
    assert [e["eventType"] for e in found] == ["START", expected]


RUN = "7a000009-0000-4000-8000-000000000000"


def a_run(*states: str, told: StartRun | None = None) -> Graph:
    """A run with a step for each state, and one that failed before each of them succeeded or failed for good."""
    made = Recorder()
    root = made.run(RUN)
    for number, state in enumerate(states):
        for each in ("FAILED", state):
            id = made.task(root, f"step-{number}")
            made.alter(id, state=each, updated_at=at(1000 * (number + 1)))
    return replace(of_run(made, RUN), run=told or StartRun(RUN))


def end_of_root(graph: Graph) -> tuple[str, str]:
    """What the event is, and when."""
    event = [e for e in lines(graph) if e["run"]["runId"] == RUN][-1]
    return event["eventType"], event["eventTime"]


@pytest.mark.parametrize(
    "states, expected",
    [
        pytest.param((), "OTHER", id="no step"),
        pytest.param(("COMPLETE", "RUNNING"), "OTHER", id="one has not ended"),
        pytest.param(("FAILED", "RUNNING"), "OTHER", id="nor here"),
        pytest.param(("COMPLETE", "CACHED", "CANCELED"), "COMPLETE", id="all are well in the end"),
        pytest.param(("COMPLETE", "FAILED"), "FAIL", id="one failed for good"),
    ],
)
def test_the_root_ends_as_its_steps_did(states: tuple[str, ...], expected: str) -> None:
    assert end_of_root(a_run(*states))[0] == expected


def test_the_root_ends_with_its_last_step_and_after_it() -> None:
    graph = a_run("COMPLETE", "COMPLETE")
    assert end_of_root(graph)[1] == at(2000).isoformat().replace("+00:00", "Z")
    assert lines(graph)[-1]["run"]["runId"] == RUN


@pytest.mark.parametrize(
    "state, expected", [("succeeded", "COMPLETE"), ("failed", "FAIL"), ("cancelled", "ABORT"), ("running", "OTHER")]
)
def test_what_kfp_says_of_the_run_comes_first(state: State, expected: str) -> None:
    """All steps so far are complete while the run goes on; a run may fail though none of its steps did."""
    assert end_of_root(a_run("COMPLETE", told=StartRun(RUN, state=state)))[0] == expected


def test_of_a_run_that_is_not_whole_nothing_is_concluded() -> None:
    graph = a_run("COMPLETE")
    assert end_of_root(replace(graph, truncated=True))[0] == "OTHER"
    assert end_of_root(replace(graph, run=None))[0] == "OTHER"
    assert end_of_root(replace(graph, run=StartRun("another")))[0] == "OTHER"


def test_a_cache_hit_says_what_it_was_taken_from() -> None:
    found = lines(around(shown(), TABLE))
    hit = of(found, "churn-training.clean", "COMPLETE")[0]["run"]["facets"]["kfp_cache"]
    origin = of(found, "daily-import.clean", "COMPLETE")[0]["run"]["runId"]
    assert (hit["executionId"], hit["kfpRunId"], hit["runId"]) == ("3", IMPORT_RUN, origin)
    assert all("kfp_cache" not in e["run"]["facets"] for e in of(found, "daily-import.clean"))


def test_a_cache_hit_whose_origin_is_not_known() -> None:
    hit = Execution("2", "t", state="CACHED", cached_from="1")
    facet = lines(a_graph([], [hit], [], start=("execution:2",)))[1]["run"]["facets"]["kfp_cache"]
    assert (facet["executionId"], facet["kfpRunId"], facet["runId"]) == ("1", None, None)


def test_the_root_of_a_run_has_the_runs_own_id_and_no_parent() -> None:
    found = of(lines(of_run(shown(), train_run(1))), "churn-training")
    assert {e["run"]["runId"] for e in found} == {train_run(1)}
    assert all("parent" not in e["run"]["facets"] for e in found)
    assert found[0]["job"]["facets"]["jobType"]["jobType"] == "DAG"


def test_iterations_are_runs_of_one_job() -> None:
    found = of(lines(of_run(shown(), train_run(1))), "churn-training.for-loop-2/train", "START")
    assert len(found) == 3
    assert len({e["run"]["runId"] for e in found}) == 3


def test_jobs_are_in_the_namespace_of_their_cluster() -> None:
    graph = replace(around(shown(), TABLE), source=CLUSTER)
    assert {e["job"]["namespace"] for e in lines(graph)} == {"kfp://prod%20west/team"}
    bundle = replace(graph, source=Source("bundle", "/home/me/secret/path.tar.gz"))
    assert {e["job"]["namespace"] for e in lines(bundle)} == {"kfp://kfp/team"}


def test_a_run_id_that_is_none_gets_one_that_stays() -> None:
    execution, place = Execution("2", "t"), Place("nightly", "a", "a")
    assert (
        run_uuid(execution, place, "kfp://a")
        == run_uuid(execution, place, "kfp://a")
        != run_uuid(execution, place, "kfp://b")
    )
    assert uuid_of("nightly") == ""
    assert uuid_of(IMPORT_RUN.upper()) == IMPORT_RUN


def test_without_times_events_still_have_one() -> None:
    graph = around(shown(), TABLE)
    bare = replace(graph, executions={i: replace(e, created_at=None, updated_at=None) for i, e in graph.executions.items()})
    began = {e["job"]["name"].partition(".")[0]: e["eventTime"] for e in lines(bare)}
    assert began["daily-import"] == "2026-11-01T06:00:01Z"
    nothing = a_graph([], [Execution("2", "t")], [], start=("execution:2",))
    assert {e["eventTime"] for e in lines(nothing)} == {"1970-01-01T00:00:00Z"}


def test_an_end_is_never_before_its_start() -> None:
    odd = Execution("2", "t", created_at=at(60), updated_at=at(0))
    first, last = lines(a_graph([], [odd], [], start=("execution:2",)))
    assert first["eventTime"] == last["eventTime"]
    assert (first["eventType"], last["eventType"]) == ("START", "OTHER")


def test_one_uri_is_one_dataset_though_two_artifacts_have_it() -> None:
    artifacts = [Artifact(i, "t", "s3://a/b") for i in ("1", "2")]
    graph = a_graph(artifacts, [Execution("3", "t")], [input_of("1", "3", "x"), input_of("2", "3", "y")])
    assert [len(e["inputs"]) for e in lines(graph)] == [1, 1]


def test_logs_are_no_datasets() -> None:
    assert "executor-logs" not in "".join(to_openlineage(around(shown(), TABLE)))


def test_events_come_in_the_order_of_time_and_are_the_same_each_time() -> None:
    found = list(events(around(shown(), TABLE)))
    times = [str(e["eventTime"]) for e in found]
    assert times == sorted(times)
    assert list(to_openlineage(around(shown(), TABLE))) == list(to_openlineage(around(shown(), TABLE)))


def test_golden() -> None:
    graph = replace(around(shown(runs=0), TABLE), source=CLUSTER)
    matches_golden("".join(to_openlineage(graph)), GOLDEN / "openlineage.ndjson")
