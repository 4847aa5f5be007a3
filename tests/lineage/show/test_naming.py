from __future__ import annotations

from dataclasses import replace

import pytest

from kfpops.lineage.show.naming import Naming, short_type, spans
from kfpops.model.lineage import Artifact, Execution
from tests.lineage.shown import NOW, RAW, TABLE, around, shown, train_run
from tests.lineage.worlds import a_graph, at, places_of

RUN = "r-1"
GRAPH = around(shown(), RAW)
NAMING = Naming(GRAPH, NOW)
TRAINED = [i for i, p in GRAPH.places.items() if p.task_path == "for-loop-2/train"]
OF_RUN_1 = [i for i in TRAINED if GRAPH.places[i].run_id == train_run(1)]


def naming(*executions: Execution) -> Naming:
    return Naming(a_graph([], executions, [], start=("execution:1",)), NOW)


@pytest.mark.parametrize(
    "artifact, expected",
    [
        pytest.param(Artifact("9", "system.Dataset", name="table"), "Dataset table (artifact 9)", id="its name"),
        pytest.param(Artifact("9", "system.Model", "s3://b/m"), "Model s3://b/m (artifact 9)", id="without a name its URI"),
        pytest.param(Artifact("9", ""), "Artifact (artifact 9)", id="without anything its id"),
        pytest.param(Artifact("9", "my.Type", name="x"), "my.Type x (artifact 9)", id="types of others stay as they are"),
        pytest.param(
            Artifact("9", "system.Model", "https://me:hunter2@host/model"),
            "Model https://me:[redacted]@host/model (artifact 9)",
            id="no password in a URI",
        ),
    ],
)
def test_artifact(artifact: Artifact, expected: str) -> None:
    assert Naming(a_graph([artifact], [], []), NOW).artifact("9") == expected


def test_long_uris_are_shortened_in_the_middle_unless_all_is_wanted() -> None:
    uri = "minio://mlpipeline/v2/artifacts/training/264684d1/train/model"
    assert NAMING.uri(uri) == "minio://mlpipel…raining/264684d1/train/model"
    assert replace(NAMING, whole=True).uri(uri) == uri


def test_nodes_that_were_not_read_are_said_to_be() -> None:
    assert NAMING.artifact("999") == "artifact 999 (not read)"
    assert NAMING.execution("999") == "execution 999 (not read)"


def test_an_execution_is_called_by_its_path() -> None:
    assert NAMING.execution(OF_RUN_1[1]) == f"for-loop-2[1]/train (execution {OF_RUN_1[1]})"
    assert NAMING.executions(OF_RUN_1) == "for-loop-2/train ×3"
    assert naming(Execution("1", "t", task="train")).execution("1") == "train (execution 1)"


def test_a_root_is_called_by_its_run() -> None:
    made = shown()
    graph = around(made, RAW)
    places = {**graph.places, "1": replace(graph.places["2"], path="", task_path="")}
    root = replace(graph, executions={**graph.executions, "1": made.of("1")}, places=places)
    assert Naming(root, NOW).path("1") == "run 0a000000"


def test_where() -> None:
    assert NAMING.where(OF_RUN_1) == "in run 7a000001 (churn-training)"
    assert NAMING.where(OF_RUN_1, {train_run(1)}) == "in the same run"
    assert NAMING.where(TRAINED) == "in 4 runs of churn-training (newest 7a000004)"
    assert NAMING.where(TRAINED, {train_run(n) for n in range(1, 5)}) == "in the same runs"
    assert NAMING.where([*OF_RUN_1, "2"]) == "in 2 runs of 2 pipelines (newest 7a000001)"
    assert naming(Execution("1", "t")).where(["1"]) == "in an unknown run"


@pytest.mark.parametrize(
    "states, expected",
    [
        pytest.param(["COMPLETE"], "", id="complete is not worth a word"),
        pytest.param(["FAILED"], "failed", id="failed"),
        pytest.param(["RUNNING"], "not finished", id="a killed executor leaves RUNNING behind"),
        pytest.param(["CANCELED"], "not triggered", id="a condition that was false"),
        pytest.param([""], "state unknown", id="no state"),
        pytest.param(["ODD"], "odd", id="states of others"),
        pytest.param(["COMPLETE", "COMPLETE"], "", id="all complete"),
        pytest.param(["CACHED", "CACHED"], "all from the cache", id="all of another state"),
        pytest.param(["COMPLETE", "CACHED", "RUNNING"], "1 complete, 1 from the cache, 1 not finished", id="counted"),
    ],
)
def test_how(states: list[str], expected: str) -> None:
    executions = [Execution(str(n), "t", state=s) for n, s in enumerate(states, 1)]
    assert naming(*executions).how([e.id for e in executions]) == expected


def test_a_dag_that_runs_is_nothing_to_tell() -> None:
    assert naming(Execution("1", "t", kind="dag", state="RUNNING")).how(["1"]) == ""


def test_a_failing_iteration_is_named() -> None:
    assert NAMING.how(OF_RUN_1) == "2 complete, 1 failed (iteration 2)"
    assert NAMING.how(TRAINED) == "11 complete, 1 failed (run 7a000001, iteration 2)"


def test_all_failed_needs_no_names() -> None:
    failed = [Execution(str(n), "t", state="FAILED") for n in (1, 2)]
    assert naming(*failed).how(["1", "2"]) == "all failed"


def tries(*states: str) -> Naming:
    """Executions of one place in one run; the last one listed is the newest."""
    executions = [Execution(str(9 - n), "t", state=s, created_at=at(n)) for n, s in enumerate(states)]
    return Naming(a_graph((), executions, (), places=places_of(RUN, {e.id: "loop[0]/fit" for e in executions})), NOW)


def test_executions_of_one_place_are_attempts_of_which_the_last_counts() -> None:
    tried = tries("FAILED", "RUNNING", "COMPLETE")
    ids = ["7", "8", "9"]
    assert (tried.last(ids), tried.executions(ids), tried.attempts(ids)) == (
        ["7"],
        "loop[0]/fit (execution 7)",
        "3 attempts",
    )
    assert tried.how(ids) == ""
    assert tries("COMPLETE", "FAILED").how(["8", "9"]) == "failed"


def test_iterations_and_runs_are_no_attempts() -> None:
    assert NAMING.last(OF_RUN_1) == list(OF_RUN_1)
    assert NAMING.attempts(TRAINED) == ""
    unplaced = naming(Execution("1", "t"), Execution("2", "t"))
    assert unplaced.last(["1", "2"]) == ["1", "2"]


def test_an_execution_that_is_no_node_is_known_too() -> None:
    graph = a_graph((), (), (), named={"5": Execution("5", "t", state="FAILED")}, places=places_of(RUN, {"5": "fit"}))
    beside = Naming(graph, NOW)
    assert (beside.execution("5"), beside.how(["5"])) == ("fit (execution 5)", "failed")


def test_a_cache_hit_names_the_run_that_it_was_taken_from() -> None:
    hit = next(e.id for e in GRAPH.executions.values() if e.state == "CACHED")
    assert NAMING.how([hit]) == "from the cache of run 0a000000 (daily-import)"
    lost = Execution("1", "t", state="CACHED", cached_from="77")
    assert naming(lost).how(["1"]) == "from the cache of execution 77, whose run is not known"


def test_iterations_are_told_only_where_one_number_names_them() -> None:
    assert NAMING.iterations(OF_RUN_1) == "iterations 0–2"
    assert NAMING.iterations(TRAINED) == NAMING.iterations(OF_RUN_1[:1]) == ""


def test_age_is_that_of_the_newest() -> None:
    old, new = Execution("1", "t", created_at=at(0)), Execution("2", "t", created_at=at(86_400))
    assert naming(old, new).ago(["1", "2"]) == "1 d ago"
    assert naming(Execution("1", "t")).ago(["1"]) == ""


def test_properties_are_short_and_without_secrets() -> None:
    table = GRAPH.artifacts[TABLE]
    assert NAMING.properties(table) == "rows 200, password [redacted]"
    many = Artifact("9", "t", properties={f"p{n}": {"a": [n]} for n in range(12)})
    assert NAMING.properties(many).endswith('p7 {"a": [7]} and 4 more')
    long = Artifact("9", "t", properties={"text": "x" * 500})
    assert len(NAMING.properties(long)) == len("text ") + 60


def test_spans() -> None:
    assert spans([0, 1, 2, 5, 7, 8]) == "0–2, 5, 7–8"
    assert spans(range(0, 20, 2)) == "0, 2, 4, 6 and 6 more"


def test_short_type() -> None:
    assert [short_type(t) for t in ("system.Model", "my.Model", "")] == ["Model", "my.Model", "Artifact"]
