"""Filters hold back nothing that was asked for, whatever is in a text, and the real server understands them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from kfpops.cluster.mlmd.filters import artifact_filters, execution_filter, literal
from kfpops.knowledge.lineage_query import artifact_fits
from kfpops.model.lineage import ArtifactQuery, ExecutionQuery, PropertyTest
from tests.cluster.mlmd.direct import lineage
from tests.mlmd_store import Rows, needs_mlmd

ODD = ("it's", 'say "x"', "back\\slash", "per%cent", "new\nline", "grün", "nul\0", "`tick`", "' OR 1=1 --", "a\\' OR 1=1 --")
AT = datetime(2026, 11, 21, 12, 0, 0, 1500, tzinfo=timezone.utc)
MS = 1_795_262_400_001


@pytest.mark.parametrize("text", ODD)
def test_an_odd_text_never_gets_into_a_filter(text: str) -> None:
    assert literal(text) is None
    for test in (PropertyTest(text, "=", "x"), PropertyTest("name", "=", text), PropertyTest("name", "!=", text)):
        for where in artifact_filters(ArtifactQuery(type=text, name=text, uri_prefix=text, properties=(test,))):
            assert text not in where
            assert where.count("'") % 2 == 0
    where = execution_filter(ExecutionQuery(pipeline=text, task=text, fingerprint=text), None)
    assert where == "type = 'system.ContainerExecution'"


def test_nothing_asked_for_is_no_filter() -> None:
    assert list(artifact_filters(ArtifactQuery())) == [""]


def test_a_name_is_left_to_the_caller() -> None:
    assert list(artifact_filters(ArtifactQuery(name="model"))) == [""]


@pytest.mark.parametrize(
    "query, where",
    [
        pytest.param(ArtifactQuery(type="system.Model"), "type IN ('system.Model')", id="a full type"),
        pytest.param(ArtifactQuery(type="Model"), "type IN ('Model', 'system.Model')", id="a type without KFP's prefix"),
        pytest.param(ArtifactQuery(uri_prefix="s3://b/it's"), "uri LIKE 's3://b/it%'", id="a prefix up to its odd letter"),
        pytest.param(ArtifactQuery(uri_prefix="'"), "", id="a prefix that begins odd"),
        pytest.param(ArtifactQuery(since=AT), f"create_time_since_epoch >= {MS}", id="since includes its millisecond"),
        pytest.param(ArtifactQuery(until=AT), f"create_time_since_epoch <= {MS}", id="and so does until"),
    ],
)
def test_what_a_server_filters(query: ArtifactQuery, where: str) -> None:
    assert list(artifact_filters(query)) == [where]


def test_before_means_strictly_before() -> None:
    whole = AT.replace(microsecond=1000)
    assert execution_filter(ExecutionQuery(before=whole), None).endswith(f"create_time_since_epoch < {MS}")
    # 1.5 ms is after the row of millisecond 1.
    assert execution_filter(ExecutionQuery(before=AT), None).endswith(f"create_time_since_epoch < {MS + 1}")


TESTS = [
    PropertyTest("accuracy", operator, value)
    for operator in ("=", "!=", "<", "<=", ">", ">=")
    for value in (0.5, 3.0, -0.5, 2.5, 1e30, -1e30, float("inf"))
] + [
    PropertyTest(name, operator, value)
    for name in ("note", "best", "accuracy", "odd name", "a.b", "größe")
    for operator in ("=", "!=")
    for value in ("plain", "Plain", "it's", "back\\slash", "true", "NaN", "")
]


@needs_mlmd
def test_the_real_server_lets_through_all_that_fits(tmp_path: Path) -> None:
    """Over custom and typed properties of every kind of value, with every test that can be written."""
    rows = Rows()
    values = [0.5, 3.0, 3, 0, -1, 2, 1 << 62, True, False, float("inf"), "plain", "it's", "back\\slash", "", {"a": 1}]
    for value in values:
        for name in ("accuracy", "note", "best", "odd name", "a.b", "größe"):
            rows.artifact("s3://b", **{name: value})
    typed = rows.artifact("s3://b")
    rows.rows["artifacts"][-1]["properties"] = {"accuracy": {"double_value": 0.75}, "note": {"string_value": "plain"}}
    port, _ = lineage(tmp_path, rows)
    everything = list(port.find_artifacts(ArtifactQuery()))
    assert [one.id for one in everything] == [str(id) for id in range(typed, 0, -1)]
    for test in TESTS:
        query = ArtifactQuery(properties=(test,))
        wanted = [one for one in everything if artifact_fits(one, query)]
        assert [one for one in port.find_artifacts(query) if artifact_fits(one, query)] == wanted, test


@needs_mlmd
def test_every_letter_that_gets_into_a_filter_means_itself(tmp_path: Path) -> None:
    letters = [chr(code) for code in range(32, 127) if literal(chr(code))]
    assert len(letters) > 85
    rows = Rows()
    dag = rows.run("p", "run-1")
    for letter in letters:
        rows.execution(dag, f"a{letter}b")
    port, served = lineage(tmp_path, rows)
    for letter in letters:
        assert [one.task for one in port.find_executions(ExecutionQuery(task=f"a{letter}b"))] == [f"a{letter}b"]
        assert f"a{letter}b".encode() in served.requests[-1]


@needs_mlmd
def test_the_real_server_really_filters(tmp_path: Path) -> None:
    rows = Rows()
    for number in range(30):
        rows.artifact(f"s3://b/{number}", type="system.Model" if number % 2 else "system.Dataset", accuracy=number / 10)
    port, _ = lineage(tmp_path, rows)
    query = ArtifactQuery(type="Model", properties=(PropertyTest("accuracy", ">", 2.4),))
    assert [one.properties["accuracy"] for one in port.find_artifacts(query)] == [2.9, 2.7, 2.5]
    assert len(list(port.find_artifacts(ArtifactQuery(uri_prefix="s3://b/1")))) == 11
    first = port.artifacts(["1"])[0].created_at
    assert first is not None
    assert [one.id for one in port.find_artifacts(ArtifactQuery(until=first + timedelta(seconds=1)))] == ["2", "1"]
