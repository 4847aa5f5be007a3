"""Why Argo does not go on with a workflow."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.knowledge.argo_lock import awaited_lock, says_postponed, says_too_large, suspended_at
from kfpops.model.workflow import Workflow
from tests.builders import a_workflow

WAITING = {"mutex": {"waiting": [{"holder": "kubeflow/index-1", "mutex": "kubeflow/Mutex/index"}]}}
HOLDING = {"mutex": {"holding": [{"holder": "kubeflow/train-x7k2p", "mutex": "kubeflow/Mutex/index"}]}}


def node(message: str, **more: Any) -> dict[str, Any]:
    return {"n": {"id": "n", "name": "wf.a", "type": "Pod", "phase": "Pending", "message": message, **more}}


@pytest.mark.parametrize(
    "workflow",
    [
        pytest.param(a_workflow(), id="an ordinary one"),
        pytest.param(a_workflow(status={"synchronization": HOLDING}), id="it holds the lock itself"),
        pytest.param(a_workflow(status={"message": "retry exceeded workflow deadline"}), id="it ended"),
        pytest.param(a_workflow(status={"nodes": node("", type="Suspend", phase="Succeeded")}), id="it was resumed"),
        pytest.param(
            a_workflow(status={"nodes": node("Waiting for a lock of love", phase="Succeeded")}), id="prose, and over"
        ),
    ],
)
def test_nothing_keeps_it(workflow: Workflow) -> None:
    assert (awaited_lock(workflow), says_postponed(workflow), says_too_large(workflow), suspended_at(workflow)) == (
        None,
    ) * 4


def test_a_mutex_and_who_holds_it() -> None:
    message = "Waiting for kubeflow/Mutex/index lock. Lock status: 0/1"
    lock = awaited_lock(a_workflow(status={"synchronization": WAITING, "message": message}))
    assert lock is not None
    assert (lock.name, lock.kind, lock.holders, lock.text) == ("index", "Mutex", ("index-1",), message)


def test_a_semaphore_of_which_only_a_node_tells() -> None:
    nodes = node("Waiting for kubeflow/ConfigMap/locks/gpu lock. Lock status: 0/2")
    lock = awaited_lock(a_workflow(status={"nodes": nodes}))
    assert lock is not None
    assert (lock.name, lock.kind, lock.holders) == ("gpu", "ConfigMap", ())


def test_limits_and_sizes() -> None:
    postponed = "Workflow processing has been postponed because too many workflows are already running"
    assert says_postponed(a_workflow(status={"message": postponed})) == postponed
    assert says_postponed(a_workflow(status={"nodes": node("Max parallelism reached")})) == "Max parallelism reached"
    large = "Request entity too large: limit is 3145728"
    assert says_too_large(a_workflow(status={"nodes": node(large, phase="Error")})) == large


def test_suspension_as_a_whole_or_at_a_step() -> None:
    assert suspended_at(a_workflow(spec={"suspend": True})) == ""
    assert (
        suspended_at(a_workflow(status={"nodes": node("", type="Suspend", phase="Running", displayName="approve")}))
        == "approve"
    )
