"""What is asked for, and only when a sign calls for it."""

from __future__ import annotations

import pytest

from kfpops.diagnose.needs import logs_wanted, needs_of, needs_of_logs
from kfpops.diagnose.step import Step
from kfpops.model.meta import Condition
from tests.builders import a_pod, a_step, a_workflow_node, an_event, terminated, unschedulable, waiting

PENDING = a_pod(phase="Pending", node="", conditions=(unschedulable('persistentvolumeclaim "x" not found'),))


@pytest.mark.parametrize("state", ["running", "succeeded"])
def test_what_goes_well_needs_nothing(state: str) -> None:
    assert needs_of([a_step(state, pod=a_pod(), message="OOMKilled")], ()) == frozenset()


def test_an_ordinary_failure_needs_nothing_more() -> None:
    assert needs_of([a_step(pod=a_pod(phase="Failed", statuses=(terminated(1),)))], ()) == frozenset()


@pytest.mark.parametrize(
    ("step", "needs"),
    [
        (a_step("waiting", pod=PENDING), {"nodes", "pods", "claims"}),
        (a_step("waiting", pod=PENDING, events=(an_event("NotTriggerScaleUp"),)), {"nodes", "pods", "claims", "autoscaler"}),
        (a_step("waiting", message="exceeded quota: team-a"), {"quotas", "pods"}),
        (a_step(message="maximum memory usage per Container is 2Gi"), {"limit_ranges"}),
        (a_step(message="failed quota: q: must specify limits.cpu"), {"quotas", "pods", "limit_ranges"}),
        (a_step(pod=a_pod(statuses=(terminated(137, "OOMKilled"),))), {"nodes", "limit_ranges", "quotas", "earlier_runs"}),
        (a_step(pod=a_pod(statuses=(terminated(137),))), {"node_events"}),
        (a_step(message="pod deleted"), {"nodes"}),
        (a_step(message="no PriorityClass with name high was found"), {"priority_classes"}),
        (a_step(message='serviceaccount "trainer" not found'), {"service_accounts"}),
        (
            a_step(
                "waiting", pod=a_pod(statuses=(waiting("CreateContainerConfigError", "couldn't find key a in ConfigMap b"),))
            ),
            {"config_maps"},
        ),
    ],
)
def test_signs_call_for_lists(step: object, needs: set[str]) -> None:
    assert needs_of([step], ()) == needs  # type: ignore[list-item]


def test_a_running_pod_that_only_its_node_makes_unready_calls_for_the_nodes() -> None:
    def ready(containers: str) -> Step:
        said = (Condition(type="ContainersReady", status=containers), Condition(type="Ready", status="False"))
        return a_step("running", pod=a_pod(phase="Running", conditions=said))

    assert needs_of([ready("True")], ()) == {"nodes"}
    assert needs_of([ready("False")], ()) == frozenset()


def test_a_program_that_did_not_answer_calls_for_kfps_own_deployments() -> None:
    assert needs_of_logs([a_step(message="failed to put file: connection refused")]) == {"deployments"}
    assert needs_of_logs([a_step(message="main: Error (exit code 1)")]) == frozenset()


def test_logs_of_each_task_come_before_further_attempts() -> None:
    steps = [a_step(pod=a_pod(f"p{n}", statuses=(terminated(1),)), id=f"p{n}", task=f"t{n % 2}") for n in range(6)]
    assert [s.task for s in logs_wanted(steps, 2)] == ["t0", "t1"]
    assert len(logs_wanted(steps, 5)) == 5
    assert logs_wanted([a_step("waiting", pod=a_pod())], 5) == ()


def test_a_refused_pod_has_no_log_to_ask_for() -> None:
    assert logs_wanted([a_step(message='pods "x" is forbidden: exceeded quota')], 5) == ()


def test_a_pod_that_is_gone_and_never_was_on_a_node_has_no_log_either() -> None:
    ran = a_step(node=a_workflow_node(hostNodeName="node-a"), id="ran")
    pending = a_step(node=a_workflow_node(message="Step exceeded its deadline"), id="pending", task="other")
    assert logs_wanted([ran, pending], 5) == (ran,)
