"""Pods that were put out for others."""

from __future__ import annotations

from tests.builders import a_pod, a_step, an_event, terminated
from tests.diagnose.unschedulable.samples import the


def test_preempted_by_condition_and_event() -> None:
    condition = {"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler", "message": "making room"}
    pod = a_pod(phase="Failed", conditions=(condition,), statuses=(terminated(143),))
    event = an_event("Preempted", "Preempted by pod uid-precious on node node-a")
    cause, match = the(a_step("failed", pod=pod, events=(event,)), (), (a_pod("precious"),))
    assert (cause, match.confidence) == ("preempted", "certain")
    assert match.title == "Step train was stopped to make room for the pod precious on node-a"
    assert match.facts == {"exit_code": 143, "node": "node-a", "preempted_by": "precious"}


def test_preempted_though_the_pod_is_gone() -> None:
    event = an_event("Preempted", "Preempted by a pod on node node-b")
    cause, match = the(a_step("failed", message="main: Error (exit code 143)", events=(event,)))
    assert (cause, match.facts) == ("preempted", {"exit_code": 143, "node": "node-b"})


def test_preempted_by_the_kubelet_and_by_others() -> None:
    pod = a_pod(phase="Failed", reason="Preempting", message="Preempted in order to admit critical pod")
    assert the(a_step("failed", pod=pod))[0] == "preempted"
    target = {"type": "TerminationTarget", "status": "True", "reason": "WorkloadEvictedDueToPreempted"}
    assert the(a_step("failed", pod=a_pod(phase="Failed", conditions=(target,))))[0] == "preempted"
    evicted = an_event("Evict", "Pod is evicted, because of preempt")
    assert the(a_step("failed", events=(evicted,)))[0] == "preempted"
