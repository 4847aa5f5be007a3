"""A step: one pod of a run, or the place where its pod should be, with everything known about it joined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from kfpops.knowledge.argo_node import Role
from kfpops.knowledge.log_reading import LogReading
from kfpops.model.container import Container, ContainerStatus, Terminated
from kfpops.model.event import Event
from kfpops.model.finding import ObjectRef
from kfpops.model.pod import Pod
from kfpops.model.workflow import WorkflowNode

StepState: TypeAlias = Literal["failed", "waiting", "running", "succeeded"]


@dataclass(frozen=True, slots=True)
class Step:
    """`task` is the dotted task path ("" for the run's own driver, None for pods of no run).

    `node` or `pod` may be None, never both: a refused pod never existed, a foreign pod has no workflow. `log` is None when
    it was not read or not found. `events` are the pod's, oldest first. `attempts` counts the attempts of the same Retry
    node so far, this one included. `planned` is the main container as the driver planned it, of pods that are not there;
    `stored_logs` are URIs at which the object store may have the log.
    """

    id: str
    state: StepState
    namespace: str
    pod_name: str
    role: Role = "other"
    run_id: str | None = None
    run_name: str | None = None
    workflow: str | None = None
    pipeline: str | None = None
    task: str | None = None
    iterations: tuple[int, ...] = ()
    attempt: int = 0
    attempts: int = 1
    node: WorkflowNode | None = None
    pod: Pod | None = None
    log: LogReading | None = None
    events: tuple[Event, ...] = ()
    planned: Container | None = None
    stored_logs: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """How a person would call it: `step train`, `step train (iteration 2)`, `pod notebook-0`."""
        if self.task is None:
            return f"pod {self.pod_name}"
        what = f"step {self.task}" if self.task else "the run's first driver"
        if self.role == "driver" and self.task:
            what = f"the driver of {self.task}"
        return what + (f" (iteration {'.'.join(map(str, self.iterations))})" if self.iterations else "")

    @property
    def subject(self) -> str:
        """The label as a sentence begins with it."""
        return self.label[0].upper() + self.label[1:]

    @property
    def message(self) -> str:
        """Argo's message of the node; it lags behind the pod by ten seconds and may be old."""
        return self.node.message if self.node else ""

    @property
    def began(self) -> datetime | None:
        """When it was created."""
        made = self.pod.metadata.creation_timestamp if self.pod else None
        return made or (self.node.started_at if self.node else None)

    @property
    def ended(self) -> datetime | None:
        """When it ended, as the pod or else the workflow says; None while it has not."""
        done = self.main_terminated
        return (done.finished_at if done else None) or (self.node.finished_at if self.node else None)

    @property
    def main(self) -> ContainerStatus | None:
        """The status of the container that counts: `main` in Argo's pods, else the first."""
        return self.container_status("main") or (self.pod.status.container_statuses[:1] or (None,))[0] if self.pod else None

    @property
    def main_terminated(self) -> Terminated | None:
        """How the container that counts ended; None while it has not."""
        return self.main.state.terminated if self.main else None

    @property
    def main_spec(self) -> Container | None:
        """What was asked for the container that counts; of a pod that is gone, what its driver planned."""
        if self.pod is None:
            return self.planned
        containers = self.pod.spec.containers
        return next((c for c in containers if c.name == "main"), containers[0] if containers else None)

    @property
    def statuses(self) -> tuple[ContainerStatus, ...]:
        """All containers, init containers first: the order in which they run."""
        return (*self.pod.status.init_container_statuses, *self.pod.status.container_statuses) if self.pod else ()

    @property
    def node_or_pod_ran(self) -> bool:
        """Whether a container can have written anything: a refused pod has no log to ask for."""
        if self.pod is not None:
            return any(s.state.terminated or s.last_state.terminated or s.state.running for s in self.statuses)
        # Argo notes the host when it first sees the pod on one; a pod that was refused or stayed pending never had any.
        # One that was still starting when its time was up said nothing either.
        ended_early = self.message.startswith("Step exceeded its deadline")
        return self.node is not None and bool(self.node.host_node_name) and not ended_early

    def container_status(self, name: str) -> ContainerStatus | None:
        return next((c for c in self.statuses if c.name == name), None)

    def ref(self, container: str | None = None) -> ObjectRef:
        """The pod, or what would have been it, as findings name it."""
        uid = self.pod.metadata.uid if self.pod else None
        return ObjectRef("Pod", self.pod_name, self.namespace, container, uid or None)

    def events_with(self, *reasons: str) -> tuple[Event, ...]:
        """The pod's events with one of these reasons, oldest first."""
        return tuple(e for e in self.events if e.reason in reasons)
