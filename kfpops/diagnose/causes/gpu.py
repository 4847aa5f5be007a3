"""GPUs that are not there, that do not fit the program, or that failed under it; their memory is another family's."""

from __future__ import annotations

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Cause, Match
from kfpops.diagnose.exits import exit_facts, exit_of
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.import_fix import install_code
from kfpops.diagnose.step import Step
from kfpops.diagnose.user_code import PLATFORM, ended_by, group_key, quotation, retry_advice, retry_facts
from kfpops.knowledge.gpu_errors import GpuFailure, GpuTrouble, read_gpu_failure
from kfpops.knowledge.sdk import task_variable
from kfpops.model.finding import Advice, Fact

SIGABRT = 6
# NCCL's watchdog and the CUDA runtime abort the process; their words are among its last.
_LAST_LINES = 60


def _failure(step: Step, *troubles: GpuTrouble) -> GpuFailure | None:
    if step.log is None or step.role in ("driver", "importer"):
        return None
    ended = ended_by(step)
    found = read_gpu_failure(ended[1]) if ended else _aborted(step)
    return found if found is not None and found.trouble in troubles else None


def _aborted(step: Step) -> GpuFailure | None:
    done = exit_of(step)
    if step.log is None or done is None or done.signal != SIGABRT:
        return None
    return read_gpu_failure(None, step.log.own_lines[-_LAST_LINES:])


def _gpus(step: Step) -> tuple[str | None, int | None]:
    """The GPU resource that the container asked for, and how many; (None, 0) when it asked for none, None when unknown."""
    if step.main_spec is None:
        return None, None
    limits = {**step.main_spec.resources.requests, **step.main_spec.resources.limits}
    for name, amount in limits.items():
        if ("gpu" in name.lower() or name.startswith(("nvidia.com/", "amd.com/"))) and amount.isdigit():
            return name, int(amount)
    return None, 0


def _match(step: Step, facts: Facts, found: GpuFailure, title: str, advice: tuple[Advice, ...]) -> Match:
    ended = ended_by(step)
    quoted = quotation(*ended) if ended else (evidence.of_log(step.log, [found.line]),) if step.log else ()
    resource, count = _gpus(step)
    asked: dict[str, Fact] = {"resource": resource, "gpus": count, "exception": found.exception}
    return Match(
        title=f"{step.subject} {title}",
        confidence="certain" if ended and ended[1].certain else "likely",
        objects=(step.ref("main"),),
        evidence=quoted,
        advice=advice,
        facts={**asked, **exit_facts(step), **retry_facts(step, facts)},
        key=group_key(step, found.trouble),
    )


def _no_device(step: Step, facts: Facts) -> Match | None:
    found = _failure(step, "no-device", "cpu-build")
    if found is None:
        return None
    resource, count = _gpus(step)
    if found.trouble == "cpu-build":
        text = "The installed package was built without GPU support, so a GPU would not help. Install its CUDA build,"
        advice = Advice(f"{text} or let the program use the CPU.", sdk=install_code("torch==<version>+cu124"))
        return _match(step, facts, found, "wants a GPU, but its packages were built without GPU support", (advice,))
    if count:
        text = (
            f"The step has {count} {resource}, but the program does not see what it wants: check the number of GPUs that it"
        )
        text += " asks for (device ordinals begin at 0), CUDA_VISIBLE_DEVICES, and whether the image brings its own libcuda."
        return _match(step, facts, found, f"does not see the GPU that it wants (it has {count})", (Advice(text),))
    code = f"{task_variable(step.task)}.set_accelerator_type('nvidia.com/gpu').set_accelerator_limit(1)"
    text = f"Ask for a GPU for {step.label}; without that a container sees none, also on a node that has some."
    why = "did not ask for one" if count == 0 else "sees none"
    return _match(step, facts, found, f"wants a GPU, but {why}", (Advice(text, sdk=code),))


def _driver_mismatch(step: Step, facts: Facts) -> Match | None:
    found = _failure(step, "driver-mismatch")
    if found is None:
        return None
    text = (
        "The image's CUDA does not fit the node's driver or its GPU. Use an image built for an older CUDA, or run on nodes"
    )
    text += " with a newer driver (kubectl get nodes -L nvidia.com/cuda.driver.major,nvidia.com/gpu.product)."
    advice = Advice(text, kubectl="kubectl get nodes -L nvidia.com/cuda.driver.major,nvidia.com/gpu.product")
    return _match(step, facts, found, "has CUDA libraries that do not fit the node's GPU driver", (advice,))


def _device_assert(step: Step, facts: Facts) -> Match | None:
    found = _failure(step, "device-assert")
    if found is None:
        return None
    text = "A computation failed on the GPU: most often an index out of range, such as a label beyond the number of classes."
    text += " CUDA_LAUNCH_BLOCKING=1 makes the traceback point at the right line."
    code = f"{task_variable(step.task)}.set_env_variable('CUDA_LAUNCH_BLOCKING', '1')"
    return _match(step, facts, found, "failed inside a GPU computation", (Advice(text, sdk=code),))


def _collective_timeout(step: Step, facts: Facts) -> Match | None:
    found = _failure(step, "collective-timeout")
    if found is None:
        return None
    text = "One of the processes waited for the others in vain. Look for the one that failed or fell behind; if none did,"
    text += " the network between them is the matter (NCCL_DEBUG=INFO tells which interface it uses)."
    code = f"{task_variable(step.task)}.set_env_variable('NCCL_DEBUG', 'INFO')"
    advice = (Advice(text, sdk=code), *retry_advice(step, facts))
    return _match(step, facts, found, "gave up waiting for the other processes of its training", advice)


CAUSES: tuple[Cause, ...] = (
    Cause(
        id="gpu/no-device",
        title="The program found no GPU",
        meaning="The step did not ask for a GPU, or the program cannot use the one it has.",
        remedy="Ask for one with set_accelerator_type and set_accelerator_limit.",
        look=_no_device,
        yields_to=PLATFORM,
    ),
    Cause(
        id="gpu/driver-mismatch",
        title="CUDA and the node's driver do not fit",
        meaning="The image's CUDA libraries need a newer driver, or were built for other GPUs.",
        remedy="Use an image for the node's driver, or nodes with a newer one.",
        look=_driver_mismatch,
        yields_to=PLATFORM,
    ),
    Cause(
        id="gpu/device-assert",
        title="A computation failed on the GPU",
        meaning="An assertion or memory access inside a GPU kernel failed; the traceback may point at a later line.",
        remedy="Run with CUDA_LAUNCH_BLOCKING=1 and look at the indices.",
        look=_device_assert,
        yields_to=PLATFORM,
    ),
    Cause(
        id="gpu/collective-timeout",
        title="Processes waited for each other in vain",
        meaning="A collective operation of a distributed training did not finish in time.",
        remedy="Find the process that failed first, or the network between them.",
        look=_collective_timeout,
        yields_to=PLATFORM,
    ),
)
