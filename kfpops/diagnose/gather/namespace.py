"""Facts about all that is wrong now in a namespace, or in all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kfpops.diagnose.facts import Facts, RunCase, Surroundings
from kfpops.diagnose.gather.logs import with_logs
from kfpops.diagnose.gather.reading import Reading
from kfpops.diagnose.gather.surroundings import read_surroundings
from kfpops.diagnose.needs import Need, needs_of, needs_of_logs
from kfpops.diagnose.step import Step
from kfpops.diagnose.steps import PodEvents, RunNames, steps_of_pods, steps_of_workflow
from kfpops.errors import Unreachable
from kfpops.knowledge.argo_workflow import RUN_LABEL, WORKFLOW_LABEL, run_id_of, run_name_of, unpack
from kfpops.model.diagnosis import Subject
from kfpops.model.event import Event
from kfpops.model.pod import Pod
from kfpops.model.run import RecurringRun
from kfpops.model.scheduled_workflow import ScheduledWorkflow
from kfpops.model.workflow import Workflow
from kfpops.ports import Cluster

# One of each task of each pipeline first; more would only repeat what the first ones say.
LOGS_OF_A_NAMESPACE = 40
# Succeeded pods and workflows are what most of a namespace consists of, and nothing is wrong with them.
_UNFINISHED = "status.phase!=Succeeded"
_NOT_SUCCEEDED = "workflows.argoproj.io/phase!=Succeeded"


def gather_namespace(cluster: Cluster, namespace: str | None) -> Facts:
    """Unfinished and failed pods and workflows of a namespace; None: of all namespaces."""
    with Reading(cluster) as reading:
        later_workflows = reading.later(Workflow, namespace, labels=_NOT_SUCCEEDED)
        later_events = reading.later(Event, namespace)
        later_scheduled = reading.later(ScheduledWorkflow, namespace)
        pods = reading.required(Pod, namespace, fields=_UNFINISHED)
        workflows, events = later_workflows.result(), later_events.result()
        if pods is None and workflows is None:
            why = "\n".join(f"{g.source}: {g.why}" for g in reading.missing)
            raise Unreachable(f"Neither pods nor workflows of {namespace or 'the cluster'} could be read.", why)
        by_pod = PodEvents.of(events or ())
        cases = _cases(workflows or (), pods or (), by_pod)
        # Where workflows could be read, a pod of one that is not among its steps is history, or its workflow succeeded.
        strays = [p for p in pods or () if workflows is None or not _owner(p)[1]]
        steps = (*(s for c in cases for s in c.steps), *steps_of_pods(strays, by_pod, RunNames()))
        scheduled = later_scheduled.result()
        recurring = _recurring_runs(reading, namespace) if scheduled else None
        around = Surroundings(events=events, scheduled_workflows=scheduled, recurring_runs=recurring, workflows=workflows)
        return _complete(reading, namespace, cases, steps, around)


def _complete(
    reading: Reading, namespace: str | None, cases: tuple[RunCase, ...], steps: tuple[Step, ...], around: Surroundings
) -> Facts:
    read = with_logs(reading, steps, LOGS_OF_A_NAMESPACE)
    by_id = {(s.namespace, s.id): s for s in read}
    cases = tuple(replace(c, steps=tuple(by_id[s.namespace, s.id] for s in c.steps)) for c in cases)
    always: frozenset[Need] = frozenset({"deployments"})
    needs = needs_of(read, cases) | needs_of_logs(read) | always
    needs -= {"node_events"} if around.events is not None and namespace is None else frozenset()
    around = read_surroundings(reading, needs, namespace or "", around)
    cluster = reading.cluster
    return Facts(
        subject=Subject("namespace", None, namespace or "(all)", namespace or ""),
        source=cluster.source,
        now=cluster.now,
        kfp_namespace=cluster.kfp_namespace,
        cases=cases,
        steps=read,
        around=around,
        missing=reading.missing,
    )


def _recurring_runs(reading: Reading, namespace: str | None) -> tuple[RecurringRun, ...] | None:
    """Only KFP knows how people call their recurring runs."""
    pipelines = reading.cluster.pipelines
    if pipelines is None:
        return None
    found = reading.optional("recurring runs", lambda: pipelines.recurring_runs(namespace or reading.cluster.namespace))
    return None if found is None else tuple(found)


def _cases(workflows: Iterable[Workflow], pods: Sequence[Pod], events: PodEvents) -> tuple[RunCase, ...]:
    by_workflow: dict[tuple[str, str], list[Pod]] = {}
    for pod in pods:
        by_workflow.setdefault(_owner(pod), []).append(pod)
    made = []
    for packed in workflows:
        workflow = unpack(packed)
        metadata = workflow.metadata
        run_id = run_id_of(workflow)
        if workflow.status.phase == "Succeeded" or not run_id:
            continue
        names = RunNames(run_id, run_name_of(workflow), metadata.name.rpartition("-")[0] or None)
        own = by_workflow.get((metadata.namespace, metadata.name), ())
        steps = steps_of_workflow(workflow, own, events, names)
        live = tuple(s for s in steps if s.state != "succeeded")
        made.append(RunCase(run_id, names.run_name or run_id, metadata.namespace, None, workflow, True, live))
    return tuple(made)


def _owner(pod: Pod) -> tuple[str, str]:
    labels = pod.metadata.labels
    return pod.metadata.namespace, labels.get(WORKFLOW_LABEL, "") if RUN_LABEL in labels else ""
