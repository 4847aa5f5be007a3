"""A pod's claims joined with what is known of them: phase, storage class, and the events that say why one is not bound."""

from __future__ import annotations

from dataclasses import dataclass

from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step
from kfpops.knowledge.volume_text import claims_of
from kfpops.model.event import Event
from kfpops.model.meta import Condition
from kfpops.model.storage import PersistentVolumeClaim

# Events of a claim that say why it is not bound (Kubernetes pkg/controller/volume/events). Waiting for the first consumer,
# for the pod's scheduling or for an external provisioner is no trouble.
_TROUBLE = ("ProvisioningFailed", "FailedBinding", "VolumeMismatch", "ClaimLost")


@dataclass(frozen=True, slots=True)
class PendingClaim:
    """A claim without a volume. `trouble`: events that say why, oldest first. `for_pod`: it binds when a pod is placed."""

    claim: PersistentVolumeClaim
    trouble: tuple[Event, ...]
    for_pod: bool


def unscheduled(step: Step) -> Condition | None:
    """What the scheduler says of a pod that it cannot place; the condition is whole, events are cut."""
    if step.pod is None or step.pod.spec.node_name:
        return None
    return next((c for c in step.pod.status.conditions if c.type == "PodScheduled" and c.status == "False"), None)


def find_claim(facts: Facts, namespace: str, name: str) -> PersistentVolumeClaim | None:
    """None when it does not exist, or claims were not read."""
    return next((c for c in facts.around.claims or () if (c.metadata.namespace, c.metadata.name) == (namespace, name)), None)


def pending_claims(step: Step, facts: Facts) -> tuple[PendingClaim, ...] | None:
    """The pod's claims that are not bound; None when claims were not read."""
    if facts.around.claims is None or step.pod is None:
        return None
    found = [find_claim(facts, step.namespace, name) for name in claims_of(step.pod)]
    return tuple(
        PendingClaim(c, _trouble(facts, c), _for_pod(facts, c)) for c in found if c is not None and c.status.phase != "Bound"
    )


def _trouble(facts: Facts, claim: PersistentVolumeClaim) -> tuple[Event, ...]:
    about = ("PersistentVolumeClaim", claim.metadata.namespace, claim.metadata.name)
    return tuple(
        e
        for e in facts.around.events or ()
        if e.reason in _TROUBLE and (e.involved_object.kind, e.involved_object.namespace, e.involved_object.name) == about
    )


def _for_pod(facts: Facts, claim: PersistentVolumeClaim) -> bool:
    classes = facts.around.storage_classes or ()
    mode = next((s.volume_binding_mode for s in classes if s.metadata.name == claim.spec.storage_class_name), "")
    return mode == "WaitForFirstConsumer"


def claim_to_blame(pending: tuple[PendingClaim, ...], says_unbound: bool) -> PendingClaim | None:
    """The claim that keeps the pod: one with trouble, else one that should be bound before any pod uses it."""
    troubled = next((p for p in pending if p.trouble), None)
    return troubled or (next((p for p in pending if not p.for_pod), None) if says_unbound else None)
