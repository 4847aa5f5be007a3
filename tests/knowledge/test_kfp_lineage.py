"""Answers of KFP's own lineage API → the nouns of lineage."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from kfpops.knowledge.kfp_lineage import artifacts_of, links_of, pipeline_id_of, root_of, runs_in, tasks_of, type_number
from kfpops.model.lineage import Artifact, Event, Execution

AT = datetime(2026, 11, 21, 9, 41, 42, tzinfo=timezone.utc)


def artifact(**fields: Any) -> Artifact:
    (found,) = artifacts_of({"artifacts": [{"artifact_id": "a", **fields}]})
    return found


def task(**fields: Any) -> Execution:
    (found,) = tasks_of({"tasks": [{"task_id": "t", **fields}]}, "team-a")
    return found


@pytest.mark.parametrize(
    "document", [{}, {"artifacts": None}, {"artifacts": "x"}, {"artifacts": [None, 7, {}, {"name": "n"}]}]
)
def test_no_artifacts(document: Any) -> None:
    assert artifacts_of(document) == ()


@pytest.mark.parametrize("document", [{}, {"tasks": None}, {"tasks": [[], {"name": "n"}]}])
def test_no_tasks(document: Any) -> None:
    assert tasks_of(document, "") == ()


def test_fields_of_unexpected_types_count_as_absent() -> None:
    odd = {"name": 7, "uri": None, "type": 2, "metadata": [], "number_value": [], "created_at": 17}
    assert artifact(**odd) == Artifact("a", "")
    odd = {"name": 7, "state": 3, "pods": "p", "type_attributes": [], "inputs": {"parameters": {"a": 1}}}
    assert task(**odd) == Execution("t", "", namespace="team-a")


def test_an_artifact() -> None:
    found = artifact(
        name="model",
        type="Model",
        uri="s3://b/k",
        created_at="2026-11-21T09:41:42Z",
        metadata={"framework": "xgboost", "depth": 3, "tags": ["a", 1], "store_session_info": "{}", "display_name": "m"},
    )
    properties = {"depth": 3.0, "framework": "xgboost", "tags": ["a", 1.0]}
    assert found == Artifact("a", "system.Model", "s3://b/k", "model", created_at=AT, properties=properties)
    assert list(found.properties) == sorted(found.properties)


@pytest.mark.parametrize("number, property", [(0.91, 0.91), (0, 0.0), ("NaN", "NaN"), ("Infinity", "Infinity")])
def test_a_metric_is_a_property_of_its_name(number: Any, property: Any) -> None:
    found = artifact(name="accuracy", type="Metric", number_value=number, metadata={"unit": "1"})
    assert (found.type, found.properties) == ("system.Metrics", {"accuracy": property, "unit": "1"})


@pytest.mark.parametrize(
    "type, named",
    [
        ("TYPE_UNSPECIFIED", ""),
        ("Later", ""),
        ("Artifact", "system.Artifact"),
        ("HTML", "system.HTML"),
        ("ClassificationMetric", "system.ClassificationMetrics"),
        ("SlicedClassificationMetric", "system.SlicedClassificationMetrics"),
    ],
)
def test_types_are_called_as_in_ml_metadata(type: str, named: str) -> None:
    assert artifact(type=type).type == named


@pytest.mark.parametrize(
    "type, number",
    [("", None), ("acme.Weird", None), ("Model", 2), ("system.Model", 2), ("system.Metrics", 6), ("Metric", 6)],
)
def test_numbers_of_types(type: str, number: int | None) -> None:
    assert type_number(type) == number


def test_a_task() -> None:
    found = task(
        run_id="r",
        name="train",
        display_name="Train it",
        type="RUNTIME",
        state="SUCCEEDED",
        cache_fingerprint="f1",
        parent_task_id="p",
        create_time="2026-11-21T09:41:42Z",
        end_time="1970-01-01T00:00:00Z",
        type_attributes={"iteration_index": "2"},
        pods=[{"name": "d", "type": "DRIVER"}, {"name": "train-1", "type": "EXECUTOR"}],
        inputs={"parameters": [{"parameter_key": "rows", "value": 3, "type": "RUNTIME_VALUE_INPUT"}]},
        outputs={"parameters": [{"parameter_key": "loss", "value": {"a": [1]}}, {"value": 1}]},
    )
    assert found == Execution(
        id="t",
        type="system.ContainerExecution",
        kind="container",
        state="COMPLETE",
        task="train",
        name="Train it",
        parent_id="p",
        iteration=2,
        fingerprint="f1",
        run_id="r",
        namespace="team-a",
        pod="train-1",
        created_at=AT,
        inputs={"rows": 3.0},
        outputs={"loss": {"a": [1.0]}},
    )


@pytest.mark.parametrize(
    "type, kind, named",
    [
        ("TASK_TYPE_UNSPECIFIED", "other", ""),
        ("ROOT", "dag", "system.DAGExecution"),
        ("LOOP", "dag", "system.DAGExecution"),
        ("CONDITION_BRANCH", "dag", "system.DAGExecution"),
        ("EXIT_HANDLER", "dag", "system.DAGExecution"),
        ("IMPORTER", "importer", "system.ImporterExecution"),
    ],
)
def test_kinds_of_tasks(type: str, kind: str, named: str) -> None:
    assert (task(type=type).kind, task(type=type).type) == (kind, named)


def test_the_root_has_no_task_name() -> None:
    found = task(type="ROOT", name="ROOT", display_name="nightly")
    assert (found.task, found.name) == ("", "nightly")


@pytest.mark.parametrize(
    "state, word",
    [
        ("RUNTIME_STATE_UNSPECIFIED", ""),
        ("RUNNING", "RUNNING"),
        ("SKIPPED", "CANCELED"),
        ("CACHED", "CACHED"),
        ("LATER", "LATER"),
    ],
)
def test_states_are_called_as_in_ml_metadata(state: str, word: str) -> None:
    assert task(state=state).state == word


@pytest.mark.parametrize(
    "type, kind",
    [
        ("OUTPUT", "output"),
        ("ONE_OF_OUTPUT", "output"),
        ("ITERATOR_OUTPUT", "output"),
        ("COMPONENT_INPUT", "input"),
        ("TASK_OUTPUT_INPUT", "input"),
        ("COLLECTED_INPUTS", "input"),
        ("ITERATOR_INPUT_RAW", "input"),
    ],
)
def test_links(type: str, kind: Any) -> None:
    (link,) = links_of(
        {"artifact_tasks": [{"artifact_id": "a", "task_id": "t", "run_id": "r", "type": type, "key": "data"}]}
    )
    assert (link.event, link.task_id, link.run_id) == (Event("a", "t", kind, "data"), "t", "r")


@pytest.mark.parametrize("type", [None, "", "UNSPECIFIED"])
def test_a_link_that_says_nothing(type: Any) -> None:
    (link,) = links_of({"artifact_tasks": [{"artifact_id": "a", "task_id": "t", "run_id": "r", "type": type}]})
    assert (link.event, link.run_id) == (None, "r")


def test_runs() -> None:
    assert runs_in({"runs": [{"run_id": "r"}, None]}) == [{"run_id": "r"}]
    assert pipeline_id_of({"pipeline_reference": {"pipeline_id": "p"}}) == "p"
    assert pipeline_id_of({"pipeline_version_reference": {"pipeline_id": "q"}}) == "q"
    assert pipeline_id_of({}) == ""
    assert root_of({"runtime_config": {"pipeline_root": "s3://b/root/?region=eu"}}) == "s3://b/root"
    assert root_of({}) == ""
