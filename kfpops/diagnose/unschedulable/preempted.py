"""A pod that was put out for one of higher priority."""

from __future__ import annotations

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Match
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step
from kfpops.knowledge.argo_message import parse_failure
from kfpops.knowledge.scheduler_reasons import ReasonId, classify
from kfpops.model.event import Event
from kfpops.model.finding import Advice, Evidence, Fact
from kfpops.model.meta import Condition


def preempted(step: Step, facts: Facts) -> Match | None:
    """The pod's condition says so, or an event of the scheduler, or the kubelet that made room for a critical pod."""
    condition = _condition(step)
    event = next((e for e in step.events if _is_preemption(e)), None)
    by_kubelet = step.pod is not None and step.pod.status.reason == "Preempting"
    if condition is None and event is None and not by_kubelet:
        return None
    uid, node = _by_whom(event)
    other = next((p for p in facts.around.pods or () if uid and p.metadata.uid == uid), None)
    node = node or (step.pod.spec.node_name if step.pod else None) or None
    who = f"the pod {other.metadata.name}" if other else "a pod of higher priority"
    quoted: tuple[Evidence, ...] = (evidence.of_condition(step, condition),) if condition else ()
    quoted += (evidence.of_event(event),) if event else ()
    quoted += evidence.of_pod(step) if by_kubelet else ()
    return Match(
        title=f"{step.subject} was stopped to make room for {who}" + (f" on {node}" if node else ""),
        confidence="certain",
        objects=(step.ref(),),
        evidence=quoted,
        advice=_advice(other.spec.priority_class_name if other else ""),
        facts=_facts(step, node, other.metadata.name if other else None),
        key=(node, uid),
    )


def _condition(step: Step) -> Condition | None:
    """Kubernetes names the scheduler's preemption in DisruptionTarget (since 1.26), Kueue its own in TerminationTarget."""
    for condition in step.pod.status.conditions if step.pod else ():
        if condition.type == "DisruptionTarget" and condition.reason == "PreemptionByScheduler":
            return condition
        if condition.type == "TerminationTarget" and "Preempt" in condition.reason:
            return condition
    return None


def _is_preemption(event: Event) -> bool:
    """kube-scheduler's Preempted; Volcano's Evict with its reason in the text (pkg/scheduler/cache)."""
    return event.reason == "Preempted" or (event.reason == "Evict" and "preempt" in event.message)


def _by_whom(event: Event | None) -> tuple[str | None, str | None]:
    """The uid of the pod that came in its place, and the node, as far as the event names them (since 1.30)."""
    meaning, names = classify(event.message.rstrip(".")) if event else (ReasonId.UNKNOWN, ())
    if meaning is not ReasonId.PREEMPTED or len(names) < 2:
        return None, names[0] if meaning is ReasonId.PREEMPTED and names else None
    return names[0], names[1]


def _facts(step: Step, node: str | None, by: str | None) -> dict[str, Fact]:
    done = step.main_terminated
    told = parse_failure(step.message)
    code = done.exit_code if done else told.exit_code if told else None
    facts: dict[str, Fact] = {"exit_code": code, "node": node, "preempted_by": by}
    if step.pod is not None:
        facts["priority"] = step.pod.spec.priority
    return {key: value for key, value in facts.items() if value is not None}


def _advice(priority_class: str) -> tuple[Advice, ...]:
    named = f" (it has {priority_class})" if priority_class else ""
    first = "Run it again: nothing is wrong with the step itself, and KFP does not repeat a step that was put out."
    text = f"So that it is not put out again, give its pods a priority class no lower than the other's{named}."
    return (
        Advice(first),
        Advice(f"{text} The SDK has no call for it: `podPriorityClassName` stands in the workflow.", kubectl=_CLASSES),
    )


_CLASSES = "kubectl get priorityclasses"
