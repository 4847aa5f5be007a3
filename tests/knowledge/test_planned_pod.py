"""What a driver planned, as KFP 2.17 writes it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kfpops.knowledge.planned_pod import patches_of, planned_container, stored_logs
from kfpops.model.workflow import Workflow, WorkflowNode
from tests.builders import a_workflow, kube

LOGS = "minio://mlpipeline/v2/artifacts/train/run/train/6d1e/executor-logs"
INPUT = {"outputs": {"artifacts": {"executor-logs": {"artifacts": [{"uri": LOGS}]}}}}
COMMAND = ["/kfp-launcher/launch", "--executor_input", json.dumps(INPUT), "--", "python3"]
MAIN = {"name": "main", "image": "python:3.11", "command": COMMAND, "resources": {"limits": {"memory": "400Mi"}}}
PATCH = json.dumps({"containers": [MAIN]})
REPOSITORY = {"artifactRepositoryRef": {"artifactRepository": {"s3": {"bucket": "mlpipeline", "keyFormat": "x"}}}}
KEY = "private-artifacts/kubeflow/wf/2026/11/21/wf-1/main.log"


def workflow(name: str, *parameters: dict[str, str], **status: Any) -> Workflow:
    node = {"id": "n", "name": name, "type": "Pod", "templateName": "system-container-driver"}
    return a_workflow(status={"nodes": {"n": {**node, "outputs": {"parameters": list(parameters)}}}, **status})


@pytest.mark.parametrize("text", ["", "{", "[]", '{"containers": [{"name": "other"}]}', '"text"'])
def test_what_is_no_plan_is_none(text: str) -> None:
    assert planned_container(text) is None


def test_a_plan_has_the_limit_and_the_command() -> None:
    planned = planned_container(PATCH)
    assert planned is not None
    assert planned.resources.limits == {"memory": "400Mi"}
    assert planned.command == tuple(COMMAND)


def test_plans_are_found_by_task_and_iteration() -> None:
    plan = {"name": "pod-spec-patch", "value": PATCH}
    other = {"name": "execution-id", "value": "7"}
    assert patches_of(workflow("train-x7k2p(0).root(0).train-driver(0)", other, plan)) == {("train", ()): PATCH}
    loop = "train-x7k2p.root.for-loop-1.iteration-iterations(2:2).iteration-item.train-driver"
    assert patches_of(workflow(loop, plan)) == {("for-loop-1.train", (2,)): PATCH}
    assert patches_of(workflow("train-x7k2p.root-driver", other)) == {}


def test_the_archive_comes_before_the_executors_own_upload() -> None:
    artifact = {"name": "main-logs", "s3": {"key": KEY}}
    node = kube(WorkflowNode, {"id": "n", "outputs": {"artifacts": [artifact]}})
    found = stored_logs(workflow("w", **REPOSITORY), node, planned_container(PATCH), 2)
    assert found == (f"minio://mlpipeline/{KEY}", f"{LOGS}-2", LOGS)


def test_without_a_repository_or_a_plan_nothing_is_guessed() -> None:
    artifact = {"name": "main-logs", "s3": {"key": KEY}}
    node = kube(WorkflowNode, {"id": "n", "outputs": {"artifacts": [artifact]}})
    assert stored_logs(a_workflow(), node, None, 0) == ()
