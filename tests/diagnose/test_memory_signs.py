"""Signs of lacking memory, joined from pod, workflow, log, pipeline and node."""

from __future__ import annotations

import msgspec
import pytest

from kfpops.diagnose.facts import RunCase
from kfpops.diagnose.memory_signs import ceilings, memory_signs
from kfpops.diagnose.step import Step
from kfpops.model.namespaced import LimitRange, ResourceQuota
from kfpops.model.pipeline_ir import PipelineIR
from kfpops.model.run import Run
from tests.builders import RUN_ID, a_node, a_pod, a_step, an_event, kube, some_facts, terminated, waiting
from tests.diagnose.causes.looking import launcher_log

MI = 2**20
LIMITS = {"limits": {"memory": "400Mi"}, "requests": {"memory": "200Mi"}}


def a_run(**resources: object) -> RunCase:
    pipeline = msgspec.convert(
        {
            "components": {"comp-train": {"executorLabel": "exec-train"}},
            "deploymentSpec": {"executors": {"exec-train": {"container": {"resources": resources}}}},
            "root": {"dag": {"tasks": {"train": {"componentRef": {"name": "comp-train"}}}}},
        },
        PipelineIR,
    )
    return RunCase(RUN_ID, "nightly", "kubeflow", run=Run(RUN_ID, "nightly", "FAILED", pipeline=pipeline))


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(a_step(message="main: Error (exit code 1)"), id="the program failed, its pod is gone"),
        pytest.param(a_step(pod=a_pod(statuses=(terminated(1),))), id="the program failed"),
        pytest.param(a_step("succeeded", pod=a_pod(statuses=(terminated(0),))), id="the program succeeded"),
        pytest.param(
            a_step(pod=a_pod(statuses=(terminated(1), terminated(137, "OOMKilled", name="istio-proxy")))),
            id="a sidecar ran out of memory beside a program that failed by itself",
        ),
        pytest.param(
            a_step("running", pod=a_pod(statuses=({"name": "main", "lastState": terminated(137, "OOMKilled")["state"]},))),
            id="an old restart",
        ),
    ],
)
def test_no_signs(step: Step) -> None:
    assert memory_signs(step, some_facts(step)) is None


def test_the_pods_limits_and_exit_codes() -> None:
    step = a_step(pod=a_pod(statuses=(terminated(1, "OOMKilled"),), **LIMITS), log=launcher_log("Killed", "exit status 137"))
    signs = memory_signs(step, some_facts(step))
    assert signs is not None
    assert signs.verdict == "main"
    assert signs.facts == {
        "limit_bytes": 400 * MI,
        "request_bytes": 200 * MI,
        "exit_code": 1,
        "inner_exit_code": 137,
    }
    assert signs.evidence[0].text == "reason=OOMKilled exitCode=1"


@pytest.mark.parametrize(
    ("resources", "limit", "request_"),
    [
        pytest.param({"resourceMemoryLimit": "400Mi", "resourceMemoryRequest": "200Mi"}, 400 * MI, 200 * MI, id="as text"),
        pytest.param({"memoryLimit": 0.4194304}, 400 * MI, None, id="as older SDKs compile it: 10^9 bytes"),
        pytest.param({"resourceMemoryLimit": "{{$.inputs.parameters['m']}}"}, None, None, id="a parameter"),
        pytest.param({}, None, None, id="none"),
    ],
)
def test_the_pipeline_tells_the_limit_when_the_pod_is_gone(
    resources: dict[str, object], limit: int | None, request_: int | None
) -> None:
    step = a_step(message="main: OOMKilled (exit code 1)")
    signs = memory_signs(step, some_facts(step, case=a_run(**resources)))
    assert signs is not None
    assert (signs.verdict, signs.limit, signs.request) == ("main", limit, request_)


def test_a_crash_loop_is_judged_by_its_last_end() -> None:
    looping = waiting("CrashLoopBackOff", name="server", lastState=terminated(137, "OOMKilled")["state"])
    spec = {"containers": [{"name": "server", "resources": {"limits": {"memory": "1Gi"}}}]}
    step = a_step("waiting", pod=a_pod("server-0", statuses=(looping,), spec=spec), task=None)
    signs = memory_signs(step, some_facts(step))
    assert signs is not None
    assert (signs.verdict, signs.container, signs.limit) == ("main", "server", 2**30)


def test_a_limit_too_small_for_the_start_counts_too() -> None:
    text = "failed to create containerd task: container init was OOM-killed (memory limit too low?)"
    step = a_step(pod=a_pod(statuses=(terminated(128, "StartError", text),), limits={"memory": "4Mi"}))
    signs = memory_signs(step, some_facts(step))
    assert signs is not None
    assert signs.verdict == "main"


@pytest.mark.parametrize(
    ("reason", "message", "age", "verdict"),
    [
        pytest.param(
            "SystemOOM", "System OOM encountered, victim process: python, pid: 7", 60, "node", id="the node says so"
        ),
        pytest.param("SystemOOM", "System OOM encountered, victim process: python, pid: 7", 3000, None, id="long before"),
        pytest.param(
            "OOMKilling", "Memory cgroup out of memory: Killed process 7", 60, None, id="it tells of a container's limit"
        ),
    ],
)
def test_the_nodes_word(reason: str, message: str, age: float, verdict: str | None) -> None:
    event = an_event(reason, message, kind="Node", name="node-a", age=age)
    step = a_step(pod=a_pod(statuses=(terminated(137),), **LIMITS))
    signs = memory_signs(step, some_facts(step, events=(event,)))
    assert (signs.verdict if signs else None) == verdict


def test_what_bounds_the_limit_here() -> None:
    bounds = {"limits": [{"type": "Container", "max": {"memory": "2Gi"}}]}
    here = kube(LimitRange, {"metadata": {"name": "bounds", "namespace": "kubeflow"}, "spec": bounds})
    other = kube(LimitRange, {"metadata": {"name": "other", "namespace": "team-b"}, "spec": bounds})
    counted = {"hard": {"limits.memory": "8Gi"}, "used": {"limits.memory": "7Gi"}}
    quota = kube(ResourceQuota, {"metadata": {"name": "team", "namespace": "kubeflow"}, "status": counted})
    nodes = (a_node(memory="4Gi"), a_node("node-b", memory="10Gi"))
    step = a_step(pod=a_pod())
    found = ceilings(step, some_facts(step, nodes=nodes, limit_ranges=(here, other), quotas=(quota,)))
    assert [(c.size, c.who) for c in found] == [
        (9 * 2**30, "the largest node has 10Gi"),
        (2 * 2**30, "the LimitRange bounds allows 2Gi"),
        (2**30, "the quota team has 1Gi left"),
    ]
    assert ceilings(step, some_facts(step)) == ()
