"""What the findings about pods without a node share: their common facts, and lists of nodes and changes in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kfpops.diagnose.step import Step
from kfpops.diagnose.unschedulable.reading import Unschedulable
from kfpops.knowledge.fit import NodeFit
from kfpops.knowledge.fit_obstacles import Cordoned, Untolerated
from kfpops.knowledge.sdk import kubernetes_call
from kfpops.knowledge.taint import taint_text
from kfpops.model.finding import Advice, Fact, ObjectRef
from kfpops.model.node import Taint


def facts_of(found: Unschedulable, **more: Fact) -> dict[str, Fact]:
    """The facts that all these findings have, and those of one; what is not known is left out."""
    facts: dict[str, Fact] = {"nodes": found.nodes, "never_fits": found.never_fits, **more}
    return {key: value for key, value in facts.items() if value is not None}


def in_pipeline(step: Step) -> bool:
    """Whether the pipeline's code decides what the step asks for: drivers and importers are KFP's own."""
    return bool(step.task) and step.role == "executor"


def listed(names: Iterable[str], most: int = 3) -> str:
    """`a, b and c`, or `a, b, c and 4 more`."""
    known = list(names)
    if len(known) > most:
        return f"{', '.join(known[:most])} and {len(known) - most} more"
    return f"{', '.join(known[:-1])} and {known[-1]}" if len(known) > 1 else "".join(known)


def node_refs(names: Iterable[str], most: int = 10) -> tuple[ObjectRef, ...]:
    return tuple(ObjectRef("Node", name) for name in list(names)[:most])


def toleration_code(step: Step, taints: Sequence[Taint]) -> str | None:
    """SDK code that tolerates all of these taints; None where the pipeline has no say."""
    if not in_pipeline(step):
        return None
    calls = []
    for taint in taints:
        how = {"operator": "Equal", "value": taint.value} if taint.value else {"operator": "Exists"}
        calls.append(kubernetes_call("add_toleration", step.task, key=taint.key, **how, effect=taint.effect))
    first, *others = calls
    return "\n".join([first, *(call.partition("\n")[2] for call in others)])


def uncordon(nodes: Iterable[str]) -> str:
    return f"kubectl uncordon {' '.join(nodes)}"


def one_step_away(found: Unschedulable) -> tuple[Advice, ...]:
    """What would open the nearest of the nodes that a taint or a cordon alone keeps the pod off."""
    near = found.placement.one_step_away if found.placement else ()
    return tuple(advice for fit in near[:1] if (advice := _opening(found.step, fit)))


def _opening(step: Step, fit: NodeFit) -> Advice | None:
    taints = [o.taint for o in fit.barriers if isinstance(o, Untolerated) and o.kind == "ordinary"]
    if all(isinstance(o, Cordoned) for o in fit.barriers):
        return Advice(f"{fit.node} would take it at once, but is cordoned.", kubectl=uncordon([fit.node]))
    if len(taints) < len(fit.barriers):
        return None
    named = listed(taint_text(t) for t in taints)
    text = f"{fit.node} would take it at once if it tolerated {named}: do so only if that node is meant for it."
    return Advice(text, sdk=toleration_code(step, taints))
