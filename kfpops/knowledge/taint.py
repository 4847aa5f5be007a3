"""Taints and tolerations: which taint keeps a pod off, and what kind of taint it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from kfpops.model.affinity import Toleration
from kfpops.model.node import Taint

TaintKind: TypeAlias = Literal["ordinary", "control-plane", "node-state", "cordon"]
"""ordinary: somebody keeps the node for something · node-state: the node is not well, new, or going · cordon."""

CORDON_KEY = "node.kubernetes.io/unschedulable"
_CONTROL_PLANE = frozenset({"node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"})
# Set by Kubernetes, cloud controllers and autoscalers while a node is in some state; nobody should tolerate them.
_STATE_PREFIXES = (
    "node.kubernetes.io/",
    "node.cloudprovider.kubernetes.io/",
    "startup-taint.cluster-autoscaler.kubernetes.io/",
    "karpenter.sh/",
    "readiness.k8s.io/",
    "ToBeDeletedByClusterAutoscaler",
    "DeletionCandidateOfClusterAutoscaler",
)


def kind_of_taint(key: str) -> TaintKind:
    """What a taint with this key is there for."""
    if key == CORDON_KEY:
        return "cordon"
    if key in _CONTROL_PLANE:
        return "control-plane"
    return "node-state" if key.startswith(_STATE_PREFIXES) else "ordinary"


def taint_text(taint: Taint) -> str:
    """As kubectl writes it: `dedicated=bigmem:NoSchedule`, `spot:NoExecute`."""
    value = f"={taint.value}" if taint.value else ""
    return f"{taint.key}{value}:{taint.effect}"


def tolerates(tolerations: Iterable[Toleration], taint: Taint) -> bool:
    """Whether one of the tolerations covers the taint (k8s.io/component-helpers/scheduling/corev1, ToleratesTaint)."""
    return any(_covers(toleration, taint) for toleration in tolerations)


def _covers(toleration: Toleration, taint: Taint) -> bool:
    if toleration.effect and toleration.effect != taint.effect:
        return False
    if toleration.key and toleration.key != taint.key:
        return False
    if toleration.operator == "Exists":
        return True
    return toleration.operator in ("", "Equal") and toleration.value == taint.value


def keeping_off(tolerations: Iterable[Toleration], taints: Iterable[Taint]) -> tuple[Taint, ...]:
    """The taints that keep a pod with these tolerations off; PreferNoSchedule never does."""
    known = tuple(tolerations)
    return tuple(t for t in taints if t.effect in ("NoSchedule", "NoExecute") and not tolerates(known, t))
