"""A glance at many runs: workflows, unfinished pods, events, and the end of a few logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from kfpops.diagnose.facts import Facts, RunCase, Surroundings
from kfpops.diagnose.gather.logs import with_logs
from kfpops.diagnose.gather.reading import Reading
from kfpops.diagnose.steps import PodEvents, RunNames, steps_of_pods, steps_of_workflow
from kfpops.knowledge.argo_workflow import RUN_LABEL, run_id_of, unpack
from kfpops.model.diagnosis import Subject
from kfpops.model.event import Event
from kfpops.model.pod import Pod
from kfpops.model.run import Run
from kfpops.model.workflow import Workflow
from kfpops.ports import Cluster

# One of each task first. A list of runs must come quickly: who wants to know more asks about one run.
LOGS_OF_A_GLANCE = 20
_UNFINISHED = "status.phase!=Succeeded"
_NOT_SUCCEEDED = f"{RUN_LABEL},workflows.argoproj.io/phase!=Succeeded"


def glance_at_runs(cluster: Cluster, runs: Sequence[Run], namespace: str | None) -> Facts:
    """Facts about these runs, as far as they can be had cheaply. Runs without a live workflow cost one request each."""
    with Reading(cluster) as reading:
        later_workflows = reading.later(Workflow, namespace, labels=_NOT_SUCCEEDED)
        later_pods = reading.later(Pod, namespace, labels=RUN_LABEL, fields=_UNFINISHED)
        events = reading.objects(Event, namespace)
        live = {run_id_of(w): w for w in later_workflows.result() or ()}
        copies = _copies(reading, [r for r in runs if r.id not in live])
        pods = later_pods.result() or ()
        by_pod = PodEvents.of(events or ())
        cases = tuple(_case(r, live.get(r.id), copies.get(r.id), pods, by_pod) for r in runs)
        steps = with_logs(reading, [s for c in cases for s in c.steps], LOGS_OF_A_GLANCE)
        return Facts(
            subject=Subject("namespace", None, namespace or "", namespace or ""),
            source=cluster.source,
            now=cluster.now,
            kfp_namespace=cluster.kfp_namespace,
            cases=tuple(replace(c, steps=tuple(s for s in steps if s.run_id == c.run_id)) for c in cases),
            steps=steps,
            around=Surroundings(events=events, workflows=tuple(live.values())),
            missing=reading.missing,
        )


def _copies(reading: Reading, runs: Sequence[Run]) -> Mapping[str, Workflow]:
    pipelines = reading.cluster.pipelines
    if pipelines is None:
        return {}
    read = {
        r.id: reading.begin(partial(reading.optional, "workflow copies in KFP", partial(pipelines.workflow, r.id)))
        for r in runs
    }
    return {run_id: workflow for run_id, future in read.items() if (workflow := future.result()) is not None}


def _case(run: Run, live: Workflow | None, copy: Workflow | None, pods: Sequence[Pod], events: PodEvents) -> RunCase:
    found = live or copy
    workflow = unpack(found) if found else None
    own = [p for p in pods if p.metadata.labels.get(RUN_LABEL) == run.id]
    names = RunNames(run.id, run.name, run.pipeline_name or None)
    steps = steps_of_workflow(workflow, own, events, names) if workflow is not None else steps_of_pods(own, events, names)
    return RunCase(run.id, run.name, run.namespace, run, workflow, live is not None, steps)
