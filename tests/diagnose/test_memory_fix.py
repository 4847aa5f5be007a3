"""What to change after a lack of memory."""

from __future__ import annotations

from kfpops.diagnose.memory_fix import advice_for
from kfpops.diagnose.memory_signs import memory_signs
from kfpops.diagnose.step import Step
from kfpops.model.finding import Advice
from tests.builders import a_node, a_pod, a_step, some_facts, terminated

OOM = terminated(1, "OOMKilled")


def advice(step: Step, **around: object) -> tuple[Advice, ...]:
    facts = some_facts(step, **around)  # type: ignore[arg-type]
    signs = memory_signs(step, facts)
    assert signs is not None
    return advice_for(step, facts, signs)


def test_a_step_gets_sdk_code_and_a_firmer_variant() -> None:
    first, second = advice(a_step(pod=a_pod(statuses=(OOM,), limits={"memory": "400Mi"})))
    assert "from 400Mi to 512Mi" in first.text
    assert first.sdk == "train_task.set_memory_request('416Mi').set_memory_limit('512Mi')"
    assert second.sdk == "train_task.set_memory_request('512Mi').set_memory_limit('512Mi')"


def test_who_requests_all_of_the_limit_keeps_doing_so() -> None:
    equal = {"memory": "1Gi"}
    (only,) = advice(a_step(pod=a_pod(statuses=(OOM,), limits=equal, requests=equal)))
    assert only.sdk == "train_task.set_memory_request('1280Mi').set_memory_limit('1280Mi')"


def test_the_largest_node_is_named_when_it_is_too_small() -> None:
    step = a_step(pod=a_pod(statuses=(OOM,), limits={"memory": "4Gi"}))
    assert "the largest node has 4Gi" in advice(step, nodes=(a_node(memory="4Gi"),))[0].text
    assert "It can have no more" in advice(step, nodes=(a_node(memory="5Gi"),))[0].text


def test_an_unknown_limit_is_not_invented() -> None:
    (only,) = advice(a_step(message="main: OOMKilled (exit code 1)"))
    assert "could not be read" in only.text
    assert only.sdk is not None
    assert "set_memory_limit" in only.sdk


def test_argos_and_kfps_own_containers_are_set_elsewhere() -> None:
    statuses = (terminated(0), terminated(137, "OOMKilled", name="wait"))
    spec = {"containers": [{"name": "main"}, {"name": "wait", "resources": {"limits": {"memory": "64Mi"}}}]}
    (only,) = advice(a_step(pod=a_pod(statuses=statuses, spec=spec)))
    assert only.sdk is None
    assert "workflow-controller-configmap" in only.text
    (driver,) = advice(a_step(role="driver", pod=a_pod(statuses=(OOM,), limits={"memory": "512Mi"})))
    assert driver.sdk is None
    assert "COMPILED_PIPELINE_SPEC_PATCH" in driver.text


def test_a_pod_of_another_owner_gets_a_line_for_its_owner() -> None:
    owner = {"ownerReferences": [{"kind": "ReplicaSet", "name": "api-7d9f", "controller": True}]}
    pod = a_pod("api-7d9f-x", statuses=(OOM,), limits={"memory": "400Mi"}, metadata=owner)
    (only,) = advice(a_step(pod=pod, task=None, role="other"))
    assert only.sdk is None
    assert only.kubectl == "kubectl -n kubeflow set resources deployment/api -c main --limits=memory=512Mi"
