from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path

import pytest

from kfpops.cluster.mlmd_database import search
from kfpops.cluster.mlmd_database.lineage import DatabaseLineage
from kfpops.model.lineage import ArtifactQuery, ExecutionQuery, PropertyTest
from tests.cluster.mlmd_database.stores import change, opened
from tests.mlmd_store import Rows, needs_mlmd

pytestmark = needs_mlmd

BEGIN = datetime(2026, 11, 1, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


def milliseconds(hours: float) -> int:
    return int((BEGIN + hours * HOUR).timestamp() * 1000)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Artifacts 1 to 6 and executions of two pipelines, an hour between them."""
    rows = Rows()
    for hour, pipeline in enumerate(("train", "train-daily", "train")):
        dag = rows.run(pipeline, f"run-{hour}", at=milliseconds(hour))
        rows.execution(dag, "make", at=milliseconds(hour), cache_fingerprint=f"print-{hour % 2}")
        rows.execution(dag, "fit", at=milliseconds(hour + 0.5), state="CACHED")
        rows.execution(dag, "make", type="ImporterExecution", at=milliseconds(hour))
    rows.artifact("s3://b/data", at=milliseconds(0), name="Orders")
    rows.artifact("s3://b/data/part", at=milliseconds(1), name="café", accuracy=0.5)
    rows.artifact("s3://b/datz", type="system.Model", at=milliseconds(2), name="100%_order!", accuracy=0.9, stage="prod")
    rows.artifact("s3://B/data", type="system.Model", at=milliseconds(3), name="x", accuracy=1, stage="true")
    rows.artifact("", type="system.Metrics", at=milliseconds(4), name="x", accuracy="0.9", stage=True)
    rows.artifact("s3://b/datä", at=milliseconds(5), name="ORDERS", accuracy=True)
    return rows.write(tmp_path_factory.mktemp("mlmd") / "mlmd.db")


@pytest.fixture(params=["by index", "by walking"])
def lineage(path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> DatabaseLineage:
    """Both ways must find the same."""
    if request.param == "by walking":
        monkeypatch.setattr(search, "FEW", 0)
        monkeypatch.setattr(search, "_STEP", 2)
    return opened(path)


@pytest.mark.parametrize(
    "query, found",
    [
        pytest.param(ArtifactQuery(type="Dataset", uri_prefix="gs://"), "", id="nothing lies there"),
        pytest.param(ArtifactQuery(type="dataset"), "", id="types are spelt exactly"),
        pytest.param(ArtifactQuery(type="HTML"), "", id="a type that the store does not know"),
        pytest.param(ArtifactQuery(uri_prefix="s3://b/\udcff"), "", id="a prefix that is no text"),
        pytest.param(ArtifactQuery(properties=(PropertyTest("accuracy", ">", 1.5),)), "", id="none is so good"),
        pytest.param(ArtifactQuery(properties=(PropertyTest("Accuracy", ">", 0),)), "", id="names of properties are exact"),
        pytest.param(ArtifactQuery(properties=(PropertyTest("stage", "<", "z"),)), "", id="texts have no order"),
        pytest.param(ArtifactQuery(name="%"), "3", id="a per cent sign is a letter"),
        pytest.param(ArtifactQuery(name="_o"), "3", id="an underscore is a letter"),
        pytest.param(ArtifactQuery(name="r!"), "3", id="an exclamation mark is a letter"),
        pytest.param(ArtifactQuery(), "654321", id="all of them, newest first"),
        pytest.param(ArtifactQuery(type="Model"), "43", id="a type without its system"),
        pytest.param(ArtifactQuery(type="system.Model"), "43", id="a type with its system"),
        pytest.param(ArtifactQuery(name="order"), "631", id="a part of a name in any case"),
        pytest.param(ArtifactQuery(name="CAFÉ"), "2", id="also of other alphabets"),
        pytest.param(ArtifactQuery(name="é"), "2", id="a name without an ASCII letter"),
        pytest.param(ArtifactQuery(uri_prefix="s3://b/data"), "21", id="a prefix keeps its case"),
        pytest.param(ArtifactQuery(uri_prefix="s3://b/dat"), "6321", id="a prefix ends anywhere"),
        pytest.param(ArtifactQuery(uri_prefix="s3://b/datä"), "6", id="a prefix of other letters"),
        pytest.param(ArtifactQuery(properties=(PropertyTest("accuracy", ">", 0.5),)), "43", id="integers are numbers too"),
        pytest.param(ArtifactQuery(properties=(PropertyTest("accuracy", "<=", 0.9),)), "32", id="and others"),
        pytest.param(ArtifactQuery(properties=(PropertyTest("accuracy", "=", 0.9),)), "3", id="a number is no text"),
        pytest.param(ArtifactQuery(properties=(PropertyTest("accuracy", "=", "0.9"),)), "5", id="a text is no number"),
        pytest.param(ArtifactQuery(properties=(PropertyTest("stage", "=", "true"),)), "54", id="a truth may be a text"),
        pytest.param(ArtifactQuery(properties=(PropertyTest("stage", "!=", "prod"),)), "54", id="other, but there"),
        pytest.param(ArtifactQuery(since=BEGIN + HOUR, until=BEGIN + 3 * HOUR), "432", id="both ends belong to a span"),
        pytest.param(
            ArtifactQuery("Model", "O", "s3://b/", (PropertyTest("stage", "=", "prod"),), BEGIN),
            "3",
            id="everything at once",
        ),
    ],
)
def test_artifacts(lineage: DatabaseLineage, query: ArtifactQuery, found: str) -> None:
    assert "".join(a.id for a in lineage.find_artifacts(query)) == found


@pytest.mark.parametrize(
    "query, found",
    [
        pytest.param(ExecutionQuery(pipeline="trai"), [], id="a pipeline's name is no part of one"),
        pytest.param(ExecutionQuery(task="Make"), [], id="tasks are spelt exactly"),
        pytest.param(ExecutionQuery(fingerprint="print-9"), [], id="an unknown fingerprint"),
        pytest.param(ExecutionQuery(task="\udcff"), [], id="a task that is no text"),
        pytest.param(ExecutionQuery(before=BEGIN), [], id="before means strictly"),
        pytest.param(ExecutionQuery(before=BEGIN + timedelta(microseconds=1)), [2], id="and counts microseconds"),
        pytest.param(ExecutionQuery(), [11, 10, 7, 6, 3, 2], id="containers only, newest first"),
        pytest.param(ExecutionQuery(pipeline="train"), [11, 10, 3, 2], id="of a pipeline"),
        pytest.param(ExecutionQuery(task="make"), [10, 6, 2], id="of a task"),
        pytest.param(ExecutionQuery(fingerprint="print-0"), [10, 2], id="with a fingerprint"),
        pytest.param(ExecutionQuery("train", "make", "print-0", BEGIN + HOUR), [2], id="everything at once"),
    ],
)
def test_executions(lineage: DatabaseLineage, query: ExecutionQuery, found: list[int]) -> None:
    assert [int(e.id) for e in lineage.find_executions(query)] == found


def test_a_page_is_asked_for_when_it_is_wanted(path: Path) -> None:
    asked: list[str] = []
    lineage = opened(path)
    lineage._database._connection.set_trace_callback(asked.append)  # type: ignore[attr-defined]
    first = lineage.find_artifacts(ArtifactQuery())
    assert asked == []
    next(first)
    assert sum("ArtifactProperty" in statement for statement in asked) == 1


def test_ids_with_wide_gaps(tmp_path: Path) -> None:
    rows = Rows()
    rows.artifact("s3://b/1")
    file = rows.write(tmp_path / "mlmd.db")
    change(file, "INSERT INTO Artifact (id, type_id, uri) VALUES (2000000000, 14, 's3://b/2')")
    assert [a.id for a in opened(file).find_artifacts(ArtifactQuery())] == ["2000000000", "1"]


def test_several_pages(tmp_path: Path) -> None:
    rows = Rows()
    file = rows.write(tmp_path / "mlmd.db")
    change(
        file,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 45000)"
        " INSERT INTO Artifact (id, type_id, uri) SELECT i, 14, 's3://b/' || i FROM n",
    )
    for query in (ArtifactQuery(), ArtifactQuery(type="Dataset"), ArtifactQuery(uri_prefix="s3://b/")):
        assert [a.id for a in islice(opened(file).find_artifacts(query), 450)] == [str(i) for i in range(45000, 44550, -1)]
    assert [a.id for a in opened(file).find_artifacts(ArtifactQuery(uri_prefix="s3://b/4499"))][::10] == ["44999", "4499"]
