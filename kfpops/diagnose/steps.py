"""Workflow, pods and events of a run → its steps; and pods of no run → steps of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kfpops.diagnose.step import Step, StepState
from kfpops.diagnose.tree import Leaf, leaves
from kfpops.knowledge.argo_node import NodePath, Role, parse_node_name, role_of_template
from kfpops.knowledge.argo_workflow import NODE_ID_ANNOTATION, NODE_NAME_ANNOTATION, RUN_LABEL, WORKFLOW_LABEL, pod_name
from kfpops.knowledge.planned_pod import TaskKey, patches_of, planned_container, stored_logs
from kfpops.model.event import Event
from kfpops.model.pod import Pod
from kfpops.model.workflow import Workflow, WorkflowNode

_OF_PHASE: Mapping[str, StepState] = {"Failed": "failed", "Error": "failed", "Succeeded": "succeeded"}


@dataclass(frozen=True, slots=True)
class RunNames:
    """How a run is called, as its steps repeat it."""

    run_id: str | None = None
    run_name: str | None = None
    pipeline: str | None = None


@dataclass(frozen=True, slots=True)
class PodEvents:
    """Events by the name of the pod they are about, oldest first."""

    by_pod: Mapping[tuple[str, str], tuple[Event, ...]] = field(default_factory=dict)

    @staticmethod
    def of(events: Iterable[Event]) -> PodEvents:
        found: dict[tuple[str, str], list[Event]] = {}
        for event in events:
            about = event.involved_object
            if about.kind == "Pod":
                found.setdefault((about.namespace, about.name), []).append(event)
        # Events without any time stand first: nothing says that they are new.
        return PodEvents({k: tuple(sorted(v, key=lambda e: e.at.timestamp() if e.at else 0.0)) for k, v in found.items()})

    def about(self, namespace: str, name: str, pod: Pod | None) -> tuple[Event, ...]:
        """Events of this pod; those of an earlier pod of the same name (another uid) are not."""
        events = self.by_pod.get((namespace, name), ())
        uid = pod.metadata.uid if pod else ""
        return tuple(e for e in events if not uid or e.involved_object.uid in ("", uid))


def steps_of_workflow(workflow: Workflow, pods: Sequence[Pod], events: PodEvents, names: RunNames) -> tuple[Step, ...]:
    """One step for every pod that matters, in the workflow's order."""
    by_id = {p.metadata.annotations.get(NODE_ID_ANNOTATION, ""): p for p in pods}
    by_name = {p.metadata.name: p for p in pods}
    made = []
    for leaf in leaves(workflow):
        name = pod_name(workflow, leaf.node)
        pod = by_id.get(leaf.node.id) or by_name.get(name)
        made.append(_step(workflow, leaf, pod, pod.metadata.name if pod else name, events, names))
    if any(s.state == "failed" for s in made):
        patches = patches_of(workflow)
        made = [_with_plan(s, workflow, patches) if s.state == "failed" else s for s in made]
    return tuple(made)


def _step(workflow: Workflow, leaf: Leaf, pod: Pod | None, name: str, events: PodEvents, names: RunNames) -> Step:
    node = leaf.node
    path = parse_node_name(node.name, workflow.metadata.name, role_of_template(node.template_name))
    namespace = workflow.metadata.namespace
    return Step(
        id=node.id,
        state=_state(node, pod),
        namespace=namespace,
        pod_name=name,
        role=path.role,
        run_id=names.run_id,
        run_name=names.run_name,
        workflow=workflow.metadata.name,
        pipeline=names.pipeline,
        task=path.task,
        iterations=path.iterations,
        attempt=path.attempt,
        attempts=leaf.attempts,
        node=node,
        pod=pod,
        events=events.about(namespace, name, pod),
    )


def _with_plan(step: Step, workflow: Workflow, patches: Mapping[TaskKey, str]) -> Step:
    patch = patches.get((step.task or "", step.iterations)) if step.role == "executor" else None
    planned = planned_container(patch) if patch and step.pod is None else None
    main = planned or step.main_spec
    logs = stored_logs(workflow, step.node, main, step.attempt) if step.node else ()
    return replace(step, planned=planned, stored_logs=logs)


def steps_of_pods(pods: Sequence[Pod], events: PodEvents, names: RunNames) -> tuple[Step, ...]:
    """Steps of pods without a readable workflow. Of several attempts of one task only the newest matters."""
    newest: dict[tuple[object, ...], Step] = {}
    for pod in pods:
        step = _step_of_pod(pod, events, names)
        # A pod of no task stands for itself.
        key = (step.run_id, step.task, step.role, step.iterations) if step.task is not None else (pod.metadata.uid, step.id)
        rival = newest.get(key)
        if rival is None or (step.attempt, str(step.began)) >= (rival.attempt, str(rival.began)):
            newest[key] = step
    return tuple(newest.values())


def _step_of_pod(pod: Pod, events: PodEvents, names: RunNames) -> Step:
    metadata = pod.metadata
    node_name = metadata.annotations.get(NODE_NAME_ANNOTATION, "")
    workflow = metadata.labels.get(WORKFLOW_LABEL, "")
    path = parse_node_name(node_name, workflow, _role_of_pod(pod, workflow)) if node_name else None
    run_id = metadata.labels.get(RUN_LABEL) or names.run_id
    path = path or (NodePath("", "other") if run_id and workflow else None)
    return Step(
        id=metadata.annotations.get(NODE_ID_ANNOTATION) or metadata.uid or metadata.name,
        state=state_of_pod(pod),
        namespace=metadata.namespace,
        pod_name=metadata.name,
        role=path.role if path else "other",
        run_id=run_id,
        run_name=names.run_name,
        workflow=workflow or None,
        pipeline=names.pipeline,
        task=path.task if path else None,
        iterations=path.iterations if path else (),
        attempt=path.attempt if path else 0,
        pod=pod,
        events=events.about(metadata.namespace, metadata.name, pod),
    )


def _role_of_pod(pod: Pod, workflow: str) -> Role:
    """The template stands between the workflow's name and the hash in the pod's name."""
    return role_of_template(pod.metadata.name.removeprefix(f"{workflow}-").rpartition("-")[0])


def _state(node: WorkflowNode, pod: Pod | None) -> StepState:
    """The node's state; while it is not final the pod knows better, because Argo looks only every ten seconds."""
    final = _OF_PHASE.get(node.phase)
    if final is not None:
        return final
    if pod is not None:
        return state_of_pod(pod)
    return "waiting" if node.phase in ("Pending", "") else "running"


def state_of_pod(pod: Pod) -> StepState:
    """failed, waiting (also: a container that cannot start, or waits for its next start), running, succeeded."""
    final = _OF_PHASE.get(pod.status.phase)
    if final is not None:
        return final
    if pod.status.phase != "Running":
        return "waiting"
    never = pod.spec.restart_policy == "Never"
    for status in pod.status.container_statuses:
        state = status.state
        if state.waiting is not None and state.waiting.reason not in ("", "ContainerCreating", "PodInitializing"):
            return "waiting"
        if never and status.name == "main" and state.terminated is not None and state.terminated.exit_code != 0:
            return "failed"
    return "running"
