"""What happened to a run as a whole: cancelled, deleted pods, steps that never ran because others failed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Cause, Match
from kfpops.diagnose.facts import Facts, RunCase
from kfpops.diagnose.step import Step
from kfpops.knowledge.argo_message import POD_DELETED
from kfpops.model.finding import Advice, Evidence, ObjectRef

# KFP notes the request with a resolution of a second; a step that ended before it failed by itself.
_BEFORE = timedelta(seconds=2)
_STOPPED = "Stopped with strategy"
_SHUTDOWNS = ("Terminate", "Stop")
# What the events of a pod that is gone may still say of its end.
_TELLING = ("Evicted", "TaintManagerEviction", "Preempted", "Preempting", "ScaleDown", "NodeNotReady", "Killing")


def _cancelled(facts: Facts) -> Iterable[Match]:
    for case in facts.cases:
        quoted = _signs(case)
        if not quoted or _succeeded(case):
            continue
        asked = _asked_at(case)
        workflow = case.workflow
        suspended = workflow is not None and workflow.spec.suspend and workflow.status.phase in ("Running", "Pending", "")
        text = "Nothing is broken: the run was ended on request. Start it again if that was not meant."
        if suspended:
            text += " Its workflow is suspended and cannot end before it is resumed (spec.suspend)."
        ref = ObjectRef("Workflow", workflow.metadata.name, case.namespace) if workflow else None
        # Without a key: in a namespace it is one remark, not a hundred.
        yield Match(
            title=f"Run {case.name} was cancelled",
            confidence="certain",
            objects=(ref,) if ref else (),
            evidence=quoted,
            advice=(Advice(text),),
            runs=(case.run_id,),
            steps=_ended_by_it(case, asked),
        )


def _signs(case: RunCase) -> tuple[Evidence, ...]:
    """Everything that says that someone ended the run: KFP's request on the workflow, Argo's shutdown, KFP's history."""
    found = []
    workflow = case.workflow
    if workflow is not None:
        path = f"workflow/{workflow.metadata.name}"
        # Terminating sets it to 0 (KFP resource_manager.go, TerminateRun); a pipeline's own deadline is never 0.
        if workflow.spec.active_deadline_seconds == 0:
            found.append(Evidence(f"{path}/spec/activeDeadlineSeconds", "0"))
        if workflow.spec.shutdown in _SHUTDOWNS:
            found.append(Evidence(f"{path}/spec/shutdown", workflow.spec.shutdown))
        texts = (workflow.status.message, *(n.message for n in workflow.status.nodes.values()))
        if (said := next((t for t in texts if _STOPPED in t), None)) is not None:
            found.append(Evidence(f"{path}/status", evidence.clip(said)))
    if case.run is not None:
        for change in case.run.state_history:
            if change.state in ("CANCELING", "CANCELED"):
                found.append(Evidence(f"run/{case.run_id}/state_history", change.state, change.at))
        if not found and case.run.state in ("CANCELING", "CANCELED"):
            found.append(Evidence(f"run/{case.run_id}/state", case.run.state))
    return tuple(found)


def _succeeded(case: RunCase) -> bool:
    """The request came too late."""
    phase = case.workflow.status.phase if case.workflow else ""
    return phase == "Succeeded" or (phase == "" and case.run is not None and case.run.state == "SUCCEEDED")


def _asked_at(case: RunCase) -> datetime | None:
    changes = case.run.state_history if case.run else ()
    return next((c.at for c in changes if c.state in ("CANCELING", "CANCELED")), None)


def _ended_by_it(case: RunCase, asked: datetime | None) -> tuple[str, ...]:
    """Ids of the steps that the request ended, and of their earlier attempts: those were made good by the last one."""
    ended = [s for s in case.steps if _is_ended_by_it(s, asked)]
    last = {_place(s): s.attempt for s in ended}
    earlier = [s for s in case.steps if s.state == "failed" and s.attempt < last.get(_place(s), 0)]
    return tuple(dict.fromkeys(s.id for s in (*ended, *earlier)))


def _is_ended_by_it(step: Step, asked: datetime | None) -> bool:
    if step.state == "waiting":
        return True
    return step.state == "failed" and (asked is None or step.ended is None or step.ended >= asked - _BEFORE)


def _place(step: Step) -> tuple[object, ...]:
    return (step.task, step.role, step.iterations)


def _pod_deleted(step: Step, facts: Facts) -> Match | None:
    if not step.message.startswith(POD_DELETED):
        return None
    told = step.events_with(*_TELLING)
    text = "Its pod was deleted while it ran: by hand, by a clean-up job, by a drain or an autoscaler. Once the pod is gone "
    text += "nothing tells which."
    if told and told[-1].reason != "Killing":
        text = f"Its pod was removed: {evidence.clip(told[-1].message)}"
    text += " Retry the run: it goes on with the steps that are missing. Argo makes such a pod again by itself where its "
    text += "retries cover errors: templateDefaults.retryStrategy with retryPolicy OnError in workflow-controller-configmap."
    return Match(
        title=f"{step.subject} failed because its pod was deleted",
        confidence="certain",
        objects=(step.ref(),),
        evidence=(*evidence.of_node(step), *(evidence.of_event(e) for e in told[-1:])),
        advice=(Advice(text),),
        facts={"node": (step.node.host_node_name or None) if step.node else None},
        key=(step.run_id,),
    )


def _upstream_failed(facts: Facts) -> Iterable[Match]:
    """Only where nothing failed that could be seen: then the steps that were left out are all there is to show."""
    for case in facts.cases:
        workflow = case.workflow
        if (
            workflow is None
            or workflow.status.phase not in ("Failed", "Error")
            or any(s.state == "failed" for s in case.steps)
        ):
            continue
        left_out = [n for n in workflow.status.nodes.values() if n.phase == "Omitted"]
        if not left_out:
            continue
        path = f"workflow/{workflow.metadata.name}/nodes/{left_out[0].id}/message"
        yield Match(
            title=f"{len(left_out)} steps of run {case.name} never ran, because something before them failed",
            confidence="possible",
            objects=(ObjectRef("Workflow", workflow.metadata.name, case.namespace),),
            evidence=(Evidence(path, evidence.clip(left_out[0].message)),),
            advice=(Advice("Look for the first failure of the run; these steps are only its consequence."),),
            key=(case.run_id,),
            runs=(case.run_id,),
        )


CAUSES: tuple[Cause, ...] = (
    Cause(
        id="run/cancelled",
        title="A run was cancelled",
        meaning="A person or a policy ended the run. KFP shows it as FAILED all the same.",
        remedy="Nothing is broken; start it again if that was not meant.",
        survey=_cancelled,
        broken=False,
    ),
    Cause(
        id="run/pod-deleted",
        title="A step's pod was deleted",
        meaning="Someone or something removed the pod while it ran.",
        remedy="Retry the run; let Argo retry errors.",
        look=_pod_deleted,
        yields_to=(
            "node/*",
            "memory/evicted",
            "scheduling/preempted",
            "volume/ephemeral-limit",
            "volume/node-disk-pressure",
        ),
    ),
    Cause(
        id="run/upstream-failed",
        title="Steps never ran because others failed",
        meaning="What stands before them failed; they are a consequence.",
        remedy="Repair the first failure.",
        survey=_upstream_failed,
        # A step that failed keeps it from matching at all.
        yields_to=("run/cancelled", "workflow/too-large", "admission/invalid-spec"),
    ),
)
