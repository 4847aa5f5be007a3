"""Facts about one pod, whether it belongs to a run or not."""

from __future__ import annotations

from dataclasses import replace

from kfpops.diagnose.facts import Facts, RunCase, Surroundings
from kfpops.diagnose.gather.logs import with_logs
from kfpops.diagnose.gather.reading import Reading
from kfpops.diagnose.gather.surroundings import ask_store, read_surroundings
from kfpops.diagnose.needs import needs_of, needs_of_logs
from kfpops.diagnose.step import Step
from kfpops.diagnose.steps import PodEvents, RunNames, steps_of_pods, steps_of_workflow
from kfpops.errors import NotFound
from kfpops.knowledge.argo_workflow import NODE_ID_ANNOTATION, RUN_LABEL, WORKFLOW_LABEL, run_id_of, run_name_of, unpack
from kfpops.model.diagnosis import Subject
from kfpops.model.event import Event
from kfpops.model.pod import Pod
from kfpops.model.workflow import Workflow
from kfpops.ports import Cluster


def gather_pod(cluster: Cluster, name: str) -> Facts:
    """Everything about the pod of this name in the cluster's namespace, also when only its workflow still knows it.

    Raises `NotFound` when nothing does.
    """
    with Reading(cluster) as reading:
        namespace = cluster.namespace
        begun = reading.later(Event, namespace, fields=f"involvedObject.name={name}")
        pods = cluster.kubernetes.list(Pod, namespace, fields=f"metadata.name={name}")
        events = begun.result()
        by_pod = PodEvents.of(events or ())
        case, step = _case(reading, pods[0], by_pod) if pods else _case_of_the_gone(reading, name, by_pod)
        (step,) = with_logs(reading, (step,), 1)
        case = replace(case, steps=(step,)) if case else None
        needs = needs_of((step,), ()) | needs_of_logs((step,))
        around = read_surroundings(reading, needs, step.namespace, Surroundings(events=events))
        around = ask_store(reading, (step,), around)
        uid = step.pod.metadata.uid if step.pod else None
        return Facts(
            subject=Subject("pod", uid or None, name, step.namespace),
            source=cluster.source,
            now=cluster.now,
            kfp_namespace=cluster.kfp_namespace,
            cases=(case,) if case else (),
            steps=(step,),
            around=around,
            missing=reading.missing,
        )


def _case_of_the_gone(reading: Reading, name: str, events: PodEvents) -> tuple[RunCase, Step]:
    """A pod that is gone, as the node of the workflow that made it: its name begins with the workflow's."""
    namespace = reading.cluster.namespace
    for found in reading.objects(Workflow, namespace) or ():
        if not name.startswith(f"{found.metadata.name}-"):
            continue
        workflow = unpack(found)
        run_id = run_id_of(workflow)
        names = RunNames(run_id, run_name_of(workflow))
        step = next((s for s in steps_of_workflow(workflow, (), events, names) if s.pod_name == name), None)
        if step is not None:
            return RunCase(run_id, names.run_name or run_id, namespace, None, workflow, True, (step,)), step
    raise NotFound(
        f'No pod is called "{name}" in the namespace {namespace}, and no workflow there knows it.',
        "A pod that is gone can still be explained by its run: `kfpops diagnose run RUN`.",
    )


def _case(reading: Reading, pod: Pod, events: PodEvents) -> tuple[RunCase | None, Step]:
    """The pod's step as its workflow sees it; an attempt that is history is still looked at, because it was asked for."""
    labels = pod.metadata.labels
    run_id, workflow_name = labels.get(RUN_LABEL), labels.get(WORKFLOW_LABEL)
    alone = steps_of_pods((pod,), events, RunNames(run_id=run_id))[0]
    if not run_id or not workflow_name:
        return None, alone
    found = reading.objects(Workflow, pod.metadata.namespace, fields=f"metadata.name={workflow_name}")
    if not found:
        return RunCase(run_id, run_id, pod.metadata.namespace, steps=(alone,)), alone
    workflow = unpack(found[0])
    names = RunNames(run_id, run_name_of(workflow))
    node_id = pod.metadata.annotations.get(NODE_ID_ANNOTATION, "")
    steps = steps_of_workflow(workflow, (pod,), events, names)
    step = next((s for s in steps if s.id == node_id), None)
    step = step or replace(alone, run_name=names.run_name, node=workflow.status.nodes.get(node_id))
    return RunCase(run_id, names.run_name or run_id, pod.metadata.namespace, None, workflow, True, (step,)), step
