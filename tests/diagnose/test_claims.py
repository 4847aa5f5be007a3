"""Claims that are not bound, and which of them to blame."""

from __future__ import annotations

from kfpops.diagnose.claims import claim_to_blame, find_claim, pending_claims, unscheduled
from kfpops.model.storage import PersistentVolumeClaim, StorageClass
from tests.builders import a_pod, a_step, an_event, kube, some_facts, unschedulable

VOLUMES = {"nodeName": "", "volumes": [{"name": n, "persistentVolumeClaim": {"claimName": n}} for n in ("a", "b")]}
LATE = kube(StorageClass, {"metadata": {"name": "late"}, "volumeBindingMode": "WaitForFirstConsumer"})


def a_claim(name: str, phase: str = "Pending", cls: str = "fast") -> PersistentVolumeClaim:
    metadata = {"name": name, "namespace": "kubeflow"}
    return kube(PersistentVolumeClaim, {"metadata": metadata, "spec": {"storageClassName": cls}, "status": {"phase": phase}})


def test_claims_that_were_not_read_are_unknown_and_bound_ones_do_not_pend() -> None:
    step = a_step("waiting", pod=a_pod(spec=VOLUMES))
    assert pending_claims(step, some_facts(step)) is None
    assert pending_claims(step, some_facts(step, claims=(a_claim("a", "Bound"), a_claim("other")))) == ()
    assert find_claim(some_facts(step, claims=(a_claim("a"),)), "team-b", "a") is None


def test_a_claim_that_waits_for_its_pod_is_not_to_blame() -> None:
    step = a_step("waiting", pod=a_pod(spec=VOLUMES))
    pending = pending_claims(step, some_facts(step, claims=(a_claim("a", cls="late"),), storage_classes=(LATE,)))
    assert pending is not None
    assert pending[0].for_pod
    assert claim_to_blame(pending, says_unbound=True) is None


def test_the_claim_with_trouble_is_to_blame_even_then() -> None:
    events = (
        an_event("WaitForFirstConsumer", "waiting", kind="PersistentVolumeClaim", name="a"),
        an_event("ProvisioningFailed", "quota of the cloud", kind="PersistentVolumeClaim", name="b"),
    )
    step = a_step("waiting", pod=a_pod(spec=VOLUMES))
    claims = (a_claim("a", cls="late"), a_claim("b", cls="late"))
    pending = pending_claims(step, some_facts(step, claims=claims, storage_classes=(LATE,), events=events))
    blamed = claim_to_blame(pending or (), says_unbound=False)
    assert blamed is not None
    assert blamed.claim.metadata.name == "b"
    assert [e.message for e in blamed.trouble] == ["quota of the cloud"]


def test_a_placed_pod_is_not_asked_about_scheduling() -> None:
    said = (unschedulable("0/4"),)
    assert unscheduled(a_step("waiting", pod=a_pod(conditions=said))) is None
    found = unscheduled(a_step("waiting", pod=a_pod(conditions=said, spec={"nodeName": ""})))
    assert found is not None
    assert found.message == "0/4"
