"""Affinity, tolerations and spread: what a pod says about the nodes it wants."""

from __future__ import annotations

from kfpops.model.meta import KubernetesStruct, LabelSelector, LabelSelectorRequirement


class NodeSelectorTerm(KubernetesStruct, frozen=True):
    """All requirements of a term must hold (AND); the terms of a selector are alternatives (OR)."""

    match_expressions: tuple[LabelSelectorRequirement, ...] = ()
    match_fields: tuple[LabelSelectorRequirement, ...] = ()


class NodeSelector(KubernetesStruct, frozen=True):
    node_selector_terms: tuple[NodeSelectorTerm, ...] = ()


class NodeAffinity(KubernetesStruct, frozen=True):
    """Only the required part: a preference never keeps a pod waiting."""

    required_during_scheduling_ignored_during_execution: NodeSelector | None = None


class PodAffinityTerm(KubernetesStruct, frozen=True):
    label_selector: LabelSelector | None = None
    topology_key: str = ""
    namespaces: tuple[str, ...] = ()
    namespace_selector: LabelSelector | None = None


class PodAffinity(KubernetesStruct, frozen=True):
    required_during_scheduling_ignored_during_execution: tuple[PodAffinityTerm, ...] = ()


class Affinity(KubernetesStruct, frozen=True):
    node_affinity: NodeAffinity | None = None
    pod_affinity: PodAffinity | None = None
    pod_anti_affinity: PodAffinity | None = None


class Toleration(KubernetesStruct, frozen=True):
    """An empty key with operator Exists tolerates everything; an empty effect matches every effect."""

    key: str = ""
    operator: str = "Equal"
    value: str = ""
    effect: str = ""


class TopologySpreadConstraint(KubernetesStruct, frozen=True):
    max_skew: int = 1
    topology_key: str = ""
    when_unsatisfiable: str = ""
    label_selector: LabelSelector | None = None
