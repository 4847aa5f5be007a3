"""Gathering a namespace: what is wrong now, without the history."""

from __future__ import annotations

from kfpops.diagnose.gather import gather_namespace
from kfpops.errors import Forbidden
from kfpops.model.workflow import Workflow
from tests.builders import a_pod, a_workflow, kube, running, terminated
from tests.diagnose.gather.test_run import FAILED, FAILED_POD, pod, workflow
from tests.fakes import FakeKubernetes, a_cluster


def test_failed_attempts_of_a_run_that_succeeded_are_history() -> None:
    facts = gather_namespace(a_cluster(FakeKubernetes((a_workflow(phase="Succeeded"), FAILED_POD))), "kubeflow")
    assert facts.steps == ()


def test_failed_runs_and_pods_of_no_run_are_looked_at() -> None:
    alone = a_pod("notebook-0", metadata={"labels": {}}, statuses=(running(),))
    logs = {FAILED_POD.metadata.name: "no"}
    facts = gather_namespace(a_cluster(FakeKubernetes((FAILED, FAILED_POD, alone), logs)), "kubeflow")
    assert [(s.state, s.task) for s in facts.steps] == [("failed", "train"), ("running", None)]
    assert facts.cases[0].steps[0].log is not None


def test_without_the_right_to_read_workflows_the_pods_speak() -> None:
    kubernetes = FakeKubernetes((FAILED, FAILED_POD), refusals={"workflows": Forbidden("no", needs="list workflows")})
    facts = gather_namespace(a_cluster(kubernetes), "kubeflow")
    assert [s.state for s in facts.steps] == ["failed"]
    assert any("list workflows" in gap.why for gap in facts.missing)


def test_at_most_forty_logs_are_read_and_the_rest_is_told() -> None:
    tasks = [(f"task-{n}", "Failed", "main: Error (exit code 1)") for n in range(60)]
    pods = [pod(n, phase="Failed", statuses=(terminated(1),)) for n in range(60)]
    kubernetes = FakeKubernetes((workflow("Failed", *tasks), *pods), {p.metadata.name: "no" for p in pods})
    facts = gather_namespace(a_cluster(kubernetes), "kubeflow")
    assert len([a for a in kubernetes.asked if a == "log"]) == 40
    assert len(facts.steps) == 60
    assert [gap.why for gap in facts.missing] == ["20 of 60 failed steps: only 40 logs are read, one of each task first"]


def test_a_namespace_is_listed_kind_by_kind_not_pod_by_pod() -> None:
    labels = {"pipeline/runid": "r", "workflows.argoproj.io/workflow": "w"}
    pods = [a_pod(f"p{n}", metadata={"labels": labels}, statuses=(running(),)) for n in range(300)]
    empty = kube(Workflow, {"metadata": {"name": "w", "namespace": "kubeflow", "labels": {"pipeline/runid": "r"}}})
    kubernetes = FakeKubernetes((*pods, empty))
    gather_namespace(a_cluster(kubernetes), "kubeflow")
    assert len(kubernetes.asked) <= 6
