"""Workflows that Argo does not go on with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kfpops.diagnose.causes import run as run_family
from kfpops.diagnose.causes.workflow import CAUSES
from kfpops.diagnose.engine import diagnose
from kfpops.diagnose.facts import RunCase
from kfpops.diagnose.step import Step
from kfpops.model.finding import NotChecked
from kfpops.model.run import Run
from kfpops.model.workflow import Workflow
from kfpops.model.workload import Deployment
from tests.builders import RUN_ID, a_pod, a_step, a_workflow, a_workflow_node, ago, kube, some_facts, terminated
from tests.diagnose.causes.looking import names, the

MUTEX = {"mutex": {"waiting": [{"holder": "kubeflow/index-1", "mutex": "kubeflow/Mutex/index"}]}}
LOCKED = {"synchronization": MUTEX, "message": "Waiting for kubeflow/Mutex/index lock. Lock status: 0/1"}
POSTPONED = "Workflow processing has been postponed because too many workflows are already running"


def a_case(workflow: Workflow | None, state: str = "RUNNING", live: bool = True, steps: tuple[Step, ...] = ()) -> RunCase:
    return RunCase(RUN_ID, "nightly", "kubeflow", Run(RUN_ID, "nightly", state), workflow, live, steps)


def controller(ready: int) -> Deployment:
    metadata = {"name": "workflow-controller", "namespace": "kubeflow"}
    return kube(Deployment, {"metadata": metadata, "spec": {"replicas": ready}, "status": {"readyReplicas": ready}})


def young(**status: Any) -> Workflow:
    body = {"metadata": {"name": "wf", "namespace": "kubeflow", "creationTimestamp": ago(10)}, "status": status}
    return kube(Workflow, body)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(a_case(a_workflow()), id="it runs"),
        pytest.param(a_case(a_workflow(phase="Succeeded", status=LOCKED), "SUCCEEDED"), id="it got the lock and succeeded"),
        pytest.param(a_case(young(phase="Pending", **LOCKED)), id="it has waited for the lock for ten seconds only"),
        pytest.param(a_case(a_workflow(phase="Failed", spec={"suspend": True}), "FAILED"), id="suspended once, over now"),
        pytest.param(a_case(a_workflow(spec={"suspend": True}), live=False), id="KFP's copy of a workflow that is gone"),
        pytest.param(a_case(None, "SUCCEEDED", live=False), id="a run that succeeded and was tidied away"),
        pytest.param(a_case(None, "RUNNING", live=False), id="a run whose workflow was not made yet"),
    ],
)
def test_nothing_keeps_the_run(case: RunCase) -> None:
    assert names(CAUSES, case=case, deployments=(controller(1),)) == []


def test_a_controller_that_is_down_harms_no_run_that_is_over() -> None:
    assert names(CAUSES, case=a_case(a_workflow(phase="Succeeded"), "SUCCEEDED"), deployments=(controller(0),)) == []


def test_the_workflow_that_holds_the_lock_comes_first() -> None:
    found = the(CAUSES, case=a_case(a_workflow(phase="Pending", status=LOCKED)))
    assert (found.cause, found.facts["lock"], found.runs) == ("workflow/waiting-for-lock", "index", (RUN_ID,))
    assert (found.objects[0].kind, found.objects[0].name) == ("Workflow", "index-1")
    assert found.title == "Run nightly waits for the mutex index, held by index-1"


def test_the_run_that_holds_it_is_named_when_its_workflow_was_read() -> None:
    metadata = {"name": "index-1", "namespace": "kubeflow", "annotations": {"pipelines.kubeflow.org/run_name": "morning"}}
    other = kube(Workflow, {"metadata": metadata})
    found = the(CAUSES, case=a_case(a_workflow(phase="Pending", status=LOCKED)), workflows=(other,))
    assert found.title.endswith("held by run morning (index-1)")


def test_a_limit_on_parallelism() -> None:
    found = the(CAUSES, case=a_case(a_workflow(phase="Pending", status={"message": POSTPONED})))
    assert (found.cause, found.evidence[0].text) == ("workflow/parallelism-limit", POSTPONED)


def test_a_controller_that_is_down_is_one_finding() -> None:
    found = the(CAUSES, case=a_case(a_workflow()), deployments=(controller(0),))
    assert (found.cause, found.confidence, found.runs) == ("workflow/controller-down", "certain", (RUN_ID,))
    assert (found.objects[0].kind, found.objects[0].name) == ("Deployment", "workflow-controller")
    assert found.advice[0].kubectl == "kubectl -n kubeflow scale deployment/workflow-controller --replicas=1"


@pytest.mark.parametrize(
    ("ended", "causes"),
    [
        pytest.param(30, [], id="Argo looks every ten seconds, and may be late"),
        pytest.param(600, ["workflow/controller-down"], id="it has not looked for minutes"),
    ],
)
def test_a_pod_that_ended_and_nobody_noticed(ended: float, causes: list[str]) -> None:
    status = terminated(0)
    status["state"]["terminated"]["finishedAt"] = ago(ended)
    pod = a_pod(phase="Succeeded", statuses=(status,))
    step = a_step("succeeded", pod=pod, node=a_workflow_node(phase="Running"))
    assert names(CAUSES, step, case=a_case(a_workflow(), steps=(step,))) == causes


def test_a_workflow_that_is_too_large() -> None:
    message = "Request entity too large: limit is 3145728"
    found = the(CAUSES, case=a_case(a_workflow(phase="Error", status={"phase": "Error", "message": message}), "FAILED"))
    assert (found.cause, found.evidence[0].text) == ("workflow/too-large", message)


def test_a_suspended_run_with_the_line_that_resumes_it() -> None:
    found = the(CAUSES, case=a_case(a_workflow(spec={"suspend": True})))
    assert (found.cause, found.objects[0].name) == ("workflow/suspended", "train-x7k2p")
    resume = 'kubectl -n kubeflow patch workflow train-x7k2p --type merge -p \'{"spec":{"suspend":null}}\''
    assert found.advice[0].kubectl == resume


def test_a_suspended_run_that_was_cancelled_is_cancelled() -> None:
    case = a_case(a_workflow(spec={"suspend": True, "activeDeadlineSeconds": 0}), "CANCELING")
    assert names((*CAUSES, *run_family.CAUSES), case=case) == ["run/cancelled"]


def test_a_failed_run_of_which_nothing_is_left() -> None:
    found = the(CAUSES, case=a_case(None, "FAILED", live=False))
    assert (found.cause, found.confidence) == ("workflow/evidence-gone", "possible")
    assert "executor-logs" in found.advice[0].text


def test_what_could_not_be_read_is_not_called_gone() -> None:
    facts = some_facts(case=a_case(None, "FAILED", live=False))
    unread = replace(facts, missing=(NotChecked("workflow copy in KFP", "the API answered 500"),))
    assert diagnose(unread, CAUSES).findings == ()
