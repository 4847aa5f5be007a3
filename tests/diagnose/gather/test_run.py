"""Gathering one run: little is asked for, and every refusal is a gap."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.diagnose.gather import gather_run
from kfpops.errors import Forbidden, NotFound, Unreachable
from kfpops.model.meta import KubernetesStruct
from kfpops.model.pod import Pod
from kfpops.model.run import Run
from kfpops.model.workflow import Workflow
from tests.builders import RUN_ID, a_node, a_pod, a_workflow, an_event, kube, terminated, unschedulable
from tests.fakes import FakeKubernetes, FakePipelines, FakeStore, a_cluster

RUN = Run(RUN_ID, "nightly", "FAILED", pipeline_name="train")


def workflow(phase: str, *nodes: tuple[str, str, str]) -> Workflow:
    """Nodes as (task, phase, message), one executor pod each."""
    tree = {
        f"train-x7k2p-{n}": {
            "id": f"train-x7k2p-{n}",
            "name": f"train-x7k2p.root.{task}.executor",
            "type": "Pod",
            "templateName": "system-container-impl",
            "phase": node_phase,
            "message": message,
            "startedAt": "2026-11-21T11:50:00Z",
            "hostNodeName": "node-a",
            "finishedAt": f"2026-11-21T11:5{min(n, 9)}:00Z",
        }
        for n, (task, node_phase, message) in enumerate(nodes)
    }
    return a_workflow(phase=phase, status={"nodes": tree})


def pod(number: int, **more: Any) -> Pod:
    name = f"train-x7k2p-system-container-impl-{number}"
    annotations = {"workflows.argoproj.io/node-id": f"train-x7k2p-{number}"}
    labels = {"pipeline/runid": RUN_ID, "workflows.argoproj.io/workflow": "train-x7k2p"}
    return a_pod(name, metadata={"annotations": annotations, "labels": labels}, **more)


FAILED_POD = pod(0, phase="Failed", statuses=(terminated(1),))
FAILED = workflow("Failed", ("train", "Failed", "main: Error (exit code 1)"))


def test_a_healthy_run_costs_three_requests() -> None:
    done = workflow("Succeeded", ("train", "Succeeded", ""))
    kubernetes = FakeKubernetes((done, pod(0, phase="Succeeded", statuses=(terminated(0),))))
    pipelines = FakePipelines((RUN,))
    facts = gather_run(a_cluster(kubernetes, pipelines), RUN_ID)
    assert facts.missing == ()
    assert len(kubernetes.asked) + len(pipelines.asked) == 3


def test_a_failed_step_brings_its_log_and_its_events() -> None:
    event = an_event("BackOff", name=FAILED_POD.metadata.name)
    logs = {FAILED_POD.metadata.name: "ValueError: no"}
    facts = gather_run(a_cluster(FakeKubernetes((FAILED, FAILED_POD, event), logs), FakePipelines((RUN,))), RUN_ID)
    (step,) = facts.steps
    assert step.log is not None
    assert step.log.lines == ("ValueError: no",)
    assert step.events == (event,)
    assert step.pipeline == "train"
    assert facts.cases[0].workflow_is_live


def test_when_workflow_and_pods_are_gone_kfps_copy_and_archive_answer() -> None:
    pipelines = FakePipelines((RUN,), {RUN_ID: FAILED}, {"train-x7k2p-0": "ValueError: no"})
    facts = gather_run(a_cluster(FakeKubernetes(), pipelines), RUN_ID)
    assert not facts.cases[0].workflow_is_live
    assert facts.steps[0].pod is None
    assert facts.steps[0].log is not None


def test_a_log_that_is_nowhere_is_a_gap_with_all_reasons() -> None:
    facts = gather_run(a_cluster(FakeKubernetes((FAILED, FAILED_POD)), FakePipelines((RUN,))), RUN_ID)
    (gap,) = facts.missing
    assert gap.source == f"logs of {FAILED_POD.metadata.name}"
    assert "There is no pod" in gap.why
    assert "no archived log was found" in gap.why


@pytest.mark.parametrize("plural", ["workflows", "events", "log"])
def test_a_missing_right_is_named_and_the_rest_goes_on(plural: str) -> None:
    right = f"list {plural} in kubeflow"
    kubernetes = FakeKubernetes((FAILED, FAILED_POD), refusals={plural: Forbidden("forbidden", needs=right)})
    facts = gather_run(a_cluster(kubernetes, FakePipelines((RUN,))), RUN_ID)
    assert facts.steps
    assert any(right in gap.why for gap in facts.missing)


def test_with_the_kfp_api_down_a_whole_id_and_a_name_still_work() -> None:
    down = FakePipelines(broken=Unreachable("the KFP API refused the connection"))
    for text in (RUN_ID, "train-x7k2p", RUN_ID[:8]):
        facts = gather_run(a_cluster(FakeKubernetes((FAILED, FAILED_POD)), down), text)
        assert facts.steps[0].state == "failed"
        assert facts.missing[0].source == "KFP API"


def test_nothing_readable_at_all_is_an_error_that_names_what_refused() -> None:
    refuse: dict[str, Any] = {p: Forbidden("no", needs=f"list {p}") for p in ("pods", "workflows")}
    with pytest.raises(Unreachable) as told:
        gather_run(a_cluster(FakeKubernetes(refusals=refuse), FakePipelines(broken=Unreachable("down"))), RUN_ID)
    assert "list pods" in told.value.hint
    assert "down" in told.value.hint


def test_an_unreachable_cluster_is_an_error() -> None:
    with pytest.raises(Unreachable):
        gather_run(a_cluster(FakeKubernetes(refusals={"pods": Unreachable("refused")}), FakePipelines((RUN,))), RUN_ID)


def test_an_unknown_run_is_told() -> None:
    with pytest.raises(NotFound):
        gather_run(a_cluster(FakeKubernetes(), FakePipelines()), "nightly")


def test_a_pod_that_no_node_takes_brings_the_nodes_and_what_runs_there() -> None:
    pending = pod(0, phase="Pending", node="", conditions=(unschedulable("0/1 nodes are available: 1 Insufficient cpu."),))
    waits = workflow("Running", ("train", "Pending", ""))
    facts = gather_run(a_cluster(FakeKubernetes((waits, pending, a_node())), FakePipelines((RUN,))), RUN_ID)
    assert facts.around.nodes is not None
    assert facts.around.pods is not None
    assert facts.around.quotas is None


@pytest.mark.parametrize("count", [1, 20, 400])
def test_the_number_of_requests_does_not_grow_with_the_pods(count: int) -> None:
    failed = workflow("Failed", *((f"task-{n}", "Failed", "main: Error (exit code 1)") for n in range(count)))
    pods = [pod(n, phase="Failed", statuses=(terminated(1),)) for n in range(count)]
    objects: tuple[KubernetesStruct, ...] = (failed, *pods)
    logs = {p.metadata.name: "Error: connection refused" for p in pods}
    kubernetes, pipelines = FakeKubernetes(objects, logs), FakePipelines((RUN,))
    facts = gather_run(a_cluster(kubernetes, pipelines), RUN_ID)
    assert len(facts.steps) == count
    assert len(kubernetes.asked) + len(pipelines.asked) <= 12
    if count > 3:
        assert any("only 3 logs are read" in gap.why for gap in facts.missing)


def test_a_run_in_another_namespace_is_found_there() -> None:
    document = {"metadata": {"name": "w", "namespace": "team-b", "labels": {"pipeline/runid": RUN_ID}}}
    kubernetes = FakeKubernetes((kube(Workflow, document),))
    facts = gather_run(a_cluster(kubernetes, FakePipelines((RUN,))), RUN_ID)
    assert facts.cases[0].workflow is not None
    assert facts.cases[0].workflow.metadata.namespace == "team-b"


STORED = "minio://mlpipeline/private-artifacts/kubeflow/train-x7k2p/main.log"


def with_archive() -> Workflow:
    """As Argo 4.0 writes it: the log's key in the node, the bucket in the workflow."""
    artifact = {"name": "main-logs", "s3": {"key": "private-artifacts/kubeflow/train-x7k2p/main.log"}}
    node = {"id": "train-x7k2p-0", "name": "train-x7k2p.root.train.executor", "type": "Pod", "phase": "Failed"}
    node |= {
        "templateName": "system-container-impl",
        "hostNodeName": "node-a",
        "outputs": {"artifacts": [artifact]},
    }
    repository = {"artifactRepository": {"s3": {"bucket": "mlpipeline"}}}
    return a_workflow(phase="Failed", status={"nodes": {"n": node}, "artifactRepositoryRef": repository})


def test_the_object_store_answers_when_pod_and_kfps_archive_have_nothing() -> None:
    store = FakeStore({STORED: "ValueError: no"})
    facts = gather_run(a_cluster(FakeKubernetes((with_archive(),)), FakePipelines((RUN,)), store=store), RUN_ID)
    assert facts.steps[0].log is not None
    assert facts.steps[0].log.source == f"object {STORED}"


def test_a_store_that_does_not_answer_is_named_with_the_other_places() -> None:
    store = FakeStore(broken=Unreachable("the object store refused the connection"))
    facts = gather_run(a_cluster(FakeKubernetes((with_archive(),)), FakePipelines((RUN,)), store=store), RUN_ID)
    (gap,) = facts.missing
    assert "no archived log was found" in gap.why
    assert "the object store refused the connection" in gap.why


def test_after_an_oom_earlier_runs_of_the_pipeline_are_read_in_one_request() -> None:
    killed = pod(0, phase="Failed", statuses=(terminated(1, "OOMKilled"),))
    other = Run("another", "nightly 1", "SUCCEEDED", pipeline_name="train")
    foreign = Run("foreign", "weekly", "SUCCEEDED", pipeline_name="score")
    pipelines = FakePipelines((RUN, other, foreign))
    logs = {killed.metadata.name: "Killed"}
    facts = gather_run(a_cluster(FakeKubernetes((FAILED, killed), logs), pipelines), RUN_ID)
    assert facts.cases[0].earlier == (other,)
    assert pipelines.asked.count("runs") == 1
