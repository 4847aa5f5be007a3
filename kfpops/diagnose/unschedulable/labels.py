"""The labels that a pod asks of its node, by selector or required affinity, and the ones that nodes have."""

from __future__ import annotations

from functools import lru_cache

from kfpops.diagnose.cause import Match
from kfpops.diagnose.unschedulable.reading import Unschedulable
from kfpops.diagnose.unschedulable.words import facts_of, in_pipeline, listed, node_refs
from kfpops.knowledge.fit_nodes import Landscape
from kfpops.knowledge.node_selector import NearMiss, Unmet, near_misses, values_of
from kfpops.knowledge.scheduler_reasons import ReasonId
from kfpops.knowledge.sdk import kubernetes_call
from kfpops.model.finding import Advice, Evidence


def wrong_labels(found: Unschedulable) -> Match:
    """No node has the labels that the pod's selector or required affinity asks for."""
    unmet = _telling(found)
    if unmet is None or found.landscape is None:
        return _wrong_labels_by_words(found)
    near, has = _alike(unmet, found.landscape)
    label = _shown(unmet)
    quoted = tuple(Evidence(f"node/{m.nodes[0]}/metadata/labels", f"{m.key}={m.value}") for m in near[:3])
    if not quoted and has:
        quoted = (Evidence("nodes/metadata/labels", f"{unmet.key}: {', '.join(has)}"),)
    return Match(
        title=_title(found, unmet),
        confidence=found.confidence,
        objects=(found.step.ref(), *node_refs((name for m in near[:1] for name in m.nodes), 3)),
        evidence=(*found.said, Evidence(f"pod/{found.step.pod_name}/spec", f"asks for {label}"), *quoted),
        advice=_advice_for_label(found, unmet, near, has),
        facts=facts_of(found, label=unmet.key, wanted=unmet.wanted, has=near[0].value if near else None),
        key=(unmet.key, unmet.wanted),
    )


@lru_cache(maxsize=256)
def _alike(unmet: Unmet, landscape: Landscape) -> tuple[tuple[NearMiss, ...], tuple[str, ...]]:
    """The labels that were nearly right, and all values that nodes have under the key."""
    return near_misses(unmet, landscape.labels), values_of(unmet.key, landscape.labels)


def _shown(unmet: Unmet) -> str:
    return f"{unmet.key}={unmet.wanted}" if unmet.operator == "In" else f"{unmet.key} ({unmet.wanted})"


def _title(found: Unschedulable, unmet: Unmet) -> str:
    who = found.step.label
    if not _nobody_meets(found, unmet):
        node = found.placement.fit.node if found.placement and found.placement.fit else ""
        return f"No node has all the labels that {who} asks for: the nearest, {node}, lacks {_shown(unmet)}"
    if unmet.operator == "In":
        return f"No node has the label {_shown(unmet)} that {who} asks for"
    return f"No node meets the rule of {who} for the label {_shown(unmet)}"


def _telling(found: Unschedulable) -> Unmet | None:
    """The requirement to name: one that no node meets, else one that the nearest node lacks."""
    wrong = found.placement.fit.wrong_labels if found.placement and found.placement.fit else None
    unmet = wrong.unmet if wrong else ()
    named = [u for u in unmet if u.key]
    return next((u for u in named if _nobody_meets(found, u)), named[0] if named else None)


def _nobody_meets(found: Unschedulable, unmet: Unmet) -> bool:
    wanted = (unmet.key, unmet.operator, unmet.values)
    lacks = [fit.wrong_labels.unmet if fit.wrong_labels else () for fit in found.fits]
    return all(any((u.key, u.operator, u.values) == wanted for u in unmet) for unmet in lacks)


def _advice_for_label(
    found: Unschedulable, unmet: Unmet, near: tuple[NearMiss, ...], has: tuple[str, ...]
) -> tuple[Advice, ...]:
    """Ask for what there is; or give the label to a node."""
    first = near[0] if near else None
    node = found.placement.fit.node if found.placement and found.placement.fit else "NODE"
    relabel: tuple[Advice, ...] = ()
    if unmet.operator == "In" and not _is_given(unmet.key):
        relabel = (Advice(f"Or give the label to a node that fits, for example {node}.", kubectl=_label(node, unmet)),)
    if first is not None:
        text = f"{listed(first.nodes)} has {first.key}={first.value}: ask for that, if it is what was meant."
        return (Advice(text, sdk=_selector_code(found, unmet, first.key, first.value)), *relabel)
    if has:
        text = f"Nodes have {unmet.key} with {listed(has, 5)}: ask for one of these, or add a node with {unmet.wanted}."
        return (Advice(text, sdk=_selector_code(found, unmet, unmet.key, has[0])), *relabel)
    text = f"No node has a label {unmet.key} at all: ask for a label that nodes have, or add such a node."
    return (Advice(text, kubectl="kubectl get nodes --show-labels"), *relabel)


def _is_given(key: str) -> bool:
    """Labels that say what the machine is, set by Kubernetes, clouds and device discovery: not to be written by hand."""
    owner = key.partition("/")[0]
    return owner.endswith(("kubernetes.io", "nvidia.com", "amd.com", "k8s.aws", "azure.com", "google.com", "k8s.io"))


def _label(node: str, unmet: Unmet) -> str:
    return f"kubectl label node {node} {unmet.key}={unmet.values[0]}" + (" --overwrite" if unmet.has is not None else "")


def _selector_code(found: Unschedulable, unmet: Unmet, key: str, value: str) -> str | None:
    step = found.step
    if not in_pipeline(step):
        return None
    if found.needs and unmet.key in dict(found.needs.node_selector):
        return kubernetes_call("add_node_selector", step.task, label_key=key, label_value=value)
    terms = [{"key": key, "operator": "In", "values": [value]}]
    return kubernetes_call("add_node_affinity", step.task, match_expressions=terms)


def _wrong_labels_by_words(found: Unschedulable) -> Match:
    """From the message alone: the labels that the pod asks for are known, those of the nodes are not."""
    selector = found.needs.node_selector if found.needs else ()
    asks = listed(f"{key}={value}" for key, value in selector)
    what = f"the labels that {found.step.label} asks for" + (f" ({asks})" if asks else "")
    closed = found.message is not None and bool(found.message.of(ReasonId.TAINT, ReasonId.CORDONED))
    text = "Compare what it asks for with the labels of the nodes."
    if closed:
        text += " Nodes with taints and cordoned ones were left out before their labels were looked at: one may be meant."
    if found.reason is not None and found.reason.id is ReasonId.NODE_LACKS_FEATURE:
        text = "The nodes run an older Kubernetes, or a setting of it, than the pod needs."
    if found.landscape is None:
        text += " The nodes themselves could not be read."
    label, wanted = selector[0] if len(selector) == 1 else (None, None)
    return Match(
        title=f"No node that is open to it has {what}" if closed else f"No node has {what}",
        confidence=found.confidence,
        objects=(found.step.ref(),),
        evidence=found.said,
        advice=(Advice(text, kubectl="kubectl get nodes --show-labels"),),
        facts=facts_of(found, label=label, wanted=wanted),
        key=selector,
    )
