"""Facts about one run."""

from __future__ import annotations

from dataclasses import replace

from kfpops.diagnose.facts import Facts, RunCase, Surroundings
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
_EVENTS_ONE_BY_ONE = 2
# One page of the KFP API.
_EARLIER = 50


def gather_run(cluster: Cluster, text: str) -> Facts:
    """Everything about the run that `text` means (id, unique prefix of an id, or name)."""
    with Reading(cluster) as reading:
        run, run_id = _run(reading, text)
        namespace = (run.namespace if run else "") or cluster.namespace
        pods, workflows, namespace = _objects(reading, run_id, namespace)
        workflow, live = _workflow(reading, run_id, workflows)
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
    case = replace(case, steps=steps)
    needs = needs_of(steps, (case,)) | needs_of_logs(steps)
    around = ask_store(reading, steps, read_surroundings(reading, needs, case.namespace, around))
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


def _objects(reading: Reading, run_id: str, namespace: str) -> tuple[tuple[Pod, ...] | None, tuple[Workflow, ...], str]:
    """Pods and workflows of the run; looked for in all namespaces when the expected one has none of either."""
    label = f"{RUN_LABEL}={run_id}"
    begun = reading.later(Workflow, namespace, labels=label)
    pods = reading.required(Pod, namespace, labels=label)
    workflows = begun.result()
    if namespace and not pods and not workflows and reading.cluster.source.kind == "cluster":
        elsewhere = reading.cluster.kubernetes.list(Workflow, None, labels=label) if _may_look(reading) else ()
        if elsewhere:
            namespace = elsewhere[0].metadata.namespace
            return reading.required(Pod, namespace, labels=label), tuple(elsewhere), namespace
    return pods, workflows or (), namespace


def _may_look(reading: Reading) -> bool:
    return not any(gap.source in ("pods", "workflows") for gap in reading.missing)


def _workflow(reading: Reading, run_id: str, found: tuple[Workflow, ...]) -> tuple[Workflow | None, bool]:
    """The live workflow, else KFP's copy of it. `:retry` can leave several: the newest counts."""
    if found:
        newest = max(found, key=lambda w: str(w.metadata.creation_timestamp or ""))
        return unpack(newest), True
    pipelines = reading.cluster.pipelines
    if pipelines is None:
        return None, False
    copy = reading.optional("workflow copy in KFP", lambda: pipelines.workflow(run_id))
    return (unpack(copy) if copy else None), False


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
