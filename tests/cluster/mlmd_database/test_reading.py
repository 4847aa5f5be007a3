"""Rows as we read them beside rows as ml-metadata's own client reads them, on the same store."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from kfpops.cluster.mlmd_database.address import SqliteFile
from kfpops.cluster.mlmd_database.reading import ARTIFACT, CONTEXT, EXECUTION, Reader
from kfpops.cluster.mlmd_database.sqlite import SqliteDatabase
from tests.cluster.mlmd_database.reference import Reference
from tests.cluster.mlmd_database.stores import change
from tests.mlmd_store import Rows, needs_mlmd

pytestmark = needs_mlmd

EVENT_WORDS = {
    "output": {"OUTPUT", "DECLARED_OUTPUT", "INTERNAL_OUTPUT", "PENDING_OUTPUT"},
    "input": {"INPUT", "DECLARED_INPUT", "INTERNAL_INPUT"},
}


def reader(path: Path) -> Reader:
    return Reader(SqliteDatabase(SqliteFile(path), timeout=5))


def a_store(folder: Path) -> Path:
    """Of KFP's shape, with a cache hit, a loop, a cycle, and all kinds of values."""
    rows = Rows()
    dag = rows.run("train-daily", "run-1")
    made = rows.execution(dag, "make", inputs={"n": 3, "deep": {"list": [1.5, None, "é", True]}}, cache_fingerprint="f" * 64)
    hit = rows.execution(dag, "make", state="CACHED", cached_execution_id=str(made), iteration_index=0)
    rows.execution(dag, "later", state="CANCELED")
    rows.execution(dag, "import", type="ImporterExecution")
    kinds: dict[str, Any] = {"accuracy": 0.93, "rows": 100, "approved": True, "note": "é\u2028x", "matrix": {"a": [{}]}}
    data = rows.artifact("minio://mlpipeline/v2/artifacts/ä b", **kinds, store_session_info='{"Provider":"minio"}')
    rows.artifact("", name="")
    metrics = rows.artifact("s3://other/key?x=1", type="system.Metrics", huge=2**31 - 1, small=-(2**31), tiny=5e-324)
    for execution, type in ((made, "OUTPUT"), (hit, "OUTPUT"), (made, "INPUT"), (dag, "DECLARED_OUTPUT")):
        rows.event(data, execution, type)
    for type in ("DECLARED_INPUT", "INTERNAL_INPUT", "INTERNAL_OUTPUT", "PENDING_OUTPUT"):
        rows.event(metrics, hit, type, port="")
    return rows.write(folder / "mlmd.db")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_store(tmp_path_factory.mktemp("mlmd"))


def test_artifacts(store: Path) -> None:
    reference = Reference(store)
    ours = reader(store).rows(ARTIFACT, [3, 1, 2, 99])
    assert [row.id for row in ours] == [3, 1, 2]
    assert ours == sorted(reference.artifacts(reference.store.get_artifacts_by_id([1, 2, 3])), key=lambda r: (r.id + 1) % 4)


def test_executions(store: Path) -> None:
    reference = Reference(store)
    ours = reader(store).rows(EXECUTION, [1, 2, 3, 4, 5])
    assert ours == reference.executions(reference.store.get_executions())
    assert [row.state for row in ours] == ["RUNNING", "COMPLETE", "CACHED", "CANCELED", "COMPLETE"]


def test_contexts(store: Path) -> None:
    reference = Reference(store)
    assert reader(store).rows(CONTEXT, [1, 2]) == reference.contexts(reference.store.get_contexts())


@pytest.mark.parametrize("column", ["artifact_id", "execution_id"])
def test_events(store: Path, column: Any) -> None:
    reference = Reference(store)
    ours = reader(store).events(column, [1, 2, 3, 4])
    asked = getattr(reference.store, f"get_events_by_{column}s")
    theirs = reference.events(asked([1, 2, 3]))
    assert len(ours) == len(theirs) == 8
    for event in ours:
        at = round(event.at.timestamp() * 1000) if event.at else 0
        words = EVENT_WORDS[event.kind]
        assert any((int(event.artifact_id), int(event.execution_id), w, event.port, at) in theirs for w in words)


def test_numbers_that_json_has_not(tmp_path: Path) -> None:
    path = a_store(tmp_path)
    change(path, "UPDATE ArtifactProperty SET double_value = 9e999 WHERE name = 'accuracy'")
    reference = Reference(path)
    (ours,) = reader(path).rows(ARTIFACT, [1])
    assert ours.properties["accuracy"] == "Infinity"
    assert [ours] == reference.artifacts(reference.store.get_artifacts_by_id([1]))


def test_columns_that_are_null(tmp_path: Path) -> None:
    path = a_store(tmp_path)
    change(
        path,
        "UPDATE Artifact SET uri = NULL, name = NULL, state = NULL WHERE id = 1",
        "UPDATE Execution SET last_known_state = NULL WHERE id = 1",
        "UPDATE Event SET milliseconds_since_epoch = NULL WHERE artifact_id = 1",
        "UPDATE EventPath SET step_key = NULL",
        "UPDATE ArtifactProperty SET double_value = NULL WHERE name = 'accuracy'",
    )
    (artifact,) = reader(path).rows(ARTIFACT, [1])
    assert (artifact.uri, artifact.name, artifact.state) == ("", "", "")
    assert "accuracy" not in artifact.properties
    assert reader(path).rows(EXECUTION, [1])[0].state == ""
    assert {(e.at, e.port) for e in reader(path).events("artifact_id", [1])} == {(None, "")}


def test_a_type_that_is_not_described_and_numbers_of_a_later_schema(tmp_path: Path) -> None:
    path = a_store(tmp_path)
    change(
        path,
        "UPDATE Artifact SET type_id = 777, state = 99 WHERE id = 1",
        "UPDATE Event SET type = 99 WHERE execution_id = 1",
        "UPDATE Event SET type = 0 WHERE execution_id = 2 AND type = 3",
    )
    (artifact,) = reader(path).rows(ARTIFACT, [1])
    assert (artifact.type, artifact.state) == ("", "")
    assert [(e.execution_id, e.kind) for e in reader(path).events("artifact_id", [1])] == [("2", "output"), ("3", "output")]


def test_a_type_that_is_new_since_the_last_question(tmp_path: Path) -> None:
    path = a_store(tmp_path)
    ours = reader(path)
    ours.rows(ARTIFACT, [1])
    change(path, "INSERT INTO Type (id, name, type_kind) VALUES (90, 'system.HTML', 1)", "UPDATE Artifact SET type_id = 90")
    assert ours.rows(ARTIFACT, [2])[0].type == "system.HTML"


def test_texts_that_are_no_utf_8(tmp_path: Path) -> None:
    rows = Rows()
    rows.artifact(b"minio://b/\xff\xfe", note=b"\xc3(", name="data")
    path = rows.write(tmp_path / "mlmd.db")
    (artifact,) = reader(path).rows(ARTIFACT, [1])
    assert artifact.uri == "minio://b/\ufffd\ufffd"
    assert artifact.properties["note"] == "\ufffd("


def test_an_event_whose_artifact_is_gone(tmp_path: Path) -> None:
    path = a_store(tmp_path)
    change(path, "DELETE FROM Artifact WHERE id = 1", "DELETE FROM Execution WHERE id = 3")
    assert len(reader(path).events("artifact_id", [1])) == 4
    assert reader(path).rows(ARTIFACT, [1]) == []


def test_the_first_key_of_a_path_is_the_port(tmp_path: Path) -> None:
    rows = Rows()
    execution = rows.execution(rows.run("p", "run-1"), "make")
    rows.event(rows.artifact("s3://a/b"), execution)
    rows.rows["events"][0]["path"]["steps"] = [{"index": "4"}, {"key": ""}, {"key": "one"}, {"key": "two"}]
    path = rows.write(tmp_path / "mlmd.db")
    assert [e.port for e in reader(path).events("execution_id", [execution])] == ["one"]


def test_events_of_an_execution_come_as_they_were_written(tmp_path: Path) -> None:
    rows = Rows()
    execution = rows.execution(rows.run("p", "run-1"), "make")
    artifacts = [rows.artifact(f"s3://a/{n}") for n in range(20)]
    for artifact in reversed(artifacts):
        rows.event(artifact, execution)
    path = rows.write(tmp_path / "mlmd.db")
    assert [int(e.artifact_id) for e in reader(path).events("execution_id", [execution])] == artifacts[::-1]


def test_a_hundred_thousand_properties_of_one_artifact(tmp_path: Path) -> None:
    rows = Rows()
    rows.artifact("s3://a/b")
    path = rows.write(tmp_path / "mlmd.db")
    change(
        path,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
        " INSERT INTO ArtifactProperty (artifact_id, name, is_custom_property, int_value) SELECT 1, 'p' || i, 1, i FROM n",
    )
    began = time.perf_counter()
    (artifact,) = reader(path).rows(ARTIFACT, [1])
    assert time.perf_counter() - began < 5
    assert len(artifact.properties) == 100_001
    assert artifact.properties["p77777"] == 77777


def test_more_ids_than_a_statement_takes_values(tmp_path: Path) -> None:
    rows = Rows()
    rows.artifact("s3://a/b")
    path = rows.write(tmp_path / "mlmd.db")
    assert [row.id for row in reader(path).rows(ARTIFACT, range(40_000, 0, -1))] == [1]
