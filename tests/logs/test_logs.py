from __future__ import annotations

import pytest

from kfpops.errors import Forbidden, NotFound, Unreachable
from kfpops.logs.gather import follow, gather_steps, read_log
from kfpops.logs.steps import chosen
from kfpops.model.workflow import Workflow
from tests.builders import RUN_ID, a_pod, a_workflow, ago
from tests.fakes import FakeKubernetes, FakePipelines, FakeStore, a_cluster


def a_node_of(
    task: str, number: int, began: float, template: str = "system-container-impl", attempt: int = 0
) -> dict[str, object]:
    last = "executor" if template.endswith("impl") else f"{task}-driver"
    name = f"train-x7k2p.root.{task}.{last}({attempt})" if template.endswith("impl") else f"train-x7k2p.root.{last}"
    body = {"id": f"train-x7k2p-{number}", "name": name, "type": "Pod", "phase": "Succeeded", "templateName": template}
    return {**body, "startedAt": ago(began)}


NODES = (
    a_node_of("train", 3, 100, attempt=1),
    a_node_of("train", 2, 200),
    a_node_of("extract", 1, 300),
    a_node_of("extract", 0, 310, "system-container-driver"),
)


def workflow() -> Workflow:
    return a_workflow(status={"nodes": {str(n["id"]): n for n in NODES}})


def test_a_workflow_without_nodes_has_no_logs() -> None:
    assert gather_steps(a_cluster(FakeKubernetes((a_workflow(),))), RUN_ID, "kubeflow") == ()


def test_steps_in_the_order_in_which_they_began_without_drivers() -> None:
    steps = gather_steps(a_cluster(FakeKubernetes((workflow(),))), RUN_ID, "kubeflow")
    assert [s.label for s in chosen(steps, "", None)] == ["extract", "train", "train, attempt 1"]
    assert next(s.label for s in chosen(steps, "", None, drivers=True)) == "driver of extract"
    assert [s.pod for s in chosen(steps, "train", 1)] == ["train-x7k2p-system-container-impl-3"]


def test_the_workflow_may_be_gone_and_kfp_has_a_copy() -> None:
    cluster = a_cluster(pipelines=FakePipelines(workflows={RUN_ID: workflow()}))
    assert len(gather_steps(cluster, RUN_ID, "kubeflow")) == 4


def test_workflows_may_be_forbidden_and_pods_tell() -> None:
    annotations = {
        "workflows.argoproj.io/node-id": "train-x7k2p-2",
        "workflows.argoproj.io/node-name": "train-x7k2p.root.train.executor(0)",
    }
    labels = {"pipeline/runid": RUN_ID, "workflows.argoproj.io/workflow": "train-x7k2p"}
    pod = a_pod(metadata={"annotations": annotations, "labels": labels})
    refused = {"workflows": Forbidden("No.")}
    (step,) = gather_steps(a_cluster(FakeKubernetes((pod,), refusals=refused)), RUN_ID, "kubeflow")
    assert (step.task, step.alive, step.running) == ("train", True, True)


def test_unknown_task_and_attempt_name_those_there_are() -> None:
    steps = gather_steps(a_cluster(FakeKubernetes((workflow(),))), RUN_ID, "kubeflow")
    with pytest.raises(NotFound) as caught:
        chosen(steps, "trian", None)
    assert caught.value.hint == "Its tasks: extract, train."
    with pytest.raises(NotFound) as caught:
        chosen(steps, "train", 7)
    assert caught.value.hint == "There are: 0, 1."


def test_a_log_comes_from_the_first_place_that_has_it() -> None:
    kubernetes = FakeKubernetes((workflow(),))
    pipelines = FakePipelines(archive={"train-x7k2p-2": "a\nb\nc"})
    cluster = a_cluster(kubernetes, pipelines)
    steps = gather_steps(cluster, RUN_ID, "kubeflow")
    log = read_log(cluster, RUN_ID, chosen(steps, "train", 0)[0], 2)
    assert (log.source, log.text, log.cut) == ("archived log", "b\nc", True)
    with pytest.raises(NotFound) as caught:
        read_log(cluster, RUN_ID, chosen(steps, "extract", None)[0], 2)
    assert caught.value.hint == "The pod is gone. KFP has no archived log of it."


def test_following_ends_when_the_pod_has_ended() -> None:
    pod = a_pod(phase="Running")
    name = pod.metadata.name
    kubernetes = FakeKubernetes((pod,), logs={name: "one\ntwo"})
    cluster = a_cluster(kubernetes)
    (step,) = gather_steps(cluster, RUN_ID, "kubeflow")
    later = iter((("one\ntwo\nthree", "Running"), ("one\ntwo\nthree\nfour", "Succeeded")))

    def rest() -> None:
        text, phase = next(later)
        kubernetes.logs = {name: text}
        kubernetes.objects = (a_pod(phase=phase),)

    assert list(follow(cluster, RUN_ID, step, ("one", "two"), rest)) == ["three", "four"]


def test_the_object_store_is_the_last_place() -> None:
    artifact = {"name": "main-logs", "s3": {"key": "logs/train/main.log"}}
    node = {**a_node_of("train", 2, 200), "outputs": {"artifacts": [artifact]}}
    repository = {"artifactRepository": {"s3": {"bucket": "mlpipeline"}}}
    kept = a_workflow(status={"nodes": {"n": node}, "artifactRepositoryRef": repository})
    uri = "minio://mlpipeline/logs/train/main.log"
    cluster = a_cluster(FakeKubernetes((kept,)), FakePipelines(), store=FakeStore({uri: "a\nb"}))
    (step,) = gather_steps(cluster, RUN_ID, "kubeflow")
    assert (read_log(cluster, RUN_ID, step, 10).source, read_log(cluster, RUN_ID, step, 10).text) == (
        f"object {uri}",
        "a\nb",
    )
    for store in (FakeStore(), FakeStore(broken=Unreachable("the store is down"))):
        with pytest.raises(NotFound) as caught:
            read_log(a_cluster(FakeKubernetes((kept,)), FakePipelines(), store=store), RUN_ID, step, 10)
        assert ("the store is down" if store.broken else "Nor is it in the object store.") in caught.value.hint
