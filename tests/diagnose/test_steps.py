"""Workflow, pods and events joined to steps."""

from __future__ import annotations

from typing import Any

from kfpops.diagnose.steps import PodEvents, RunNames, state_of_pod, steps_of_pods, steps_of_workflow
from kfpops.model.pod import Pod
from kfpops.model.workflow import Workflow
from tests.builders import RUN_ID, a_pod, a_workflow, an_event, running, terminated, waiting

WF = "train-x7k2p"
NAMES = RunNames(RUN_ID, "nightly", "train")


def workflow(name: str, phase: str, template: str = "system-container-impl", **more: Any) -> Workflow:
    node = {"id": f"{WF}-77", "name": name, "type": "Pod", "phase": phase, "templateName": template, **more}
    return a_workflow(status={"nodes": {node["id"]: node}})


def pod_of(name: str, number: str = "77", node_name: str = f"{WF}.root.train.executor", **more: Any) -> Pod:
    annotations = {"workflows.argoproj.io/node-id": f"{WF}-{number}", "workflows.argoproj.io/node-name": node_name}
    labels = {"pipeline/runid": RUN_ID, "workflows.argoproj.io/workflow": WF}
    return a_pod(name, metadata={"annotations": annotations, "labels": labels}, **more)


def test_a_pod_that_never_existed_still_has_a_name_and_a_task() -> None:
    (step,) = steps_of_workflow(workflow(f"{WF}(0).root(0).train(0).executor(0)", "Pending"), (), PodEvents(), NAMES)
    assert (step.state, step.task, step.role, step.pod) == ("waiting", "train", "executor", None)
    assert step.pod_name == f"{WF}-system-container-impl-77"
    assert step.label == "step train"


def test_a_driver_is_told_from_a_task_that_is_called_so() -> None:
    (driver,) = steps_of_workflow(
        workflow(f"{WF}.root.train-driver", "Failed", "system-container-driver"), (), PodEvents(), NAMES
    )
    assert (driver.role, driver.task, driver.label) == ("driver", "train", "the driver of train")
    (task,) = steps_of_workflow(workflow(f"{WF}.root.screw-driver.executor", "Failed"), (), PodEvents(), NAMES)
    assert (task.role, task.task) == ("executor", "screw-driver")


def test_the_pod_is_found_by_its_node_id_and_brings_its_own_events_only() -> None:
    pod = pod_of("a-name-of-its-own", phase="Pending", node="")
    mine = an_event("FailedScheduling", name="a-name-of-its-own")
    other = an_event("BackOff", name="another")
    about = {"kind": "Pod", "name": "a-name-of-its-own", "namespace": "kubeflow", "uid": "an earlier pod of this name"}
    old = an_event("Failed", involvedObject=about)
    (step,) = steps_of_workflow(
        workflow(f"{WF}.root.train.executor", "Pending"), (pod,), PodEvents.of([old, other, mine]), NAMES
    )
    assert step.pod is pod
    assert step.events == (mine,)


def test_the_pod_knows_better_than_a_workflow_that_lags() -> None:
    for phase, statuses, state in (
        ("Running", (running(),), "running"),
        ("Succeeded", (terminated(0),), "succeeded"),
        ("Pending", (waiting("ImagePullBackOff"),), "waiting"),
    ):
        pod = pod_of("p", phase=phase, statuses=statuses)
        (step,) = steps_of_workflow(workflow(f"{WF}.root.train.executor", "Pending"), (pod,), PodEvents(), NAMES)
        assert step.state == state


def test_a_final_node_is_final() -> None:
    pod = pod_of("p", phase="Running", statuses=(running(),))
    (step,) = steps_of_workflow(workflow(f"{WF}.root.train.executor", "Error"), (pod,), PodEvents(), NAMES)
    assert step.state == "failed"


def test_states_of_pods() -> None:
    assert state_of_pod(a_pod(statuses=(waiting("CrashLoopBackOff"),))) == "waiting"
    assert state_of_pod(a_pod(statuses=(terminated(1), running("wait")), spec={"restartPolicy": "Never"})) == "failed"
    assert state_of_pod(a_pod(statuses=(terminated(1), running("wait")))) == "running"
    assert state_of_pod(a_pod(phase="Failed")) == "failed"


def test_without_a_workflow_only_the_last_attempt_matters() -> None:
    first = pod_of("a", "1", f"{WF}.root.train.executor(0)", phase="Failed")
    second = pod_of("b", "2", f"{WF}.root.train.executor(1)", phase="Running", statuses=(running(),))
    (step,) = steps_of_pods((second, first), PodEvents(), NAMES)
    assert (step.pod_name, step.attempt, step.state) == ("b", 1, "running")


def test_pods_of_no_run_are_steps_of_their_own() -> None:
    one, two = (a_pod(name, metadata={"labels": {}, "uid": name}) for name in ("one", "two"))
    steps = steps_of_pods((one, two), PodEvents(), RunNames())
    assert [(s.task, s.run_id, s.label) for s in steps] == [(None, None, "pod one"), (None, None, "pod two")]
