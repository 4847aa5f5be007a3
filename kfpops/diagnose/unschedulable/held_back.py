"""Held back before or beside the scheduler: no nodes, gates, queues, device claims."""

from __future__ import annotations

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Match
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.unschedulable.reading import Unschedulable
from kfpops.diagnose.unschedulable.words import facts_of, listed
from kfpops.knowledge.admission_queue import missing_quota, queue_events
from kfpops.knowledge.scheduler_reasons import ReasonId
from kfpops.model.finding import Advice, Evidence


def no_nodes(found: Unschedulable) -> Match:
    """The cluster has no node at all."""
    text = "Add a node; where an autoscaler should have done it, look at its log and at its node groups."
    return Match(
        title=f"{found.step.subject} finds no place: the cluster has no nodes",
        confidence=found.confidence,
        objects=(found.step.ref(),),
        evidence=found.said,
        advice=(Advice(text, kubectl="kubectl get nodes"),),
        facts={**facts_of(found), "nodes": 0},
    )


def gated(found: Unschedulable) -> Match:
    """A scheduling gate that somebody set and has not taken away."""
    gates = tuple(g.name for g in found.step.pod.spec.scheduling_gates) if found.step.pod else ()
    named = listed(gates) or "a scheduling gate"
    text = f"See why whoever set {named} has not taken it away; the scheduler does not look at the pod before."
    patch = """'[{"op": "remove", "path": "/spec/schedulingGates"}]'"""
    by_hand = f"kubectl -n {found.step.namespace} patch pod {found.step.pod_name} --type=json -p {patch}"
    return Match(
        title=f"{found.step.subject} is held back by the scheduling gate {named}",
        confidence=found.confidence,
        objects=(found.step.ref(),),
        evidence=(*found.said, Evidence(f"pod/{found.step.pod_name}/spec/schedulingGates", ", ".join(gates))),
        advice=(Advice(text), Advice("Or open it by hand, if nobody will.", kubectl=by_hand)),
        facts=facts_of(found, gate=gates[0] if gates else None),
        key=gates,
    )


def queued(found: Unschedulable, facts: Facts) -> Match:
    """Kueue or Volcano has not admitted it: its queue is full, stopped, or waits for the rest of the group."""
    step, ticket = found.step, found.ticket
    pod = step.pod
    events = queue_events(pod, ticket, facts.around.events or ()) if pod and ticket else ()
    last = events[-1] if events else None
    why = last.message if last else found.message.reasons[0].text if found.message and found.message.reasons else ""
    resource, flavor = missing_quota(why)
    queue = ticket.queue if ticket else None
    where = f" {queue}" if queue else ""
    kind = ticket.kind if ticket else "its group"
    title = (
        f"{step.subject} waits in the queue{where} of {kind}"
        if ticket
        else f"{step.subject} waits for the rest of its group"
    )
    if resource:
        title += f" for {resource}" + (f" of the flavor {flavor}" if flavor else "")
    return Match(
        title=title,
        confidence=found.confidence,
        objects=(step.ref(),),
        evidence=(*found.said, *((evidence.of_event(last),) if last else ()), *_gate(found)),
        advice=(_queue_advice(found, queue, why),),
        facts=facts_of(found, queue=queue, resource=resource, flavor=flavor, gate=ticket.gate if ticket else None),
        key=(queue, resource),
    )


def _gate(found: Unschedulable) -> tuple[Evidence, ...]:
    if found.ticket is None or found.ticket.gate is None:
        return ()
    return (Evidence(f"pod/{found.step.pod_name}/spec/schedulingGates", found.ticket.gate),)


def _queue_advice(found: Unschedulable, queue: str | None, why: str) -> Advice:
    namespace = found.step.namespace
    if found.ticket is None:
        return Advice("Its pods start together: see what keeps the others from being created or placed.")
    if found.ticket.kind == "Volcano":
        text = "Wait for the queue, raise its capability, or ask for less. The pod group's events say what is missing."
        return Advice(text, kubectl=f"kubectl -n {namespace} describe podgroups.scheduling.volcano.sh")
    if "maximum capacity" in why or "unavailable in ClusterQueue" in why:
        text = f"It asks for more than the queue {queue or ''} can ever give: ask for less, or use another queue."
    elif queue is None:
        text = "The pod names no queue: give it the label kueue.x-k8s.io/queue-name."
    else:
        text = f"Wait for its turn, ask for less, or raise the quota behind the queue {queue}. Its Workload says more."
    return Advice(text, kubectl=f"kubectl -n {namespace} describe workloads.kueue.x-k8s.io")


def device_claim(found: Unschedulable) -> Match:
    """A claim of Dynamic Resource Allocation cannot be met."""
    reasons = found.message.of(ReasonId.DEVICE_CLAIM) if found.message else ()
    claim = next((s for r in reasons for s in r.subjects), None)
    said = f": {reasons[0].text}" if reasons else ""
    text = "See which devices the resource slices offer, who holds them, and whether the claim's device class exists."
    look = f"kubectl -n {found.step.namespace} describe resourceclaims"
    return Match(
        title=f"{found.step.subject} finds no place: its device claim cannot be met{said}",
        confidence=found.confidence,
        objects=(found.step.ref(),),
        evidence=found.said,
        advice=(Advice(text, kubectl=look),),
        facts=facts_of(found, claim=claim),
        key=(said,),
    )
