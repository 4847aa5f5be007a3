"""Whether an artifact or an execution is what was asked for."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from kfpops.knowledge.lineage_query import artifact_fits, execution_fits, property_fits, type_names
from kfpops.model.lineage import Artifact, ArtifactQuery, Execution, ExecutionQuery, JsonValue, PropertyTest

AT = datetime(2026, 11, 21, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
MODEL = Artifact("7", "system.Model", "s3://b/models/churn", "Churn Model", created_at=AT, properties={"accuracy": 0.91})
TRAIN = Execution("3", "system.ContainerExecution", "container", task="train", fingerprint="f1", created_at=AT)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(ArtifactQuery(type="Dataset"), id="another type"),
        pytest.param(ArtifactQuery(type="model"), id="types are written as they are"),
        pytest.param(ArtifactQuery(name="churn-model"), id="another name"),
        pytest.param(ArtifactQuery(uri_prefix="s3://b/Models"), id="URIs are written as they are"),
        pytest.param(ArtifactQuery(uri_prefix="b/models"), id="a prefix stands at the beginning"),
        pytest.param(ArtifactQuery(since=AT + SECOND), id="too old"),
        pytest.param(ArtifactQuery(until=AT - SECOND), id="too young"),
        pytest.param(ArtifactQuery(type="Model", name="other"), id="all must hold"),
    ],
)
def test_not_asked_for(query: ArtifactQuery) -> None:
    assert not artifact_fits(MODEL, query)


@pytest.mark.parametrize(
    "query",
    [
        ArtifactQuery(),
        ArtifactQuery(type="Model"),
        ArtifactQuery(type="system.Model"),
        ArtifactQuery(name="churn m"),
        ArtifactQuery(uri_prefix="s3://b/models/"),
        ArtifactQuery(since=AT, until=AT),
        ArtifactQuery(properties=(PropertyTest("accuracy", ">", 0.9), PropertyTest("accuracy", "<=", 0.91))),
    ],
)
def test_asked_for(query: ArtifactQuery) -> None:
    assert artifact_fits(MODEL, query)


def test_an_artifact_without_a_time_lies_in_no_span() -> None:
    assert artifact_fits(Artifact("1", "t"), ArtifactQuery())
    assert not artifact_fits(Artifact("1", "t"), ArtifactQuery(since=AT))


@pytest.mark.parametrize(
    "value, operator, wanted, fits",
    [
        (0.91, "=", 0.91, True),
        (1, "=", 1.0, True),
        (True, "=", 1.0, False),
        (True, "=", "true", True),
        (True, "!=", "false", True),
        ("0.91", "=", 0.91, False),
        ("0.91", "!=", 0.91, True),
        (0.91, "<", "b", False),
        ("a", "<", "b", False),
        ("a", "=", "a", True),
        ("a", "!=", "a", False),
        (2**63 - 1, ">=", 9e18, True),
        (["a"], "=", "a", False),
        ({"a": 1}, "!=", "a", False),
    ],
)
def test_a_property(value: JsonValue, operator: Any, wanted: float | str, fits: bool) -> None:
    assert property_fits({"p": value}, PropertyTest("p", operator, wanted)) is fits


@pytest.mark.parametrize("operator", ["=", "!=", "<", ">"])
def test_a_property_that_is_not_there_fits_nothing(operator: Any) -> None:
    assert not property_fits({"q": 1}, PropertyTest("p", operator, 1.0))


@pytest.mark.parametrize(
    "query, fits",
    [
        (ExecutionQuery(), True),
        (ExecutionQuery(task="train", fingerprint="f1", before=AT + SECOND), True),
        (ExecutionQuery(task="Train"), False),
        (ExecutionQuery(fingerprint="f"), False),
        (ExecutionQuery(before=AT), False),
    ],
)
def test_an_execution(query: ExecutionQuery, fits: bool) -> None:
    assert execution_fits(TRAIN, query) is fits


def test_only_containers_are_asked_for() -> None:
    assert not execution_fits(Execution("1", "system.DAGExecution", "dag", task="train"), ExecutionQuery(task="train"))


def test_names_of_types() -> None:
    assert type_names("Model") == ("Model", "system.Model")
    assert type_names("system.Model") == ("system.Model",)
