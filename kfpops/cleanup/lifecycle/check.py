"""What the rules will break, and when: the sweep over all places, corrected by what was seen in the bucket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kfpops.cleanup.lifecycle.installation import Note
from kfpops.cleanup.lifecycle.place import ORDER, Breaks, LivePlace, Seen
from kfpops.cleanup.lifecycle.rules import DAY, covers_size, expiry
from kfpops.cleanup.lifecycle.sweep import BucketRules, Group, GroupKey
from kfpops.model.bucket import LifecycleRule

Sight = Mapping[tuple[str, str], Sequence[Seen]]
"""What a look into the bucket found of a place, by bucket and path; () where nothing lies, no entry where nobody looked."""


@dataclass(frozen=True, slots=True)
class Example:
    """One of the first places to go. `at`: when its first object goes; None: nobody knows. `measured`: by the objects."""

    path: str
    who: str
    at: float | None
    measured: bool


@dataclass(frozen=True, slots=True)
class Danger:
    """`places` live places would break in the same way by one rule, the first of them at `at` (None: nobody knows)."""

    bucket: str
    rule: LifecycleRule
    coming: bool
    breaks: Breaks
    places: int
    at: float | None
    examples: tuple[Example, ...]

    def days(self, now: float) -> float | None:
        """Until the first goes; negative when it should be gone already."""
        return None if self.at is None else (self.at - now) / DAY


@dataclass(frozen=True, slots=True)
class Check:
    """`dangers`: the soonest first. `gaps`: what could not be read, as sentences. `incomplete`: one of
    them is such that something in use may be missing here."""

    buckets: tuple[BucketRules, ...]
    dangers: tuple[Danger, ...]
    notes: tuple[Note, ...]
    places: int
    gaps: tuple[str, ...] = ()
    incomplete: bool = False

    @property
    def must_act(self) -> bool:
        return bool(self.dangers)


def dangers_of(groups: Mapping[GroupKey, Group], sight: Sight) -> tuple[Danger, ...]:
    """Where a look found nothing below a place (a metric without bytes), or nothing that the rule takes, it is no danger."""
    found = [danger for key, group in groups.items() if (danger := _danger(key, group, sight)) is not None]
    return tuple(sorted(found, key=_soonest))


def _soonest(danger: Danger) -> tuple[float, int, str, str]:
    at = float("inf") if danger.at is None else danger.at
    return (at, ORDER.index(danger.breaks), danger.bucket, danger.rule.id)


def _danger(key: GroupKey, group: Group, sight: Sight) -> Danger | None:
    found = [_example(place, group.rule, sight.get((place.bucket, place.path))) for place in group.first]
    # Several rows of the lineage store may name one place.
    examples = list({example.path: example for example in found if example}.values())
    spared = found.count(None)
    if spared == group.places:
        return None
    examples.sort(key=lambda e: (e.at is None, e.at or 0.0, e.path))
    known = [e.at for e in examples if e.at is not None]
    soonest = min(known, default=None)
    places = group.places - spared
    return Danger(key.bucket, group.rule, group.coming, key.breaks, places, soonest, tuple(examples))


def _example(place: LivePlace, rule: LifecycleRule, seen: Sequence[Seen] | None) -> Example | None:
    if seen is None:
        at = None if place.since is None else expiry(rule, place.since)
        return Example(place.path, place.who, at, measured=False)
    ends = [end for s in seen if covers_size(rule, s.size) and (end := expiry(rule, s.modified_at)) is not None]
    return Example(place.path, place.who, min(ends), measured=True) if ends else None
