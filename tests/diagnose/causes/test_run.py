"""What happened to a run as a whole."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kfpops.diagnose.causes.node import CAUSES as NODE
from kfpops.diagnose.causes.run import CAUSES
from kfpops.diagnose.engine import diagnose
from kfpops.diagnose.facts import RunCase
from kfpops.diagnose.step import Step
from kfpops.model.run import Run, StateChange
from kfpops.model.workflow import Workflow
from tests.builders import NOW, RUN_ID, a_node, a_pod, a_step, a_workflow, a_workflow_node, an_event, some_facts, terminated
from tests.diagnose.causes.looking import names, the

STOPPED = a_workflow(phase="Failed", spec={"activeDeadlineSeconds": 0}, status={"phase": "Failed"})
# The steps of the builders end 60 seconds before NOW.
AT_THE_END = StateChange(NOW - timedelta(seconds=61), "CANCELING")
AFTER_IT = StateChange(NOW - timedelta(seconds=20), "CANCELING")


def a_case(workflow: Workflow | None, *steps: Step, state: str = "FAILED", history: tuple[StateChange, ...] = ()) -> RunCase:
    run = Run(RUN_ID, "nightly", state, state_history=history)
    return RunCase(RUN_ID, "nightly", "kubeflow", run, workflow, workflow_is_live=True, steps=steps)


def terminated_step(**more: object) -> Step:
    return a_step(pod=a_pod(phase="Failed", statuses=(terminated(143),)), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            a_case(a_workflow(phase="Failed"), terminated_step()), id="ended with SIGTERM, and nobody asked for it"
        ),
        pytest.param(
            a_case(
                a_workflow(
                    phase="Failed",
                    spec={"activeDeadlineSeconds": 3600},
                    status={"message": "retry exceeded workflow deadline 2026-11-21 09:57:11 +0000 UTC"},
                )
            ),
            id="the pipeline's own deadline",
        ),
        pytest.param(
            a_case(a_workflow(phase="Succeeded"), state="SUCCEEDED", history=(AT_THE_END,)), id="the request came too late"
        ),
        pytest.param(a_case(a_workflow(phase="Failed"), history=(StateChange(NOW, ""),)), id="a change without a state"),
        pytest.param(a_case(a_workflow(), a_step("running"), state="RUNNING"), id="it runs"),
    ],
)
def test_the_run_was_not_cancelled(case: RunCase) -> None:
    assert names(CAUSES, case=case) == []


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(a_case(STOPPED, terminated_step()), id="KFP's request on the workflow"),
        pytest.param(a_case(a_workflow(spec={"shutdown": "Terminate"}), state="RUNNING"), id="Argo's shutdown"),
        pytest.param(
            a_case(a_workflow(phase="Failed", status={"message": "Stopped with strategy 'Terminate'"})), id="Argo's message"
        ),
        pytest.param(a_case(None, history=(AT_THE_END,)), id="only KFP's history is left"),
        pytest.param(a_case(a_workflow(spec={"suspend": True}), state="CANCELING"), id="it cannot end before it is resumed"),
    ],
)
def test_the_run_was_cancelled(case: RunCase) -> None:
    found = the(CAUSES, case=case)
    assert (found.cause, found.title, found.runs) == ("run/cancelled", "Run nightly was cancelled", (RUN_ID,))


def test_a_cancelled_run_has_that_state() -> None:
    step = terminated_step()
    facts = some_facts(step, case=a_case(STOPPED, step))
    assert diagnose(facts, CAUSES).subject.state == "cancelled"


def test_what_the_request_ended_is_explained_by_it_and_what_failed_before_is_not() -> None:
    deleted = a_step(node=a_workflow_node(phase="Error", message="pod deleted"))
    before, at_once = (a_case(STOPPED, deleted, history=(change,)) for change in (AFTER_IT, AT_THE_END))
    assert names(CAUSES, deleted, case=at_once) == ["run/cancelled"]
    assert names(CAUSES, deleted, case=before) == ["run/pod-deleted", "run/cancelled"]


def test_an_earlier_attempt_of_what_the_request_ended_is_history() -> None:
    deleted = a_step(
        id="wf-0", attempt=0, node=a_workflow_node(phase="Error", message="pod deleted", finishedAt="2026-11-21T11:00:00Z")
    )
    last = terminated_step(id="wf-1", attempt=1)
    case = a_case(STOPPED, deleted, last, history=(AT_THE_END,))
    assert names(CAUSES, deleted, last, case=case) == ["run/cancelled"]


def test_a_deleted_pod_and_what_is_known_of_it() -> None:
    plain = the(CAUSES, a_step(message="pod deleted"))
    assert (plain.cause, plain.objects[0].container) == ("run/pod-deleted", None)
    assert "nothing tells which" in plain.advice[0].text
    event = an_event("Preempted", "Preempted by pod 77 on node node-a")
    told = the(CAUSES, a_step(message="pod deleted", events=(event,)))
    assert "Its pod was removed: Preempted by pod 77" in told.advice[0].text


def test_a_node_that_was_drained_explains_more() -> None:
    step = a_step(node=a_workflow_node(phase="Error", message="pod deleted", hostNodeName="node-a"))
    assert names((*CAUSES, *NODE), step, nodes=(a_node(unschedulable=True),)) == ["node/drained"]


def test_a_pod_that_was_made_again_is_no_finding() -> None:
    assert names(CAUSES, a_step("running", message="pod deleted", attempt=1)) == []


OMITTED = {
    "n": {"id": "n", "name": "wf.b", "type": "Skipped", "phase": "Omitted", "message": "omitted: depends condition not met"}
}


def test_steps_that_never_ran_are_told_only_when_nothing_else_is() -> None:
    workflow = a_workflow(phase="Failed", status={"nodes": OMITTED})
    failed = a_step(message="pod deleted")
    assert names(CAUSES, case=a_case(workflow)) == ["run/upstream-failed"]
    assert names(CAUSES, failed, case=a_case(workflow, failed)) == ["run/pod-deleted"]
