"""Workflows that Argo does not go on with: locks, limits, suspension, size, a controller that is down, lost evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Cause, Match
from kfpops.diagnose.facts import Facts, RunCase
from kfpops.diagnose.kfp_services import Program, find_program
from kfpops.diagnose.step import Step
from kfpops.knowledge.argo_lock import awaited_lock, is_finished, says_postponed, says_too_large, suspended_at
from kfpops.model.finding import Advice, Evidence, ObjectRef
from kfpops.model.workflow import Workflow

# Another run that holds a lock, or a queue of workflows, is ordinary for a while.
_ORDINARY = timedelta(seconds=30)
# Argo looks at a running workflow every ten seconds; so late it does not look any more.
_SILENT = timedelta(minutes=2)
_CONTROLLERS = ("workflow-controller", "argo-workflows-workflow-controller", "argo-workflow-controller")
# KFP's states of a run that ended badly, and of one whose end was asked for.
_BAD_STATES = ("FAILED", "ERROR")
_SOURCES = frozenset({"pods", "workflows", "workflow copy in KFP", "KFP API"})


def _unfinished(facts: Facts) -> Iterator[tuple[RunCase, Workflow]]:
    for case in facts.cases:
        if case.workflow is not None and case.workflow_is_live and not is_finished(case.workflow):
            yield case, case.workflow


def _ref(workflow: Workflow) -> ObjectRef:
    return ObjectRef("Workflow", workflow.metadata.name, workflow.metadata.namespace, uid=workflow.metadata.uid or None)


def _said(workflow: Workflow, text: str, field: str = "status/message") -> tuple[Evidence, ...]:
    return (Evidence(f"workflow/{workflow.metadata.name}/{field}", evidence.clip(text)),)


def _is_old(workflow: Workflow, facts: Facts) -> bool:
    made = workflow.metadata.creation_timestamp
    return made is None or facts.now - made >= _ORDINARY


def _waiting_for_lock(facts: Facts) -> Iterable[Match]:
    for case, workflow in _unfinished(facts):
        lock = awaited_lock(workflow)
        if lock is None or not _is_old(workflow, facts):
            continue
        others = {w.metadata.name: w for w in facts.around.workflows or ()}
        namespace = workflow.metadata.namespace
        refs = tuple(_ref(others[h]) if h in others else ObjectRef("Workflow", h, namespace) for h in lock.holders)
        who = " and ".join(_name(others.get(h), h) for h in lock.holders) or "another workflow"
        kind = "mutex" if lock.kind == "Mutex" else "semaphore"
        text = f"The {kind} {lock.name} is held by {who}. Wait until it ends, or end it; if none of them runs any more, "
        text += "restart the workflow controller, which then forgets what it held."
        look = f"kubectl -n {namespace} get workflow {' '.join(lock.holders)}" if lock.holders else None
        yield Match(
            title=f"Run {case.name} waits for the {kind} {lock.name}, held by {who}",
            confidence="certain",
            objects=(*refs, _ref(workflow)),
            evidence=_said(workflow, lock.text),
            advice=(Advice(text, kubectl=look),),
            facts={"lock": lock.name, "holder": next(iter(lock.holders), None)},
            key=(namespace, lock.name),
            runs=(case.run_id,),
        )


def _name(workflow: Workflow | None, name: str) -> str:
    run = workflow.metadata.annotations.get("pipelines.kubeflow.org/run_name") if workflow else None
    return f"run {run} ({name})" if run else name


def _parallelism(facts: Facts) -> Iterable[Match]:
    for case, workflow in _unfinished(facts):
        said = says_postponed(workflow)
        if said is None or not _is_old(workflow, facts):
            continue
        own = workflow.spec.parallelism
        text = "The workflow controller runs no more workflows (or steps) at a time. Wait for others to end, or raise "
        text += "`parallelism` or `namespaceParallelism` in the ConfigMap workflow-controller-configmap."
        edit = f"kubectl -n {facts.kfp_namespace} edit configmap workflow-controller-configmap"
        yield Match(
            title=f"Run {case.name} waits: as many workflows run as Argo allows",
            confidence="certain",
            objects=(_ref(workflow),),
            evidence=_said(workflow, said),
            advice=(Advice(text, kubectl=edit),),
            facts={"parallelism": own},
            key=(case.namespace,),
            runs=(case.run_id,),
        )


def _controller_down(facts: Facts) -> Iterable[Match]:
    open_cases = list(_unfinished(facts))
    if not open_cases:
        return ()
    program = find_program(facts, _CONTROLLERS)
    if program is not None and program.down:
        cases = [case for case, _ in open_cases]
        return [_down(facts, program, cases)]
    late = [(case, step) for case, _ in open_cases for step in case.steps if _is_late(step, facts)]
    return [_silent(facts, program, late)] if late else ()


def _down(facts: Facts, program: Program, cases: list[RunCase]) -> Match:
    many = f"{len(cases)} runs do" if len(cases) > 1 else f"Run {cases[0].name} does"
    return Match(
        title=f"{many} not go on: Argo's workflow controller is down",
        confidence="certain",
        objects=(program.ref,),
        evidence=(program.evidence,),
        advice=(program.advice(),),
        facts={"ready": program.ready, "wanted": program.wanted},
        key=(program.name,),
        runs=tuple(c.run_id for c in cases),
        steps=tuple(s.id for c in cases for s in c.steps if s.state == "waiting" and s.pod is None),
    )


def _is_late(step: Step, facts: Facts) -> bool:
    """Its pod has ended long ago and Argo's node still says otherwise."""
    if step.pod is None or step.node is None or step.node.phase not in ("Pending", "Running"):
        return False
    ends = [s.state.terminated.finished_at for s in step.pod.status.container_statuses if s.state.terminated]
    known = [e for e in ends if e is not None]
    ended = step.pod.status.phase in ("Succeeded", "Failed") and bool(known)
    return ended and facts.now - max(known) > _SILENT


def _silent(facts: Facts, program: Program | None, late: list[tuple[RunCase, Step]]) -> Match:
    step = late[0][1]
    ref = program.ref if program else ObjectRef("Deployment", _CONTROLLERS[0], facts.kfp_namespace)
    text = "Argo's workflow controller has not noticed for minutes that pods ended. See its log; restart it if it hangs."
    said = Evidence(
        f"workflow/{step.workflow}/nodes/{step.node.id}/phase" if step.node else "", step.node.phase if step.node else ""
    )
    return Match(
        title=f"{late[0][0].name} does not go on: Argo's workflow controller does not follow its pods",
        confidence="likely",
        objects=(ref, step.ref()),
        evidence=(said, *((program.evidence,) if program else ())),
        advice=(Advice(text, kubectl=f"kubectl -n {facts.kfp_namespace} logs deployment/{ref.name} --tail=100"),),
        key=(ref.name,),
        runs=tuple(dict.fromkeys(case.run_id for case, _ in late)),
    )


def _too_large(facts: Facts) -> Iterable[Match]:
    for case in facts.cases:
        said = (
            says_too_large(case.workflow)
            if case.workflow is not None and case.workflow.status.phase != "Succeeded"
            else None
        )
        if case.workflow is None or said is None:
            continue
        text = (
            "The workflow's object outgrew what the API server takes (about 1.5 MB). Split the pipeline, pass large values "
        )
        text += "as artifacts instead of parameters, loop over fewer items, or let Argo offload node status to a database."
        yield Match(
            title=f"The workflow of run {case.name} is too large",
            confidence="certain",
            objects=(_ref(case.workflow),),
            evidence=_said(case.workflow, said),
            advice=(Advice(text),),
            key=(case.run_id,),
            runs=(case.run_id,),
            steps=tuple(s.id for s in case.steps if s.state == "failed" and said in s.message),
        )


def _suspended(facts: Facts) -> Iterable[Match]:
    for case, workflow in _unfinished(facts):
        where = suspended_at(workflow)
        if where is None:
            continue
        name, namespace = workflow.metadata.name, workflow.metadata.namespace
        resume = f'kubectl -n {namespace} patch workflow {name} --type merge -p \'{{"spec":{{"suspend":null}}}}\''
        text = "Someone suspended the workflow (spec.suspend is true): resume it, or terminate the run."
        if where:
            text, resume = (
                f"It waits at the suspend step {where}: resume it with `argo resume`.",
                f"argo -n {namespace} resume {name}",
            )
        yield Match(
            title=f"Run {case.name} is suspended" + (f" at {where}" if where else ""),
            confidence="certain",
            objects=(_ref(workflow),),
            evidence=_said(workflow, where or "true", "nodes" if where else "spec/suspend"),
            advice=(Advice(text, kubectl=resume),),
            key=(case.run_id,),
            runs=(case.run_id,),
        )


def _evidence_gone(facts: Facts) -> Iterable[Match]:
    # What could not be read is not gone.
    if any(gap.source in _SOURCES for gap in facts.missing):
        return
    for case in facts.cases:
        run, workflow = case.run, case.workflow
        readable = workflow is not None and bool(workflow.status.nodes)
        if run is None or run.state not in _BAD_STATES or readable or case.workflow_is_live:
            continue
        if any(s.state == "failed" for s in case.steps):
            continue
        text = "Its workflow and pods are deleted, and KFP kept no copy that names a cause. What may be left: the run's "
        text += "executor-logs artifacts, Argo's archived main.log in the object store, its executions in ML Metadata. Keep "
        text += "finished workflows longer (ttlStrategy in workflow-controller-configmap), or diagnose sooner."
        ended = f"state={run.state}"
        yield Match(
            title=f"Run {case.name} failed, and what could tell why is gone",
            confidence="possible",
            objects=(ObjectRef("Workflow", workflow.metadata.name, case.namespace),) if workflow else (),
            evidence=(Evidence(f"run/{case.run_id}/state", ended, run.finished_at),),
            advice=(Advice(text),),
            key=(case.run_id,),
            runs=(case.run_id,),
        )


CAUSES: tuple[Cause, ...] = (
    Cause(
        id="workflow/waiting-for-lock",
        title="A run waits for a lock",
        meaning="Another workflow holds the mutex or semaphore that the run needs.",
        remedy="Wait for the other run, or end it.",
        survey=_waiting_for_lock,
    ),
    Cause(
        id="workflow/parallelism-limit",
        title="Argo runs no more workflows at a time",
        meaning="The controller's limit on parallelism is reached, and the run waits for its turn.",
        remedy="Wait, or raise the limit in workflow-controller-configmap.",
        survey=_parallelism,
    ),
    Cause(
        id="workflow/controller-down",
        title="Argo's workflow controller is down",
        meaning="Nobody makes the next pods or notices that pods ended.",
        remedy="Bring the Deployment workflow-controller back.",
        survey=_controller_down,
    ),
    Cause(
        id="workflow/too-large",
        title="A workflow is too large",
        meaning="The workflow's object outgrew what the API server and etcd take.",
        remedy="Split the pipeline, or pass large values as artifacts.",
        survey=_too_large,
    ),
    Cause(
        id="workflow/suspended",
        title="A run is suspended",
        meaning="Someone, or a suspend step, holds the workflow until it is resumed.",
        remedy="Resume it, or terminate the run.",
        survey=_suspended,
        yields_to=("run/cancelled",),
    ),
    Cause(
        id="workflow/evidence-gone",
        title="What could tell the cause is gone",
        meaning="The workflow and its pods were deleted after the run ended, by its time to live or by hand.",
        remedy="Look at the archived logs; keep finished workflows longer.",
        survey=_evidence_gone,
        # Steps that failed, and so could be explained, keep it from matching at all.
        yields_to=("run/cancelled", "workflow/too-large", "admission/invalid-spec"),
    ),
)
