"""Runs, workflows and archived logs from a bundle; what it does not hold is unknown, not absent."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from kfpops.capture.open import open_bundle
from kfpops.capture.pipelines import BundlePipelines
from kfpops.errors import BadAnswer, Forbidden, NotFound, NotInBundle, Unreachable
from tests.capture import bundles
from tests.capture.bundles import RUN


def run(number: int, name: str, state: str, experiment: str = "e1") -> dict[str, Any]:
    created = f"2026-11-21T09:0{number}:00Z"
    return {
        "run_id": f"run-{number}",
        "display_name": name,
        "state": state,
        "experiment_id": experiment,
        "created_at": created,
    }


RUNS = {"runs": [run(1, "train", "FAILED"), run(3, "train", "SUCCEEDED"), run(2, "report", "RUNNING", "e2")]}
EXPERIMENTS = {"experiments": [{"experiment_id": "e2", "display_name": "x", "namespace": "team-b"}]}
FILES = {"kfp/v2beta1/runs.json": RUNS, "kfp/v2beta1/experiments.json": EXPERIMENTS}


def pipelines(path: Path, content: dict[str, Any], /, **more: Any) -> BundlePipelines:
    return BundlePipelines(open_bundle(bundles.folder(path, content, **more)))


@pytest.mark.parametrize(
    "asked, ids",
    [
        pytest.param({}, "321", id="newest first"),
        pytest.param({"name": "train"}, "31", id="of a name"),
        pytest.param({"state": "failed"}, "1", id="of a state"),
        pytest.param({"limit": 1}, "3", id="the newest"),
        pytest.param({"experiment_id": "e2"}, "2", id="of an experiment"),
        pytest.param({"since": datetime(2026, 11, 21, 9, 2, tzinfo=timezone.utc)}, "32", id="since a moment"),
    ],
)
def test_runs_are_listed(tmp_path: Path, asked: dict[str, Any], ids: str) -> None:
    assert "".join(r.id[-1] for r in pipelines(tmp_path, FILES).runs("", **asked)) == ids


def test_the_namespace_is_that_of_the_experiment(tmp_path: Path) -> None:
    found = list(pipelines(tmp_path, FILES).runs("kubeflow"))
    assert [(r.id, r.namespace) for r in found] == [("run-3", "kubeflow"), ("run-1", "kubeflow")]


def test_a_broken_list_of_experiments_does_not_hide_the_runs(tmp_path: Path) -> None:
    files = {**FILES, "kfp/v2beta1/experiments.json": b"{"}
    assert len(list(pipelines(tmp_path, files).runs("kubeflow"))) == 3


@pytest.mark.parametrize(
    "about, known",
    [
        pytest.param({}, False, id="a bundle of one run says nothing of others"),
        pytest.param({"scope": {"everything": True}}, True, id="a bundle of everything does"),
        pytest.param(
            {"scope": {"everything": True}, "gaps": [{"source": "older runs", "why": "only the newest are kept"}]},
            False,
            id="unless older runs were left out",
        ),
    ],
)
def test_whether_an_unknown_run_is_gone(tmp_path: Path, about: dict[str, Any], known: bool) -> None:
    with pytest.raises(NotFound) as raised:
        pipelines(tmp_path, FILES, **about).run("run-9")
    assert isinstance(raised.value, NotInBundle) is not known


def test_an_unknown_run_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="holds no run run-9"):
        pipelines(tmp_path, FILES).run("run-9")


@pytest.mark.parametrize(
    "gaps, error, said",
    [
        ([], Unreachable, r"holds no kfp/v2beta1/runs\.json"),
        ([{"source": "KFP REST API", "why": "connection refused"}], Unreachable, "connection refused"),
        ([{"source": "/apis/v2beta1/runs?namespace=x", "why": "403: no"}], Forbidden, "403: no"),
    ],
)
def test_runs_that_were_not_read_are_unknown(tmp_path: Path, gaps: list[Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        pipelines(tmp_path, {"kfp/healthz.json": {}}, gaps=gaps).run(RUN)


def test_a_truncated_file_is_a_bad_answer(tmp_path: Path) -> None:
    with pytest.raises(BadAnswer):
        pipelines(tmp_path, {"kfp/v2beta1/runs.json": b'{"runs": ['}).run(RUN)


def test_the_workflow_is_the_copy_in_kfps_database(tmp_path: Path) -> None:
    manifest = json.dumps({"metadata": {"name": "train-x", "namespace": "team-a"}, "status": {"phase": "Failed"}})
    files = {**FILES, "kfp/v1beta1/runs/run-1.json": {"run": {}, "pipeline_runtime": {"workflow_manifest": manifest}}}
    api = pipelines(tmp_path, files)
    found = api.workflow("run-1")
    assert found is not None
    assert found.status.phase == "Failed"
    assert api.run("run-1").namespace == "team-a"
    assert api.workflow("run-2") is None


def test_archived_logs(tmp_path: Path) -> None:
    path = f"kfp/v1alpha1/runs/{RUN}/nodes/n-1.log"
    log = pipelines(tmp_path, {path: b"one\ntwo"}, files=[{"path": path, "cut": True}]).archived_log(RUN, "n-1")
    assert log is not None
    assert (log.source, log.text, log.cut) == ("archive n-1", "one\ntwo", True)


@pytest.mark.parametrize("body", [None, b'{"error_message": "no log", "error_details": "x"}'])
def test_no_archived_log_is_none(tmp_path: Path, body: bytes | None) -> None:
    files = {} if body is None else {f"kfp/v1alpha1/runs/{RUN}/nodes/n-1.log": body}
    assert pipelines(tmp_path, files).archived_log(RUN, "n-1") is None


def test_health_recurring_runs_and_experiments(tmp_path: Path) -> None:
    recurring = {
        "recurringRuns": [{"recurring_run_id": "r", "display_name": "nightly", "status": "DISABLED", "namespace": "a"}]
    }
    files = {
        **FILES,
        "kfp/healthz.json": {"tag_name": "2.17.0"},
        "kfp/v2beta1/recurringruns.json": recurring,
    }
    api = pipelines(tmp_path, files)
    assert api.health().tag == "2.17.0"
    assert [r.enabled for r in api.recurring_runs("a")] == [False]
    assert api.recurring_runs("b") == ()
    assert [e.id for e in api.experiments("team-b")] == ["e2"]


def test_a_bundle_of_single_runs_does_not_tell_how_many_pipelines_there_are(tmp_path: Path) -> None:
    with pytest.raises(NotInBundle):
        pipelines(tmp_path, {**FILES, "kfp/v2beta1/pipelines.json": {"pipelines": []}}).pipeline_count("")


def test_a_bundle_of_single_runs_does_not_tell_the_step_cache(tmp_path: Path) -> None:
    with pytest.raises(NotInBundle):
        pipelines(tmp_path, {**FILES, "kfp/v1alpha1/tasks.json": {"tasks": []}}).cache_rows("")


def test_a_bundle_without_the_step_cache_does_not_look_empty(tmp_path: Path) -> None:
    everything = {"scope": {"everything": True}}
    with pytest.raises(Unreachable, match="tasks"):
        pipelines(tmp_path / "a", FILES, **everything).cache_rows("")
    gaps = [{"source": "/apis/v1alpha1/tasks", "why": "403: not allowed"}]
    with pytest.raises(Forbidden):
        pipelines(tmp_path / "b", FILES, **everything, gaps=gaps).cache_rows("")


def test_the_step_cache_of_a_bundle(tmp_path: Path) -> None:
    tasks = {"tasks": [{"id": "a", "runId": "run-1", "fingerprint": "f"}, {"id": "b", "runId": "run-1"}]}
    found = pipelines(tmp_path, {"kfp/v1alpha1/tasks.json": tasks}, scope={"everything": True}).cache_rows("kubeflow")
    assert [(row.id, row.run_id) for row in found] == [("a", "run-1")]
