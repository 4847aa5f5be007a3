"""Bound claims → the nodes on which their volumes can be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kfpops.knowledge.node_selector import Unmet, unmet_terms
from kfpops.model.affinity import NodeSelectorTerm
from kfpops.model.pod import Pod
from kfpops.model.storage import PersistentVolume, PersistentVolumeClaim

# Labels of a volume that bind it to a place (VolumeZone plugin, volume_zone.go); several zones are joined with "__".
_ZONE_LABELS = (
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
)


@dataclass(frozen=True, slots=True)
class VolumeNeed:
    """A claim's volume and where it is: `terms` None when any node will do; `zones` are labels with the values allowed."""

    claim: str
    volume: str
    terms: tuple[NodeSelectorTerm, ...] | None = None
    zones: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def unmet(self, labels: Mapping[str, str], node: str) -> tuple[Unmet, ...]:
        """What keeps the volume off a node. As the scheduler does, a node without any zone label is not asked for one."""
        lacks = unmet_terms(self.terms, labels, node) if self.terms is not None else ()
        if not any(key in labels for key in _ZONE_LABELS):
            return lacks
        wrong = (Unmet(key, "In", values, labels.get(key)) for key, values in self.zones if labels.get(key) not in values)
        return (*lacks, *wrong)


def volume_needs(
    pod: Pod, claims: Sequence[PersistentVolumeClaim] | None, volumes: Sequence[PersistentVolume] | None
) -> tuple[VolumeNeed, ...]:
    """The bound claims of a pod whose volumes are known. Unbound ones follow the pod, so they ask nothing of a node."""
    named = {v.persistent_volume_claim.claim_name for v in pod.spec.volumes if v.persistent_volume_claim}
    if not named or not claims or not volumes:
        return ()
    mine = [c for c in claims if c.metadata.namespace == pod.metadata.namespace and c.metadata.name in named]
    by_name = {volume.metadata.name: volume for volume in volumes}
    bound = ((c, by_name[c.spec.volume_name]) for c in mine if c.spec.volume_name in by_name)
    return tuple(_need(claim, volume) for claim, volume in sorted(bound, key=lambda pair: pair[0].metadata.name))


def _need(claim: PersistentVolumeClaim, volume: PersistentVolume) -> VolumeNeed:
    affinity = volume.spec.node_affinity
    terms = affinity.required.node_selector_terms if affinity and affinity.required else None
    labels = volume.metadata.labels
    zones = tuple((key, tuple(labels[key].split("__"))) for key in _ZONE_LABELS if key in labels)
    return VolumeNeed(claim.metadata.name, volume.metadata.name, terms, zones)
