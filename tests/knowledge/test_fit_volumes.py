"""Where volumes can be used."""

from __future__ import annotations

from typing import Any

from kfpops.knowledge.fit_volumes import VolumeNeed, volume_needs
from kfpops.knowledge.node_selector import Unmet
from kfpops.model.pod import Pod
from kfpops.model.storage import PersistentVolume, PersistentVolumeClaim
from tests.builders import a_pod, kube

ZONE = "topology.kubernetes.io/zone"


def with_claim(name: str = "data") -> Pod:
    return a_pod(spec={"nodeName": "", "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": name}}]})


def claim(name: str = "data", volume: str = "pv-1", namespace: str = "kubeflow") -> PersistentVolumeClaim:
    return kube(PersistentVolumeClaim, {"metadata": {"name": name, "namespace": namespace}, "spec": {"volumeName": volume}})


def volume(name: str = "pv-1", zone: str | None = None, labels: dict[str, str] | None = None) -> PersistentVolume:
    spec: dict[str, Any] = {}
    if zone:
        term = {"matchExpressions": [{"key": ZONE, "operator": "In", "values": [zone]}]}
        spec = {"nodeAffinity": {"required": {"nodeSelectorTerms": [term]}}}
    return kube(PersistentVolume, {"metadata": {"name": name, "labels": labels or {}}, "spec": spec})


def test_nothing_is_asked_of_nodes_without_bound_claims() -> None:
    assert volume_needs(a_pod(), [claim()], [volume()]) == ()
    assert volume_needs(with_claim(), None, None) == ()
    assert volume_needs(with_claim(), [claim(volume="")], [volume()]) == ()
    assert volume_needs(with_claim(), [claim(namespace="other")], [volume()]) == ()


def test_a_volume_without_a_place_fits_everywhere() -> None:
    (need,) = volume_needs(with_claim(), [claim()], [volume()])
    assert need == VolumeNeed("data", "pv-1")
    assert need.unmet({ZONE: "a"}, "n1") == ()


def test_a_volume_in_a_zone_by_its_node_affinity() -> None:
    (need,) = volume_needs(with_claim(), [claim()], [volume(zone="a")])
    assert need.unmet({ZONE: "a"}, "n1") == ()
    assert need.unmet({ZONE: "b"}, "n1") == (Unmet(ZONE, "In", ("a",), "b"),)


def test_a_volume_in_zones_by_its_labels() -> None:
    (need,) = volume_needs(with_claim(), [claim()], [volume(labels={ZONE: "a__b"})])
    assert need.unmet({ZONE: "b"}, "n1") == ()
    assert need.unmet({ZONE: "c"}, "n1") == (Unmet(ZONE, "In", ("a", "b"), "c"),)
    assert need.unmet({"pool": "x"}, "n1") == ()
