"""Quotations: the path of what was read, and its text."""

from __future__ import annotations

from kfpops.diagnose import evidence
from tests.builders import NOW, a_log, a_pod, a_step, an_event, terminated, unschedulable, waiting

POD = a_pod(
    statuses=(terminated(137, "OOMKilled"),),
    init=(waiting("ImagePullBackOff", "Back-off", name="kfp-launcher"),),
    conditions=(unschedulable("0/4 nodes"),),
)


def test_a_long_text_keeps_its_end_because_the_cause_stands_there() -> None:
    text = evidence.clip("a" * 400 + " connection refused")
    assert len(text) == 300
    assert text.startswith("… ")
    assert text.endswith("connection refused")
    assert evidence.clip("two\n lines") == "two lines"


def test_nothing_is_quoted_where_nothing_stands() -> None:
    assert evidence.of_node(a_step(message="")) == ()
    assert evidence.of_pod(a_step(pod=a_pod())) == ()
    assert evidence.of_pod(a_step()) == ()


def test_containers_and_init_containers_have_their_own_paths() -> None:
    step = a_step(pod=POD)
    main, launcher = step.container_status("main"), step.container_status("kfp-launcher")
    assert main is not None
    assert launcher is not None
    ended, waits = evidence.of_container(step, main), evidence.of_container(step, launcher)
    assert ended.source.endswith("/status/containerStatuses[main]/state/terminated")
    assert ended.text == "reason=OOMKilled exitCode=137"
    assert ended.at is not None
    assert waits.source.endswith("/status/initContainerStatuses[kfp-launcher]/state/waiting")
    assert waits.text == "reason=ImagePullBackOff message=Back-off"


def test_a_container_in_a_crash_loop_is_quoted_with_its_last_end() -> None:
    last = terminated(137, "OOMKilled")["state"]
    step = a_step("waiting", pod=a_pod(statuses=(waiting("CrashLoopBackOff", lastState=last),)))
    assert step.main is not None
    quoted = evidence.of_container(step, step.main)
    assert quoted.source.endswith("/lastState/terminated")
    assert quoted.text == "reason=OOMKilled exitCode=137"


def test_the_rest_names_what_was_read() -> None:
    step = a_step(
        pod=a_pod(reason="Evicted", message="low on memory", conditions=(unschedulable("0/4"),)), message="main: x"
    )
    assert step.pod is not None
    assert [e.source for e in evidence.of_node(step)] == ["workflow/train-x7k2p/nodes/wf-1/message"]
    assert [e.text for e in evidence.of_pod(step)] == ["reason=Evicted message=low on memory"]
    condition = evidence.of_condition(step, step.pod.status.conditions[0])
    assert condition.source.endswith("/status/conditions[PodScheduled]")
    assert condition.text == "False Unschedulable: 0/4"
    event = evidence.of_event(an_event("FailedMount", "no", name="p"))
    assert (event.source, event.text) == ("event/Pod/p/FailedMount", "no")
    assert event.at is not None
    assert event.at < NOW
    assert evidence.of_log(a_log("x"), ["one", "two"]).text == "one\ntwo"
