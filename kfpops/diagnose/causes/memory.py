"""Out of memory: of the container, of one of its processes, of the node, of the GPU, of /dev/shm, of Python."""

from __future__ import annotations

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Cause, Match
from kfpops.diagnose.disk import eviction_of
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.memory_fix import advice_for
from kfpops.diagnose.memory_signs import MemorySigns, memory_signs
from kfpops.diagnose.step import Step
from kfpops.knowledge.memory_advice import request_for, sdk_quantity
from kfpops.knowledge.memory_errors import cannot_allocate, gpu_memory, shared_memory
from kfpops.knowledge.quantity import format_bytes, parse_bytes
from kfpops.knowledge.sdk import kubernetes_call, task_variable
from kfpops.model.finding import Advice, Fact

# Exceptions that a killed process cannot be the reason of.
_NOT_FROM_A_CHILD = frozenset({"ModuleNotFoundError", "ImportError", "SyntaxError", "IndentationError", "NameError"})


def _oom_killed(step: Step, facts: Facts) -> Match | None:
    signs = memory_signs(step, facts)
    if signs is None or signs.verdict != "main":
        return None
    limit = f" (limit {format_bytes(signs.limit)})" if signs.limit else ""
    who = "" if signs.container == "main" or step.task is None else f" in its container {signs.container}"
    return _match(f"{step.subject} ran out of memory{who}{limit}", step, facts, signs)


def _oom_killed_child(step: Step, facts: Facts) -> Match | None:
    signs = memory_signs(step, facts)
    if signs is None or signs.verdict not in ("child", "survived"):
        return None
    traceback = step.log.traceback if step.log else None
    if traceback and traceback.name in _NOT_FROM_A_CHILD and not signs.child_line:
        return None
    limit = f" ({format_bytes(signs.limit)})" if signs.limit else ""
    if signs.verdict == "survived":
        return _match(
            f"{step.subject} succeeded, but a process of it was killed at the memory limit{limit}", step, facts, signs
        )
    return _match(
        f"A process of {step.label} was killed at the memory limit{limit}, and the step failed", step, facts, signs
    )


def _match(title: str, step: Step, facts: Facts, signs: MemorySigns) -> Match:
    quoted = [*signs.evidence]
    if step.log and signs.child_line and signs.verdict != "main":
        quoted.append(evidence.of_log(step.log, [signs.child_line]))
    return Match(
        title=title,
        confidence="certain" if signs.verdict != "child" or signs.child_line else "likely",
        objects=(step.ref(signs.container),),
        evidence=tuple(quoted),
        advice=advice_for(step, facts, signs),
        facts=signs.facts,
        key=(step.namespace, step.pipeline or step.workflow, step.task or step.pod_name, signs.container, signs.limit),
    )


def _node_out_of_memory(step: Step, facts: Facts) -> Match | None:
    signs = memory_signs(step, facts)
    if signs is None or signs.verdict != "node":
        return None
    node = signs.node or "its node"
    size = signs.limit or 4 * 2**30
    code = f"{task_variable(step.task)}.set_memory_request('{sdk_quantity(request_for(size))}')"
    text = f"Give {step.label} a memory request of what it really needs, so that the scheduler keeps that much free for it"
    return Match(
        title=f"{step.subject} was killed because node {node} had no memory left",
        confidence="certain" if signs.system_oom else "likely",
        objects=(step.ref(signs.container),),
        evidence=signs.evidence,
        advice=(
            Advice(f"{text}, and a limit.", sdk=f"{code}.set_memory_limit('{sdk_quantity(size)}')" if step.task else None),
        ),
        facts={**signs.facts, "node": signs.node},
        key=(signs.node,),
    )


def _python_memory_error(step: Step, facts: Facts) -> Match | None:
    if step.log is None or (found := cannot_allocate(step.log)) is None:
        return None
    asked = f" ({format_bytes(found.asked)} at once)" if found.asked else ""
    text = (
        f"{found.name} means that the program was refused the memory{asked}; the kernel killed nothing. Work on smaller "
        "pieces, or look for what bounds the address space: ulimit -v, resource.setrlimit, a size computed wrongly."
    )
    return Match(
        title=f"{step.subject} could not allocate memory{asked}",
        confidence="certain",
        objects=(step.ref("main"),),
        evidence=(evidence.of_log(step.log, found.lines),),
        advice=(Advice(text),),
        facts={**_exits(step), "exception": found.name, "requested_bytes": found.asked},
        key=(step.pipeline or step.workflow, step.task, found.name),
    )


def _gpu_out_of_memory(step: Step, facts: Facts) -> Match | None:
    if step.log is None or (found := gpu_memory(step.log)) is None:
        return None
    size = f" ({format_bytes(found.total)})" if found.total else ""
    text = "Use a smaller batch, gradient accumulation or a lower precision, or a GPU with more memory. "
    text += "The container's memory limit has nothing to do with it."
    if found.reserved:
        text += " Much of it is reserved but not in use: PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True helps there."
    code = f"{task_variable(step.task)}.set_env_variable('PYTORCH_CUDA_ALLOC_CONF', 'expandable_segments:True')"
    return Match(
        title=f"{step.subject} ran out of GPU memory{size}",
        confidence="certain",
        objects=(step.ref("main"),),
        evidence=(evidence.of_log(step.log, found.lines),),
        advice=(Advice(text, sdk=code if found.reserved and step.task else None),),
        facts={**_exits(step), "exception": found.name, "requested_bytes": found.asked, "gpu_bytes": found.total},
        key=(step.pipeline or step.workflow, step.task),
    )


def _shared_memory(step: Step, facts: Facts) -> Match | None:
    done = step.main_terminated
    if done is not None and done.reason == "OOMKilled":
        return None
    found = shared_memory(step.log, done.exit_code if done else None)
    if found is None:
        return None
    lines = (*found.lines, *step.log.klog_errors[:1]) if step.log else ()
    quoted = (evidence.of_log(step.log, dict.fromkeys(lines)),) if step.log and lines else evidence.of_node(step)
    mount = {"volume_name": "shm", "mount_path": "/dev/shm", "medium": "Memory", "size_limit": "2Gi"}
    text = "A container's /dev/shm holds 64 MiB unless a volume is mounted there. Mount an in-memory emptyDir at /dev/shm;"
    text += " what is written to it counts against the memory limit, so raise that as well."
    if (size := _shm_size(step)) is not None:
        now = f" of {size}" if size else ""
        text = f"/dev/shm is a volume{now} already: give it a larger size_limit, or use fewer workers."
    return Match(
        title=f"{step.subject} filled its shared memory, /dev/shm",
        confidence="certain" if found.named else "likely",
        objects=(step.ref("main"),),
        evidence=quoted,
        advice=(Advice(text, sdk=kubernetes_call("empty_dir_mount", step.task, **mount) if step.task else None),),
        facts={**_exits(step), "signal": found.signal},
        key=(step.pipeline or step.workflow, step.task),
    )


def _shm_size(step: Step) -> str | None:
    """The size limit of the volume at /dev/shm ("" without one); None when there is no such volume."""
    main = step.main_spec
    name = next((m.name for m in main.volume_mounts if m.mount_path.rstrip("/") == "/dev/shm"), None) if main else None
    volume = next((v for v in step.pod.spec.volumes if v.name == name), None) if step.pod and name else None
    return None if volume is None else volume.empty_dir.size_limit if volume.empty_dir else ""


def _exits(step: Step) -> dict[str, Fact]:
    done = step.main_terminated
    return {"exit_code": done.exit_code if done else None, "inner_exit_code": step.log.exit_status if step.log else None}


def _evicted(step: Step, facts: Facts) -> Match | None:
    evicted = eviction_of(step)
    if evicted is None or evicted[0].resource != "memory":
        return None
    found, quoted = evicted
    used = parse_bytes(found.usage)
    request = parse_bytes(found.request)
    node = step.pod.spec.node_name if step.pod else (step.node.host_node_name if step.node else "")
    size = request_for(round((used or 2**31) * 1.25))
    code = f"{task_variable(step.task)}.set_memory_request('{sdk_quantity(size)}')"
    using = f"It used {format_bytes(used)} and had requested {format_bytes(request or 0)}. " if used else ""
    return Match(
        title=f"{step.subject} was evicted: node {node or 'unknown'} ran low on memory",
        confidence="certain",
        objects=(step.ref("main"),),
        evidence=quoted,
        advice=(
            Advice(
                f"{using}Set a memory request near its real need: those above their request go first.",
                sdk=code if step.task else None,
            ),
        ),
        facts={"node": node or None, "usage_bytes": used, "request_bytes": request},
        key=(step.namespace, node),
    )


CAUSES: tuple[Cause, ...] = (
    Cause(
        id="memory/oom-killed",
        title="A step ran out of memory",
        meaning="The program outgrew the memory limit of its container, and the kernel killed it.",
        remedy="Raise the limit with set_memory_limit, or hold less in memory at a time.",
        look=_oom_killed,
        when=frozenset({"failed", "waiting"}),
    ),
    Cause(
        id="memory/oom-killed-child",
        title="A process of a step was killed at the memory limit",
        meaning="A worker, subprocess or part of a pipe hit the container's limit. The program itself lived on: it failed "
        "because of it, or did not notice.",
        remedy="Raise the limit with set_memory_limit, or start fewer processes.",
        look=_oom_killed_child,
        when=frozenset({"failed", "waiting", "succeeded"}),
    ),
    Cause(
        id="memory/python-memory-error",
        title="A program could not allocate memory",
        meaning="Python, NumPy or the C++ runtime was refused memory; the kernel killed nothing.",
        remedy="Work on smaller pieces; look for a bound on the address space or a size that was computed wrongly.",
        look=_python_memory_error,
        yields_to=("memory/oom-killed", "memory/oom-killed-child", "memory/node-out-of-memory", "memory/gpu-out-of-memory"),
    ),
    Cause(
        id="memory/node-out-of-memory",
        title="A node had no memory left",
        meaning="The whole node ran out of memory and the kernel chose this process. The container's limit was not reached, "
        "or there is none.",
        remedy="Set memory requests and limits, so that the scheduler does not put more on a node than it has.",
        look=_node_out_of_memory,
        when=frozenset({"failed", "waiting"}),
    ),
    Cause(
        id="memory/gpu-out-of-memory",
        title="A step ran out of GPU memory",
        meaning="An allocation on the GPU failed. The container's memory limit is another thing.",
        remedy="A smaller batch, a lower precision, or a GPU with more memory.",
        look=_gpu_out_of_memory,
    ),
    Cause(
        id="memory/shared-memory",
        title="A step filled /dev/shm",
        meaning="Shared memory holds 64 MiB unless a volume is mounted there; writing beyond it ends in SIGBUS or ENOSPC.",
        remedy="Mount an in-memory emptyDir at /dev/shm.",
        look=_shared_memory,
        yields_to=("memory/oom-killed", "memory/oom-killed-child", "memory/node-out-of-memory"),
    ),
    Cause(
        id="memory/evicted",
        title="A pod was evicted because its node ran low on memory",
        meaning="The kubelet removed the pod to save the node; pods that use more than they requested go first.",
        remedy="Set a memory request near what the step really uses.",
        look=_evicted,
    ),
)
