"""Memory: who ran out of it, and who only looks so."""

from __future__ import annotations

import pytest

from kfpops.diagnose.causes.memory import CAUSES
from kfpops.diagnose.step import Step
from kfpops.model.finding import Finding
from tests.builders import a_pod, a_step, an_event, terminated
from tests.diagnose.causes.looking import a_traceback, launcher_log, names, the

MI = 2**20
OOM = terminated(1, "OOMKilled")
LIMITS = {"limits": {"memory": "400Mi"}, "requests": {"memory": "200Mi"}}
EVICTED = (
    "The node was low on resource: memory. Threshold quantity: 100Mi, available: 52Mi. "
    "Container main was using 3Gi, request is 1Gi, has larger consumption of memory. "
)


def failed(log: str | None = None, status: dict[str, object] | None = None, **more: object) -> Step:
    return a_step(pod=a_pod(phase="Failed", statuses=(status or terminated(1),), **LIMITS, **more), log=log)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(failed(launcher_log("x", "exit status 1")), id="the program failed by itself"),
        pytest.param(failed(launcher_log("x", "exit status 137")), id="killed, and nobody says for memory"),
        pytest.param(failed(status=terminated(137)), id="137 without OOMKilled is someone else's kill"),
        pytest.param(
            failed(launcher_log(a_traceback("ValueError: the pod was OOMKilled, Out of memory"), "exit status 1")),
            id="a message that quotes it",
        ),
        pytest.param(
            failed(launcher_log("Killed\nOut of memory: Killed process 7\nBus error was seen before", "exit status 1")),
            id="a log that quotes it",
        ),
        pytest.param(a_step("succeeded", pod=a_pod(statuses=(terminated(0),))), id="it succeeded"),
        pytest.param(
            failed(
                launcher_log(a_traceback("ModuleNotFoundError: No module named 'torch'"), "exit status 1"),
                status=OOM,
            ),
            id="a missing package fails a program whatever happened to its children",
        ),
        pytest.param(
            a_step(pod=a_pod(phase="Failed", reason="Evicted", message="The node had condition: [DiskPressure]. ")),
            id="evicted for another resource",
        ),
    ],
)
def test_memory_was_not_missing(step: Step) -> None:
    assert names(CAUSES, step) == []


@pytest.mark.parametrize(
    ("step", "cause"),
    [
        pytest.param(failed(launcher_log("Killed", "exit status 137"), OOM), "memory/oom-killed", id="a Python component"),
        pytest.param(failed(launcher_log("x", "signal: killed"), OOM), "memory/oom-killed", id="a plain command"),
        pytest.param(
            failed(launcher_log("worker 3 restarted after SIGKILL\nKilled", "exit status 137"), OOM),
            "memory/oom-killed",
            id="the program outlived a worker and was killed itself",
        ),
        pytest.param(failed(status=terminated(137, "OOMKilled")), "memory/oom-killed", id="the whole container at once"),
        pytest.param(a_step(message="main: OOMKilled (exit code 1)"), "memory/oom-killed", id="pods and logs are gone"),
        pytest.param(
            failed(launcher_log('0: line 1:    23 Killed      python3 -c "x"\n   24 Done  | sort', "exit status 137"), OOM),
            "memory/oom-killed-child",
            id="bash reports a part of a pipe",
        ),
        pytest.param(
            failed(launcher_log(a_traceback("RuntimeError: worker ended, return code -9"), "exit status 1"), OOM),
            "memory/oom-killed-child",
            id="the program raised because a worker was gone",
        ),
        pytest.param(
            a_step("succeeded", pod=a_pod(statuses=(terminated(0, "OOMKilled"),), **LIMITS)),
            "memory/oom-killed-child",
            id="the program went on",
        ),
        pytest.param(
            failed(launcher_log(a_traceback("MemoryError"), "exit status 1")),
            "memory/python-memory-error",
            id="Python was refused",
        ),
        pytest.param(
            failed(
                launcher_log(
                    a_traceback("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB."), "exit status 1"
                )
            ),
            "memory/gpu-out-of-memory",
            id="the GPU was full",
        ),
        pytest.param(failed(launcher_log("Bus error", "exit status 135")), "memory/shared-memory", id="SIGBUS"),
        pytest.param(a_step(message=EVICTED), "memory/evicted", id="evicted, and the pod is gone"),
        pytest.param(
            a_step(pod=a_pod(statuses=(terminated(137, "OOMKilled"),))), "memory/node-out-of-memory", id="there was no limit"
        ),
    ],
)
def test_who_ran_out(step: Step, cause: str) -> None:
    assert names(CAUSES, step) == [cause]


def test_the_container_beats_what_its_program_says() -> None:
    step = failed(launcher_log(a_traceback("MemoryError: worker died with <Signals.SIGKILL: 9>"), "exit status 1"), OOM)
    assert names(CAUSES, step) == ["memory/oom-killed-child"]
    shm = "RuntimeError: DataLoader worker (pid 7) is killed by signal: Killed. insufficient shared memory (shm)"
    assert names(CAUSES, failed(launcher_log(a_traceback(shm), "exit status 1"), OOM)) == ["memory/oom-killed-child"]


def test_numbers_evidence_and_code_of_a_killed_step() -> None:
    found = the(CAUSES, failed(launcher_log("Killed", "exit status 137"), OOM))
    assert found.title == "Step train ran out of memory (limit 400Mi)"
    assert found.confidence == "certain"
    assert found.objects[0].container == "main"
    assert found.facts == {"limit_bytes": 400 * MI, "request_bytes": 200 * MI, "exit_code": 1, "inner_exit_code": 137}
    assert found.advice[0].sdk == "train_task.set_memory_request('416Mi').set_memory_limit('512Mi')"
    assert "exit status 137" in found.evidence[-1].text


def test_a_succeeded_step_is_called_so() -> None:
    found = the(CAUSES, a_step("succeeded", pod=a_pod(statuses=(terminated(0, "OOMKilled"),), **LIMITS)))
    assert found.title == "Step train succeeded, but a process of it was killed at the memory limit (400Mi)"


def test_a_child_without_a_word_of_it_is_only_likely() -> None:
    found = the(CAUSES, failed(launcher_log(a_traceback("KeyError: 'result'"), "exit status 1"), OOM))
    assert (found.cause, found.confidence) == ("memory/oom-killed-child", "likely")


def test_the_same_task_and_limit_in_many_pods_is_one_finding() -> None:
    steps = [a_step(id=f"wf-{n}", pod=a_pod(f"train-{n}", statuses=(OOM,), **LIMITS)) for n in range(3)]
    found = the(CAUSES, *steps)
    assert len(found.objects) == 3


def test_the_node_that_had_no_more_is_named() -> None:
    event = an_event("SystemOOM", "System OOM encountered, victim process: python, pid: 7", kind="Node", name="node-a")
    found = the(CAUSES, failed(status=terminated(137)), events=(event,))
    assert found.title == "Step train was killed because node node-a had no memory left"
    assert found.facts["node"] == "node-a"
    assert "SystemOOM" in found.evidence[-1].source


def shm(**main: object) -> Finding:
    spec = {"volumes": [{"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}}]}
    return the(CAUSES, failed(launcher_log("Bus error", "exit status 135"), spec=spec, main=main))


def test_shared_memory_gets_a_volume_or_a_larger_one() -> None:
    plain, mounted = shm(), shm(volumeMounts=[{"name": "shm", "mountPath": "/dev/shm"}])
    assert plain.facts == {"exit_code": 1, "inner_exit_code": 135, "signal": 7}
    assert plain.advice[0].sdk is not None
    assert "mount_path='/dev/shm', medium='Memory', size_limit=" in plain.advice[0].sdk
    assert mounted.advice[0].text.startswith("/dev/shm is a volume of 1Gi already")


def test_an_eviction_tells_what_was_used_and_requested() -> None:
    pod = a_pod(phase="Failed", reason="Evicted", message=EVICTED, statuses=(terminated(137),))
    found = the(CAUSES, a_step(pod=pod))
    assert found.facts == {"node": "node-a", "usage_bytes": 3 * 2**30, "request_bytes": 2**30}
    assert found.title == "Step train was evicted: node node-a ran low on memory"
