"""Answers of KFP's REST API as model values, also odd ones."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import msgspec
import pytest

from kfpops.knowledge import kfp_json
from kfpops.knowledge.kfp_json import RecordedRun, archived_log, completed, decode_object, recorded_run, run_of, time_of
from kfpops.model.run import CacheRow, KfpHealth, Run, StateChange
from kfpops.model.workflow import Workflow


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"a"', b"<html>", b'{"runs": [', b"\xff"])
def test_these_are_no_answers(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_object(body)


@pytest.mark.parametrize(
    "value", [None, "", 0, "soon", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2026-13-01T00:00:00Z"]
)
def test_these_times_are_none(value: object) -> None:
    assert time_of(value) is None


@pytest.mark.parametrize("value", ["2026-11-21T09:52:52Z", "2026-11-21T10:52:52+01:00", "2026-11-21T09:52:52"])
def test_a_time(value: str) -> None:
    assert time_of(value) == datetime(2026, 11, 21, 9, 52, 52, tzinfo=timezone.utc)


@pytest.mark.parametrize("document", [{}, {"run_id": ""}, {"run_id": None}, {"run_id": 3}, {"display_name": "nightly"}])
def test_without_an_id_it_is_no_run(document: dict[str, Any]) -> None:
    assert run_of(document) is None


def test_a_run_that_kfp_could_not_convert_has_its_id_and_why() -> None:
    error = {"code": 13, "message": "Failed to parse runtime config"}
    run = run_of({"run_id": "a", "experiment_id": "e", "error": error})
    assert run == Run("a", "", experiment_id="e", error="Failed to parse runtime config")


def test_a_run_of_2_17() -> None:
    """Shortened from a cancelled run of KFP 2.17.0; `plugins_output` means nothing."""
    run = run_of(
        {
            "experiment_id": "7c238a2a",
            "run_id": "264684d1",
            "display_name": "similarity-matrix full",
            "storage_state": "ARCHIVED",
            "pipeline_spec": {"pipelineInfo": {"name": "similarity-matrix"}, "root": {"dag": {"tasks": {}}}},
            "service_account": "pipeline-runner",
            "created_at": "2026-11-21T09:52:52Z",
            "scheduled_at": "2026-11-21T09:52:52Z",
            "finished_at": "1970-01-01T00:00:00Z",
            "state": "CANCELING",
            "run_details": {"task_details": [{"run_id": "264684d1", "task_id": "0cf2"}]},
            "recurring_run_id": "87188baf",
            "state_history": [{"update_time": "2026-11-21T09:52:52Z", "state": "PENDING"}, {}],
            "plugins_output": {"mlflow": {"state": "PLUGIN_FAILED"}},
        },
        "team-a",
    )
    created = datetime(2026, 11, 21, 9, 52, 52, tzinfo=timezone.utc)
    assert run is not None
    assert (run.state, run.namespace, run.pipeline_name, run.archived) == ("CANCELING", "team-a", "similarity-matrix", True)
    assert (run.created_at, run.finished_at, run.recurring_run_id) == (created, None, "87188baf")
    assert run.state_history == (StateChange(created, "PENDING"), StateChange(None, ""))


@pytest.mark.parametrize(
    "odd",
    [
        {"state": 5},
        {"state": "SOMETHING_NEW"},
        {"pipeline_spec": "text"},
        {"pipeline_spec": {"root": 3}},
        {"state_history": {"a": 1}},
        {"state_history": [None, "a", {"update_time": 3}]},
        {"pipeline_version_reference": []},
        {"created_at": {"seconds": 3}},
        {"error": ["a"]},
        {"storage_state": None},
    ],
)
def test_an_odd_field_does_not_hide_a_run(odd: dict[str, Any]) -> None:
    run = run_of({"run_id": "a", "display_name": "nightly", **odd})
    assert run is not None
    assert run.name == "nightly"


def test_a_page_of_runs() -> None:
    page = {"runs": [{"run_id": "a"}, {"no": "run"}, None, {"run_id": "b"}], "next_page_token": "t"}
    assert [run.id for run in kfp_json.runs_of(page)] == ["a", "b"]
    assert kfp_json.next_page(page) == "t"
    assert kfp_json.runs_of({}) == ()
    assert kfp_json.next_page({"runs": []}) == ""


@pytest.mark.parametrize(
    "document", [{}, {"run": {}}, {"run": {}, "pipeline_runtime": {"workflow_manifest": ""}}, {"run": None}]
)
def test_nothing_recorded(document: dict[str, Any]) -> None:
    assert recorded_run(document) == RecordedRun()


def test_what_is_recorded_completes_a_run() -> None:
    manifest = {"metadata": {"name": "train-x", "namespace": "team-a"}, "status": {"nodes": None, "phase": "Failed"}}
    record = recorded_run(
        {
            "run": {
                "pipeline_spec": {"pipeline_name": "train", "pipeline_manifest": "pipelineInfo: {name: train}\nroot: {}\n"},
                "resource_references": [
                    {"key": {"type": "EXPERIMENT", "id": "e"}},
                    {"key": {"type": "NAMESPACE", "id": "x"}},
                ],
            },
            "pipeline_runtime": {"workflow_manifest": json.dumps(manifest)},
        }
    )
    assert record.workflow is not None
    assert record.workflow.status.phase == "Failed"
    run = completed(Run("a", "nightly"), record)
    assert (run.namespace, run.pipeline_name, run.pipeline is not None) == ("team-a", "train", True)


def test_what_a_run_knows_itself_stays() -> None:
    run = completed(Run("a", "nightly", namespace="mine", pipeline_name="own"), RecordedRun(None, "x", "y", ""))
    assert (run.namespace, run.pipeline_name, run.pipeline) == ("mine", "own", None)


def test_the_namespace_of_a_run_without_workflow() -> None:
    references = [{"key": {"type": "NAMESPACE", "id": "team-a"}, "relationship": "OWNER"}]
    assert recorded_run({"run": {"resource_references": references}}).namespace == "team-a"


def test_a_truncated_workflow_is_an_error() -> None:
    with pytest.raises(msgspec.DecodeError):
        recorded_run({"pipeline_runtime": {"workflow_manifest": '{"metadata": {"na'}})


@pytest.mark.parametrize("key", ["recurringRuns", "recurring_runs"])
def test_recurring_runs_stand_under_either_name(key: str) -> None:
    """Shortened from KFP 2.17.0, which writes numbers as text."""
    cron = {"cron_schedule": {"cron": "0 0 3 * * *"}}
    documents = [
        {"recurring_run_id": "a", "display_name": "tick", "max_concurrency": "1", "mode": "DISABLE", "status": "DISABLED",
         "trigger": {"periodic_schedule": {"interval_second": "60"}}, "namespace": "kubeflow"},
        {"recurring_run_id": "b", "mode": "ENABLE", "trigger": cron},
        {"recurring_run_id": "c", "max_concurrency": "many", "trigger": None},
        {"display_name": "no id"},
    ]  # fmt: skip
    tick, nightly, bare = kfp_json.recurring_runs_of({key: documents})
    assert (tick.enabled, tick.schedule, tick.max_concurrency, tick.namespace) == (False, "every 60 s", 1, "kubeflow")
    assert (nightly.enabled, nightly.schedule) == (True, "0 0 3 * * *")
    assert (bare.enabled, bare.schedule, bare.max_concurrency) == (False, "", None)


def test_experiments_pipelines_and_health() -> None:
    (one,) = kfp_json.experiments_of({"experiments": [{"experiment_id": "e", "display_name": "Default"}, {}]})
    assert (one.id, one.name, one.namespace) == ("e", "Default", "")
    assert kfp_json.pipeline_names_of({"pipelines": [{"pipeline_id": "p", "display_name": "Train", "name": "train"}]}) == {
        "p": "train"
    }
    assert kfp_json.health_of({"tag_name": "2.17.0", "multi_user": False}) == KfpHealth("2.17.0")
    assert kfp_json.health_of({"multi_user": True}) == KfpHealth("", True)


@pytest.mark.parametrize(
    "body, log",
    [
        pytest.param(b'{"error_message": "no log"}', None, id="an excuse"),
        pytest.param(b'{"error_message":"no log","error_details":"none"}', None, id="with details"),
        pytest.param(b"", b"", id="an empty log is a log"),
        pytest.param(b"text", b"text", id="a log"),
        pytest.param(
            b'{"error_message": "mine"}\nnext line', b'{"error_message": "mine"}\nnext line', id="a program's own words"
        ),
        pytest.param(b'{"error_message": "a", "loss": 1}', b'{"error_message": "a", "loss": 1}', id="in its own format"),
    ],
)
def test_an_archived_log_or_the_excuse_for_it(body: bytes, log: bytes | None) -> None:
    assert archived_log(body) == log


def details(*nodes: str) -> dict[str, Any]:
    return {"run_details": {"task_details": [{"child_tasks": [{"pod_name": node}]} for node in nodes]}}


@pytest.mark.parametrize(
    "document, name",
    [
        pytest.param({}, "", id="nothing has begun"),
        pytest.param({"run_details": {"task_details": [{"display_name": "x"}]}}, "", id="no nodes"),
        pytest.param(details("train", "-7", "x-y"), "", id="these are no ids of nodes"),
        pytest.param(details("a-1", "b-2"), "", id="two workflows"),
        pytest.param({"run_details": {"task_details": {"child_tasks": 7}}}, "", id="of another form"),
        pytest.param(details("train-daily-x7k2p-213403966", "train-daily-x7k2p-1"), "train-daily-x7k2p", id="one workflow"),
    ],
)
def test_the_workflow_of_a_run(document: dict[str, Any], name: str) -> None:
    run = run_of({"run_id": "r", **document})
    assert run is not None
    assert run.workflow == name


def test_the_workflow_that_v1beta1_kept() -> None:
    kept = msgspec.json.decode(b'{"metadata": {"name": "wf-1", "namespace": "team-a"}}', type=Workflow)
    assert completed(Run("r", "n"), RecordedRun(kept)).workflow == "wf-1"
    assert completed(Run("r", "n", workflow="wf-0"), RecordedRun(kept)).workflow == "wf-0"


def test_only_what_can_be_hit_is_an_entry_of_the_cache() -> None:
    node = {"id": "n", "runId": "r", "created_at": "2026-11-21T09:41:19Z"}
    hit = {**node, "id": "h", "mlmdExecutionID": "2", "fingerprint": "5f4b"}
    at = datetime(2026, 11, 21, 9, 41, 19, tzinfo=timezone.utc)
    assert kfp_json.cache_rows_of({"tasks": [node, hit, 7]}) == (CacheRow("h", "r", "2", "5f4b", at),)
    assert kfp_json.cache_rows_of({}) == ()


@pytest.mark.parametrize(("namespace", "number"), [("", 3), ("a", 2), ("c", 1)])
def test_pipelines_of_a_namespace_and_those_that_tell_none(namespace: str, number: int) -> None:
    document = {"pipelines": [{"namespace": "a"}, {"namespace": "b"}, {"pipeline_id": "p"}]}
    assert kfp_json.pipeline_count_of(document, namespace) == number
