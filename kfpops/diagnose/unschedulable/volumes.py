"""Volumes that keep a pod off the nodes: in another zone, in use elsewhere, too many on a node."""

from __future__ import annotations

from kfpops.diagnose.cause import Match
from kfpops.diagnose.unschedulable.reading import Unschedulable
from kfpops.diagnose.unschedulable.words import facts_of, one_step_away
from kfpops.knowledge.fit_obstacles import VolumeElsewhere
from kfpops.knowledge.scheduler_reasons import ReasonId
from kfpops.model.finding import Advice, Evidence


def volume_forbids(found: Unschedulable) -> Match:
    """A claim's volume is in another zone, in use elsewhere, or cannot be made or attached on the nodes that would do."""
    wrong = next((fit.wrong_volume for fit in found.fits if fit.wrong_volume), None)
    claims = _claims(found)
    claim = wrong.claim if wrong else claims[0] if claims else None
    volume = next((v.volume for v in found.needs.volumes if v.claim == claim), None) if found.needs else None
    title, text = _why_not(found, f"the volume of {claim}" if claim else "its volume", wrong)
    place = ", ".join(f"{u.key}={u.wanted}" for u in wrong.unmet) if wrong else ""
    quoted = (Evidence(f"persistentvolume/{volume}/spec/nodeAffinity", place),) if volume and place else ()
    show = f"kubectl -n {found.step.namespace} get pvc {claim} -o wide" if claim else None
    label = next((u.key for u in wrong.unmet), None) if wrong else None
    return Match(
        title=title,
        confidence=found.confidence,
        objects=(found.step.ref(),),
        evidence=(*found.said, *quoted),
        advice=(Advice(text, kubectl=show), *one_step_away(found)),
        facts=facts_of(found, claim=claim, volume=volume, label=label, wanted=wrong.unmet[0].wanted if wrong else None),
        key=(claim, found.reason.id.value if found.reason else None),
    )


def _claims(found: Unschedulable) -> list[str]:
    volumes = found.step.pod.spec.volumes if found.step.pod else ()
    return [v.persistent_volume_claim.claim_name for v in volumes if v.persistent_volume_claim]


def _why_not(found: Unschedulable, what: str, wrong: VolumeElsewhere | None) -> tuple[str, str]:
    subject = found.step.subject
    match found.reason.id if found.reason else ReasonId.VOLUME_ELSEWHERE:
        case ReasonId.VOLUME_COUNT:
            title = f"{subject} finds no place: no more volumes can be attached to the nodes that would do"
            return (
                title,
                "Add a node, or put fewer steps with volumes on one. See also whether the CSI driver runs on every node.",
            )
        case ReasonId.VOLUME_IN_USE:
            title = f"{subject} finds no place: {what} is in use by another pod and can be used by one only"
            return title, "Wait for that pod, or use a claim with the access mode ReadWriteMany."
        case ReasonId.VOLUME_NOT_FOUND:
            title = f"{subject} finds no place: on the nodes that would do, {what} cannot be provided"
            return (
                title,
                "Look at the claim's events: its storage class has no volume, or no free storage, where the pod may run.",
            )
        case _:
            where = f" ({', '.join(f'{u.key}={u.wanted}' for u in wrong.unmet)})" if wrong else ""
            title = f"{subject} finds no place: {what} can only be used elsewhere{where}"
            text = "Let the step run where the volume is (other node selector, room there), or copy the data to a new claim."
            return title, text
