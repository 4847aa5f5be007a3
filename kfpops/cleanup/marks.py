"""All marks of an inventory under a policy: of runs, of artifacts, of pins; unsorted, as they are met."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from kfpops.cleanup.claims import Claims, claims_of
from kfpops.cleanup.inventory import Inventory, Pin
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.places import Place, places_of
from kfpops.cleanup.policy.policy import Policy
from kfpops.cleanup.targets.run_artifacts import artifact_marks, run_marks
from kfpops.cleanup.verdict import Reason

_SERVED: Final = ("served", "inferenceservice", "model registry")


def marks_of(inventory: Inventory, policy: Policy, now: float, claims: Claims | None = None) -> Iterator[tuple[str, Mark]]:
    """Each with the name of the bucket; only buckets that hold a root or logs.

    `now`: our clock. What every bucket has (`Terms.standing`) is not among them. A URI of an unknown scheme marks nothing:
    whoever gathers it must refuse the plan.
    """
    claims = claims or claims_of(inventory, policy, now)
    buckets = buckets_of(inventory)
    for run in inventory.runs.values():
        claim = claims.of(run.id)
        if claim is not None and run.root:
            yield from run_marks(run, places_in(buckets, run.root), claim, policy.kinds)
    for artifact in inventory.artifacts:
        if artifact.uri:
            yield from artifact_marks(artifact, places_in(buckets, artifact.uri), claims)
    for pin in inventory.pins:
        yield from _pin_marks(pin, buckets)


def buckets_of(inventory: Inventory) -> tuple[str, ...]:
    """Names of the buckets that hold a root or logs."""
    found: dict[str, None] = {}
    for uri in (*inventory.roots, *(layout.bucket for layout in inventory.logs)):
        places = places_of(uri, ())
        found |= dict.fromkeys(place.bucket for place in places[:1]) if isinstance(places, tuple) else {}
    return tuple(found)


def places_in(buckets: Collection[str], uri: str) -> Sequence[Place]:
    """Its places in our buckets. Names of buckets are small letters: a URI with large ones can mean no other."""
    places = places_of(uri, buckets)
    if not isinstance(places, tuple):
        return ()
    if len(places) == 1 and places[0].bucket in buckets:
        return places
    return [
        place if place.bucket in buckets else Place(place.bucket.lower(), place.path)
        for place in places
        if place.bucket in buckets or place.bucket.lower() in buckets
    ]


def _pin_marks(pin: Pin, buckets: Collection[str]) -> Iterator[tuple[str, Mark]]:
    """Of a URI. A run's pin speaks by the run's claim."""
    if "://" in pin.target:
        reason: Reason = "served" if pin.by.lower().startswith(_SERVED) else "pinned"
        for place in places_in(buckets, pin.target):
            yield place.bucket, Mark(place.path, "pin", False, "live", reason, pin.name or pin.by)
