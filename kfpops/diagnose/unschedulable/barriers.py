"""Rules of nodes that keep pods off: taints and cordons."""

from __future__ import annotations

from kfpops.diagnose.cause import Match
from kfpops.diagnose.unschedulable.reading import Unschedulable
from kfpops.diagnose.unschedulable.words import facts_of, in_pipeline, listed, node_refs, toleration_code, uncordon
from kfpops.knowledge.fit import NodeFit
from kfpops.knowledge.fit_obstacles import Cordoned, Untolerated
from kfpops.knowledge.scheduler_reasons import ReasonId
from kfpops.knowledge.sdk import kubernetes_call
from kfpops.knowledge.taint import taint_text
from kfpops.model.finding import Advice, Evidence
from kfpops.model.node import Taint


def untolerated(found: Unschedulable) -> Match:
    """A taint that the pod does not tolerate. Since Kubernetes 1.34 only the node itself names it."""
    fit = found.placement.fit if found.placement else None
    obstacle = found.placement.obstacle if found.placement else None
    if fit is None or not isinstance(obstacle, Untolerated) or found.placement is None:
        return _untolerated_by_words(found)
    taints = [o.taint for o in fit.barriers if isinstance(o, Untolerated)]
    named, names = taint_text(obstacle.taint), [f.node for f in found.placement.relevant]
    sick = obstacle.kind == "node-state"
    title = f"{found.step.subject} does not tolerate {listed(taint_text(t) for t in taints)} of {listed(names)}"
    if sick:
        title = f"{found.step.subject} finds no node that is ready: {listed(names)} has {named}"
    return Match(
        title=title,
        confidence=found.confidence,
        objects=(found.step.ref(), *node_refs(names, 3)),
        evidence=(*found.said, Evidence(f"node/{fit.node}/spec/taints", ", ".join(taint_text(t) for t in taints))),
        advice=_advice_for_sick(fit) if sick else _advice_for_taint(found, fit, taints),
        facts=facts_of(found, taint=named, node=fit.node),
        key=(named,),
    )


def _advice_for_sick(fit: NodeFit) -> tuple[Advice, ...]:
    text = (
        f"Make {fit.node} well again: its conditions say what is wrong. The taint goes by itself then; do not tolerate it."
    )
    return (Advice(text, kubectl=f"kubectl describe node {fit.node}"),)


def _advice_for_taint(found: Unschedulable, fit: NodeFit, taints: list[Taint]) -> tuple[Advice, ...]:
    named = listed(taint_text(t) for t in taints)
    text = f"Tolerate {named} in the pipeline, if the step is meant for {fit.node}."
    first = Advice(text, sdk=toleration_code(found.step, taints))
    away = Advice(
        f"Or take the taint off {fit.node}, which opens it to all pods.",
        kubectl=f"kubectl taint nodes {fit.node} {taint_text(taints[0])}-",
    )
    closed = any(isinstance(o, Cordoned) for o in fit.obstacles)
    more = (Advice(f"{fit.node} is cordoned, too.", kubectl=uncordon([fit.node])),) if closed else ()
    return (first, *more, away)


def _untolerated_by_words(found: Unschedulable) -> Match:
    """From the message alone: up to 1.33 it names key and value, but not the effect."""
    reasons = found.message.of(ReasonId.TAINT) if found.message else ()
    reason = found.reason or next(iter(reasons), None)
    named = reason.subjects[0] if reason and reason.subjects else None
    key, _, value = (named or "").partition(": ")
    taint = Taint(key=key.rstrip(":"), value=value.strip())
    shown = f"{taint.key}={taint.value}" if taint.value else taint.key
    count = f"{reason.count} of {found.nodes} nodes" if reason and reason.count and found.nodes else "the nodes"
    how = {"operator": "Equal", "value": taint.value} if taint.value else {"operator": "Exists"}
    code = kubernetes_call("add_toleration", found.step.task, key=taint.key, **how) if taint.key else None
    what = f"the taint {shown}" if named else "the taints"
    text = f"Tolerate {what} with add_toleration, if the step is meant for those nodes."
    unread = "" if found.landscape else " Nodes could not be read; this lists their taints."
    shows = "kubectl get nodes -o 'custom-columns=NAME:.metadata.name,TAINTS:.spec.taints'"
    return Match(
        title=f"{found.step.subject} does not tolerate {what} of {count}",
        confidence=found.confidence,
        objects=(found.step.ref(),),
        evidence=found.said,
        advice=(Advice(text + unread, sdk=code if in_pipeline(found.step) else None, kubectl=shows),),
        facts=facts_of(found, taint=shown or None),
        key=(shown,),
    )


def cordoned(found: Unschedulable) -> Match:
    """The nodes that would take the pod are marked unschedulable."""
    names = [fit.node for fit in found.placement.relevant] if found.placement else []
    if len(names) == 1:
        title = f"{found.step.subject} finds no place: {names[0]}, the node it is for, is cordoned"
    elif names:
        title = f"{found.step.subject} finds no place: the nodes it is for are cordoned ({listed(names)})"
    else:
        count = found.reason.count if found.reason else None
        title = f"{found.step.subject} finds no place: {count or 'some'} of {found.nodes} nodes are cordoned"
    text = f"Uncordon {listed(names)} when the maintenance is over." if names else "Uncordon a node that it may use."
    return Match(
        title=title,
        confidence=found.confidence,
        objects=(found.step.ref(), *node_refs(names)),
        evidence=(*found.said, *(Evidence(f"node/{name}/spec/unschedulable", "true") for name in names[:3])),
        advice=(Advice(text, kubectl=uncordon(names[:5]) if names else "kubectl get nodes"),),
        facts=facts_of(found, node=names[0] if names else None),
        key=tuple(names),
    )
