"""A new node would do, and the autoscaler cannot or may not bring one."""

from __future__ import annotations

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Match
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.unschedulable.reading import Unschedulable
from kfpops.diagnose.unschedulable.words import facts_of
from kfpops.knowledge.autoscaler import NodeGroup, is_karpenter, stuck_groups
from kfpops.model.event import Event
from kfpops.model.finding import Advice, Evidence

_STATUS = "cluster-autoscaler-status"


def autoscaler_blocked(found: Unschedulable, facts: Facts) -> Match:
    """The autoscaler's last word about the pod, with the cloud's own error where its status has one."""
    scale_up = found.scale_up
    event = scale_up.event if scale_up else None
    status = next((c for c in facts.around.config_maps or () if c.metadata.name == _STATUS), None)
    groups = stuck_groups(status.data.get("status", "")) if status else ()
    group = scale_up.group if scale_up else None
    telling = next((g for g in groups if group and g.name.endswith(group)), groups[0] if groups else None)
    error = telling.error if telling else ""
    quoted = (Evidence(f"configmap/{_STATUS}/data/status", f"{telling.name}: {error or 'full'}"),) if telling else ()
    return Match(
        title=f"{found.step.subject} waits for a new node, which {_who(event)} {_cannot(found, error)}",
        confidence="certain" if error else found.confidence,
        objects=(found.step.ref(),),
        evidence=(*found.said, *quoted),
        advice=(_scale_advice(found, event, telling),),
        facts=facts_of(
            found,
            group=group or (telling.name if telling else None),
            error=error or None,
            max_size=telling.max_size or None if telling else None,
            underlying=_underlying(found),
        ),
        key=(group, error, scale_up.outcome if scale_up else None),
    )


def _who(event: Event | None) -> str:
    return "Karpenter" if event is not None and is_karpenter(event) else "the cluster autoscaler"


def _cannot(found: Unschedulable, error: str) -> str:
    short = f" ({evidence.clip(error, 120)})" if error else ""
    match found.scale_up.outcome if found.scale_up else "failed":
        case "capped":
            return f"may not add: a limit is reached{short}"
        case "asked":
            return f"ordered, but which has not come{short}"
        case _:
            return f"could not add lately{short}"


def _scale_advice(found: Unschedulable, event: Event | None, group: NodeGroup | None) -> Advice:
    outcome = found.scale_up.outcome if found.scale_up else "failed"
    named = f"the node group {group.name}" if group else "a node group that fits the step"
    if event is not None and is_karpenter(event):
        text = "Raise the limits of the NodePool, or allow it more instance types or zones."
        return Advice(text, kubectl="kubectl describe nodepools.karpenter.sh")
    if outcome == "capped":
        size = f" (now {group.max_size})" if group and group.max_size else ""
        return Advice(f"Raise the maximum size of {named}{size}, or wait until running steps are done.", kubectl=_describe())
    text = f"Ask the cloud for more quota or another machine type or zone for {named}; the error is the cloud's own."
    return Advice(text, kubectl=_describe())


def _describe() -> str:
    return f"kubectl -n kube-system get configmap {_STATUS} -o yaml"


def _underlying(found: Unschedulable) -> str | None:
    """What the new node is needed for: the cause that the scheduler alone tells."""
    if found.placement is not None:
        return found.placement.cause
    return found.reason.cause if found.reason else None
