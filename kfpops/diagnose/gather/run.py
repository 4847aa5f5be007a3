"""Facts about one run."""

from __future__ import annotations

from dataclasses import replace

from kfpops.diagnose.facts import Facts, RunCase, Surroundings
from kfpops.diagnose.gather.lineage import ask_about_cache, with_lineage, with_release
from kfpops.diagnose.gather.logs import with_logs
from kfpops.diagnose.gather.reading import Reading
from kfpops.diagnose.gather.resolve import is_run_id, resolve_run
from kfpops.diagnose.gather.surroundings import ask_store, read_surroundings
from kfpops.diagnose.needs import needs_of, needs_of_logs
from kfpops.diagnose.step import Step
from kfpops.diagnose.steps import PodEvents, RunNames, steps_of_pods, steps_of_workflow
from kfpops.errors import NotFound, Unreachable
from kfpops.knowledge.argo_workflow import RUN_LABEL, run_name_of, unpack
from kfpops.model.diagnosis import Subject
from kfpops.model.event import Event
from kfpops.model.pod import Pod
from kfpops.model.run import Run
from kfpops.model.workflow import Workflow
from kfpops.ports import Cluster

# The first and the last failure of a task, and one more: enough for one run, and it keeps the requests countable.
LOGS_OF_A_RUN = 3
# Up to so many pods with trouble are asked about one by one; more, and the namespace's whole list costs less.
_EVENTS_ONE_BY_ONE = 1
# One page of the KFP API.
_EARLIER = 50


def gather_run(cluster: Cluster, text: str) -> Facts:
    """Everything about the run that `text` means (id, unique prefix of an id, or name)."""
    with Reading(cluster) as reading:
        run, run_id = _run(reading, text)
        namespace = (run.namespace if run else "") or cluster.namespace
        pods, workflow = _objects(reading, run_id, namespace)
        live = workflow is not None
        workflow = workflow or _copy(reading, run_id)
        if not live and not pods and (other := _elsewhere(reading, run_id, workflow)) not in ("", namespace):
            namespace = other
            pods, found = _objects(reading, run_id, namespace)
            workflow, live = found or workflow, found is not None
        if run is None and workflow is None and not pods:
            raise _nothing(reading, text)
        names = _names(run, run_id, workflow)
        steps = _steps(workflow, pods or (), PodEvents(), names)
        # Of a failed step whose pod is gone the events are still there for an hour: who was preempted stands nowhere else.
        trouble = [s for s in steps if s.state == "failed" or (s.state == "waiting" and s.pod is not None)]
        events = _events(reading, namespace, trouble)
        if events:
            steps = _steps(workflow, pods or (), PodEvents.of(events), names)
        case = RunCase(run_id, names.run_name or run_id, namespace, run, workflow, live, steps)
        return _complete(reading, case, Surroundings(events=events))


def _complete(reading: Reading, case: RunCase, around: Surroundings) -> Facts:
    steps = with_logs(reading, case.steps, LOGS_OF_A_RUN)
    case = with_lineage(reading, replace(case, steps=steps))
    needs = needs_of(steps, (case,)) | needs_of_logs(steps)
    around = ask_store(reading, steps, read_surroundings(reading, needs, case.namespace, around))
    around = with_release(reading, case, ask_about_cache(reading, case, around))
    cluster = reading.cluster
    if "earlier_runs" in needs:
        case = replace(case, earlier=_earlier(reading, case))
    return Facts(
        subject=Subject("run", case.run_id, case.name, case.namespace),
        source=cluster.source,
        now=cluster.now,
        kfp_namespace=cluster.kfp_namespace,
        cases=(case,),
        steps=steps,
        around=around,
        missing=reading.missing,
    )


def _earlier(reading: Reading, case: RunCase) -> tuple[Run, ...]:
    """Other runs of the same pipeline: one page of the same experiment's newest."""
    pipelines, run = reading.cluster.pipelines, case.run
    if pipelines is None or run is None or not run.pipeline_name:
        return ()
    page = reading.optional(
        "earlier runs", lambda: tuple(pipelines.runs(case.namespace, experiment_id=run.experiment_id, limit=_EARLIER))
    )
    return tuple(r for r in page or () if r.id != run.id and r.pipeline_name == run.pipeline_name)


def _run(reading: Reading, text: str) -> tuple[Run | None, str]:
    """The run and its id. When the KFP API does not answer, a whole id still leads to pods and workflow."""
    pipelines = reading.cluster.pipelines
    if pipelines is None:
        reading.gap("KFP API", "there is none in this capture")
    else:
        try:
            run = resolve_run(pipelines, reading.cluster.namespace, text)
            return run, run.id
        except NotFound:
            raise
        except Unreachable as error:
            reading.gap("KFP API", error.message)
    if is_run_id(text):
        return None, text.lower()
    return None, _by_workflow(reading, text)


def _by_workflow(reading: Reading, text: str) -> str:
    """Without the KFP API: the id of the run whose workflow is called so, or whose id begins so."""
    found = reading.required(Workflow, reading.cluster.namespace, labels=RUN_LABEL) or ()
    ids = dict.fromkeys(
        w.metadata.labels.get(RUN_LABEL, "")
        for w in found
        if text in (run_name_of(w), w.metadata.name) or w.metadata.labels.get(RUN_LABEL, "").startswith(text)
    )
    if len(ids) == 1:
        return next(iter(ids))
    fit = "Several workflows fit" if ids else "No workflow fits"
    raise NotFound(
        f'{fit} "{text}", and the KFP API, which knows all runs, gave no answer.',
        "Name the run by its whole id.",
    )


def _objects(reading: Reading, run_id: str, namespace: str) -> tuple[tuple[Pod, ...] | None, Workflow | None]:
    """Pods and the live workflow of the run in this namespace. `:retry` can leave several workflows: the newest counts."""
    label = f"{RUN_LABEL}={run_id}"
    begun = reading.later(Workflow, namespace, labels=label)
    pods = reading.required(Pod, namespace, labels=label)
    found = begun.result()
    newest = max(found, key=lambda w: str(w.metadata.creation_timestamp or "")) if found else None
    return pods, unpack(newest) if newest else None


def _copy(reading: Reading, run_id: str) -> Workflow | None:
    """KFP's copy of the workflow, which stays when the object is gone."""
    pipelines = reading.cluster.pipelines
    copy = reading.optional("workflow copy in KFP", lambda: pipelines.workflow(run_id)) if pipelines else None
    return unpack(copy) if copy else None


def _elsewhere(reading: Reading, run_id: str, copy: Workflow | None) -> str:
    """The run's own namespace, when it is not where it was looked for: KFP's copy names it, else all are asked."""
    if copy is not None:
        return copy.metadata.namespace
    if reading.cluster.source.kind != "cluster" or any(g.source in ("pods", "workflows") for g in reading.missing):
        return ""
    found = reading.objects(Workflow, labels=f"{RUN_LABEL}={run_id}")
    return found[0].metadata.namespace if found else ""


def _names(run: Run | None, run_id: str, workflow: Workflow | None) -> RunNames:
    name = run.name if run else run_name_of(workflow) if workflow else None
    return RunNames(run_id, name, run.pipeline_name or None if run else None)


def _steps(workflow: Workflow | None, pods: tuple[Pod, ...], events: PodEvents, names: RunNames) -> tuple[Step, ...]:
    if workflow is not None and workflow.status.nodes:
        return steps_of_workflow(workflow, pods, events, names)
    return steps_of_pods(pods, events, names)


def _events(reading: Reading, namespace: str, trouble: list[Step]) -> tuple[Event, ...] | None:
    if not trouble:
        return None
    if len(trouble) > _EVENTS_ONE_BY_ONE:
        return reading.objects(Event, namespace)
    begun = [reading.later(Event, s.namespace, fields=f"involvedObject.name={s.pod_name}") for s in trouble]
    return tuple(e for future in begun for e in future.result() or ())


def _nothing(reading: Reading, text: str) -> Exception:
    refused = [g for g in reading.missing if g.source in ("pods", "workflows", "KFP API")]
    if refused:
        return Unreachable(
            f"Nothing about the run {text} could be read.", "\n".join(f"{g.source}: {g.why}" for g in refused)
        )
    return NotFound(f"No run, workflow or pod of {text} was found.", "Run `kfpops runs` to see what there is.")
