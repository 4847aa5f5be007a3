"""Rules between pods: affinity to others, even spread, ports of the node."""

from __future__ import annotations

from collections.abc import Iterable

from kfpops.diagnose.cause import Match
from kfpops.diagnose.unschedulable.reading import Unschedulable
from kfpops.diagnose.unschedulable.words import facts_of, listed, one_step_away
from kfpops.knowledge.fit_obstacles import PortTaken
from kfpops.knowledge.scheduler_reasons import ReasonId
from kfpops.model.affinity import PodAffinityTerm
from kfpops.model.finding import Advice, Evidence
from kfpops.model.meta import LabelSelector


def selector_text(selector: LabelSelector | None) -> str:
    """A label selector in one line: `app=web, tier in (a, b)`; "any pod" when it selects all."""
    if selector is None:
        return "no pod"
    parts = [f"{key}={value}" for key, value in sorted(selector.match_labels.items())]
    for rule in selector.match_expressions:
        values = f" ({', '.join(rule.values)})" if rule.values else ""
        parts.append(f"{rule.key} {rule.operator}{values}")
    return ", ".join(parts) or "any pod"


def other_pods(found: Unschedulable) -> Match:
    """Affinity or anti-affinity: the pod's own, or that of pods that run already."""
    told = found.reason.id if found.reason else ReasonId.POD_AFFINITY
    affinity = found.step.pod.spec.affinity if found.step.pod else None
    rule = None
    if affinity is not None:
        rule = affinity.pod_affinity if told is ReasonId.POD_AFFINITY else affinity.pod_anti_affinity
    terms = rule.required_during_scheduling_ignored_during_execution if rule else ()
    subject = found.step.subject
    if told is ReasonId.OTHERS_ANTI_AFFINITY:
        title = f"{subject} finds no place: pods on the nodes do not want it beside them (their anti-affinity)"
        text = "Relax the anti-affinity of the pods that run there, or change the labels by which they mean this pod."
    elif told is ReasonId.POD_ANTI_AFFINITY:
        title = f"{subject} finds no place: it must not run beside pods that are on every node it could use{_of(terms)}"
        text = "Prefer instead of requiring the distance (preferredDuringScheduling…), or add a node."
    else:
        title = f"{subject} finds no place: it must run beside pods that no usable node has{_of(terms)}"
        text = "Start the pods that it must run beside, or prefer instead of requiring them (preferredDuringScheduling…)."
    text += " KFP's SDK has no call for this: look for who adds it to the pod (a webhook, a pod-spec patch)."
    quoted = tuple(Evidence(f"pod/{found.step.pod_name}/spec/affinity", _term(t)) for t in terms[:3])
    return Match(
        title=title,
        confidence=found.confidence,
        objects=(found.step.ref(),),
        evidence=(*found.said, *quoted),
        advice=(Advice(text, kubectl=_pod_spec(found, "affinity")),),
        facts=facts_of(found, rule=told.value, topology_key=terms[0].topology_key if terms else None),
        key=(told.value, _of(terms)),
    )


def _of(terms: Iterable[PodAffinityTerm]) -> str:
    known = listed(_term(t) for t in terms)
    return f" ({known})" if known else ""


def _term(term: PodAffinityTerm) -> str:
    return f"{selector_text(term.label_selector)} per {term.topology_key}"


def _pod_spec(found: Unschedulable, field: str) -> str:
    return f"kubectl -n {found.step.namespace} get pod {found.step.pod_name} -o jsonpath='{{.spec.{field}}}'"


def uneven(found: Unschedulable) -> Match:
    """A topology spread constraint: one more pod there would be too uneven, or nodes lack the label to count by."""
    hard = found.step.pod.spec.topology_spread_constraints if found.step.pod else ()
    constraint = next((c for c in hard if c.when_unsatisfiable != "ScheduleAnyway"), None)
    key = constraint.topology_key if constraint else "a topology key"
    if found.reason is not None and found.reason.id is ReasonId.TOPOLOGY_LABEL:
        title = f"{found.step.subject} finds no place: it must spread by {key}, and nodes lack that label"
        text = "Give the nodes that label, or spread by one that they have."
    else:
        title = f"{found.step.subject} finds no place: it must spread evenly by {key}, and would be one too many"
        text = "Set whenUnsatisfiable to ScheduleAnyway, allow a larger maxSkew, or add a node where few of these pods are."
    quoted: tuple[Evidence, ...] = ()
    if constraint:
        rule = f"maxSkew {constraint.max_skew} by {key}: {selector_text(constraint.label_selector)}"
        quoted = (Evidence(f"pod/{found.step.pod_name}/spec/topologySpreadConstraints", rule),)
    return Match(
        title=title,
        confidence=found.confidence,
        objects=(found.step.ref(),),
        evidence=(*found.said, *quoted),
        advice=(Advice(text, kubectl=_pod_spec(found, "topologySpreadConstraints")),),
        facts=facts_of(
            found,
            topology_key=constraint.topology_key if constraint else None,
            max_skew=constraint.max_skew if constraint else None,
        ),
        key=(key,),
    )


def port_taken(found: Unschedulable) -> Match:
    """A port of the node that the pod wants for itself is held by a pod on every node that would do."""
    taken = found.placement.obstacle if found.placement else None
    ports = found.needs.ports if found.needs else ()
    port = taken.port if isinstance(taken, PortTaken) else ports[0][0] if ports else None
    held = sorted({pod for fit in found.fits for (number, _), pod in fit.room.ports.items() if number == port})
    by = f", held by {listed(held)}" if held else ""
    what = f"port {port}" if port else "a port"
    text = f"Do without hostPort {port or ''} (a Service reaches pods without one), or stop the pod that holds it."
    return Match(
        title=f"{found.step.subject} wants {what} of its node for itself, which is taken{by}",
        confidence=found.confidence,
        objects=(found.step.ref(),),
        evidence=found.said,
        advice=(Advice(text), *one_step_away(found)),
        facts=facts_of(found, port=port, holders=", ".join(held[:3]) or None),
        key=(port,),
    )
