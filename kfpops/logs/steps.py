"""Which logs a run has: its executors, in the order they began, each attempt for itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from kfpops.errors import NotFound
from kfpops.knowledge.argo_node import NodePath, Role, parse_node_name, role_of_template
from kfpops.knowledge.argo_workflow import NODE_ID_ANNOTATION, NODE_NAME_ANNOTATION, WORKFLOW_LABEL, pod_name
from kfpops.knowledge.planned_pod import TaskKey, patches_of, planned_container, stored_logs
from kfpops.model.pod import Pod
from kfpops.model.workflow import Workflow, WorkflowNode

_FIRST = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class LoggedStep:
    """A pod of a run, there or gone. `attempt` counts from 0; `alive`: the pod still exists, so its log may be live.

    `stored`: URIs at which the object store may have the log, best first.
    """

    task: str
    role: Role
    namespace: str
    pod: str
    node_id: str
    attempt: int
    iterations: tuple[int, ...]
    began: datetime | None
    alive: bool
    running: bool
    stored: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        where = f" (iteration {'.'.join(map(str, self.iterations))})" if self.iterations else ""
        again = f", attempt {self.attempt}" if self.attempt else ""
        return f"{'driver of ' if self.role == 'driver' else ''}{self.task or 'the run'}{where}{again}"


def steps_with_logs(workflow: Workflow | None, pods: Sequence[Pod]) -> tuple[LoggedStep, ...]:
    """All pods of the workflow's tree, and pods that no node speaks of; the earliest first."""
    # What the tree says of a pod goes before what the pod says of itself.
    found = {s.pod: s for s in (*_of_pods(pods), *_of_nodes(workflow, pods))}
    return tuple(sorted(found.values(), key=lambda s: (s.began or _FIRST, s.pod)))


def chosen(steps: Iterable[LoggedStep], task: str, attempt: int | None, *, drivers: bool = False) -> tuple[LoggedStep, ...]:
    """The executors of a task (dotted, or its last part) and attempt. Raises `NotFound` with the tasks that there are."""
    mine = [s for s in steps if drivers or s.role != "driver"]
    fit = [s for s in mine if (not task or task in (s.task, s.task.rpartition(".")[2]))]
    if task and not fit:
        names = ", ".join(dict.fromkeys(s.task for s in mine if s.task)) or "none that has begun"
        raise NotFound(f'The run has no task "{task}" with a log.', f"Its tasks: {names}.")
    numbered = [s for s in fit if attempt is None or s.attempt == attempt]
    if fit and not numbered:
        numbers = ", ".join(str(n) for n in sorted({s.attempt for s in fit}))
        raise NotFound(f"There is no attempt {attempt}.", f"There are: {numbers}.")
    return tuple(numbered)


def _of_nodes(workflow: Workflow | None, pods: Sequence[Pod]) -> list[LoggedStep]:
    if workflow is None:
        return []
    by_id = {p.metadata.annotations.get(NODE_ID_ANNOTATION, p.metadata.name): p for p in pods}
    patches = patches_of(workflow)
    made = []
    for node in workflow.status.nodes.values():
        if node.type != "Pod" or node.phase in ("Omitted", "Skipped"):
            continue
        path = parse_node_name(node.name, workflow.metadata.name, role_of_template(node.template_name))
        pod = by_id.get(node.id)
        name = pod.metadata.name if pod else pod_name(workflow, node)
        running = pod is not None and pod.status.phase in ("Pending", "Running")
        made.append(
            LoggedStep(path.task, path.role, workflow.metadata.namespace, name, node.id, path.attempt, path.iterations,
                       node.started_at, pod is not None, running, _stored(workflow, node, path, patches))
        )  # fmt: skip
    return made


def _stored(workflow: Workflow, node: WorkflowNode, path: NodePath, patches: Mapping[TaskKey, str]) -> tuple[str, ...]:
    patch = patches.get((path.task, path.iterations)) if path.role == "executor" else None
    return stored_logs(workflow, node, planned_container(patch) if patch else None, path.attempt)


def _of_pods(pods: Sequence[Pod]) -> list[LoggedStep]:
    made = []
    for pod in pods:
        metadata = pod.metadata
        node_id = metadata.annotations.get(NODE_ID_ANNOTATION, metadata.name)
        workflow = metadata.labels.get(WORKFLOW_LABEL, "")
        path = parse_node_name(metadata.annotations.get(NODE_NAME_ANNOTATION, ""), workflow)
        running = pod.status.phase in ("Pending", "Running")
        made.append(
            LoggedStep(path.task, path.role, metadata.namespace, metadata.name, node_id, path.attempt, path.iterations,
                       metadata.creation_timestamp, True, running)
        )  # fmt: skip
    return made
