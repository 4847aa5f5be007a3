"""Quotations: where a sign was read, its text, and when. Every family of causes makes its evidence here."""

from __future__ import annotations

from collections.abc import Iterable

from kfpops.diagnose.step import Step
from kfpops.knowledge.log_reading import LogReading
from kfpops.model.container import ContainerStatus, Terminated
from kfpops.model.event import Event
from kfpops.model.finding import Evidence
from kfpops.model.meta import Condition

# What a terminal shows in two or three lines; a traceback is quoted in full by those who need it.
_LONGEST = 300


def clip(text: str, longest: int = _LONGEST) -> str:
    """The text on one line, its end kept when it is too long: Kubernetes and Go put the cause last."""
    line = " ".join(text.split())
    return line if len(line) <= longest else "… " + line[-(longest - 2) :]


def of_container(step: Step, status: ContainerStatus) -> Evidence:
    """How a container waits or ended."""
    kind = "init" if step.pod and status in step.pod.status.init_container_statuses else "container"
    field = "initContainerStatuses" if kind == "init" else "containerStatuses"
    path = f"pod/{step.pod_name}/status/{field}[{status.name}]"
    if (done := status.state.terminated) is not None:
        return Evidence(f"{path}/state/terminated", _terminated(done), done.finished_at)
    if (wait := status.state.waiting) is not None and wait.reason == "CrashLoopBackOff":
        last = status.last_state.terminated
        return Evidence(
            f"{path}/lastState/terminated", _terminated(last) if last else "", last.finished_at if last else None
        )
    text = f"reason={wait.reason}" + (f" message={wait.message}" if wait.message else "") if wait else "running"
    return Evidence(f"{path}/state/waiting", clip(text, 500))


def _terminated(done: Terminated) -> str:
    return clip(f"reason={done.reason} exitCode={done.exit_code}" + (f" message={done.message}" if done.message else ""))


def of_node(step: Step) -> tuple[Evidence, ...]:
    """Argo's message of the step's node, if it has one."""
    if step.node is None or not step.message:
        return ()
    path = f"workflow/{step.workflow}/nodes/{step.node.id}/message"
    return (Evidence(path, clip(step.message, 500), step.node.finished_at),)


def of_pod(step: Step) -> tuple[Evidence, ...]:
    """The pod's own reason and message (Evicted …), if it has them."""
    if step.pod is None or not (step.pod.status.reason or step.pod.status.message):
        return ()
    status = step.pod.status
    return (Evidence(f"pod/{step.pod_name}/status", clip(f"reason={status.reason} message={status.message}", 500)),)


def of_condition(step: Step, condition: Condition) -> Evidence:
    """A condition of the pod; its text is whole, the scheduler's may be long."""
    text = f"{condition.status} {condition.reason}: {condition.message}"
    return Evidence(
        f"pod/{step.pod_name}/status/conditions[{condition.type}]", clip(text, 1000), condition.last_transition_time
    )


def of_event(event: Event) -> Evidence:
    about = event.involved_object
    return Evidence(f"event/{about.kind}/{about.name}/{event.reason}", clip(event.message), event.at)


def of_log(log: LogReading, lines: Iterable[str]) -> Evidence:
    """Lines of a log, each clipped."""
    return Evidence(f"log/{log.source}", "\n".join(clip(line) for line in lines))
