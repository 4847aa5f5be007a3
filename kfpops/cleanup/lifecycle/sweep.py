"""Which rules cover which live places: one pass over all places, in memory that does not grow with them."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kfpops.cleanup.lifecycle.place import Breaks, LivePlace
from kfpops.cleanup.lifecycle.rules import covers, expires, expiry
from kfpops.model.bucket import LifecycleRule

MOST = 20
"""So many places of a group are remembered, those that expire first: these are looked at in the bucket."""


@dataclass(frozen=True, slots=True)
class BucketRules:
    """`coming`: rules that KFP will write at its next profile sync, which are not there yet. `versioned`: deleting puts
    markers, and old versions stay."""

    bucket: str
    rules: tuple[LifecycleRule, ...]
    coming: tuple[LifecycleRule, ...] = ()
    versioned: bool = False


class GroupKey(NamedTuple):
    """`rule` is its number in `rules`, then in `coming`."""

    bucket: str
    rule: int
    breaks: Breaks


@dataclass(slots=True)
class Group:
    """What a rule would break in the same way: how many places, and those that would be the first."""

    rule: LifecycleRule
    coming: bool
    places: int = 0
    _first: list[tuple[float, int, LivePlace]] = field(default_factory=list)

    def add(self, place: LivePlace, at: float | None) -> None:
        """What is unknown is remembered before what is known: only a look can tell."""
        self.places += 1
        rank = (float("inf") if at is None else -at, -self.places, place)
        if len(self._first) < MOST:
            heapq.heappush(self._first, rank)
        else:
            heapq.heappushpop(self._first, rank)

    @property
    def first(self) -> tuple[LivePlace, ...]:
        return tuple(place for _, _, place in sorted(self._first, reverse=True))


def sweep(places: Iterable[LivePlace], buckets: Sequence[BucketRules]) -> Mapping[GroupKey, Group]:
    """Each place counts for the rule that would delete it first. A tagged object is nobody's here: KFP tags none."""
    groups: dict[GroupKey, Group] = {}
    by_name = {b.bucket: _expiring(b) for b in buckets}
    for place in places:
        found = _earliest(place, by_name.get(place.bucket, ()))
        if found is None:
            continue
        (number, rule, coming), at = found
        key = GroupKey(place.bucket, number, place.breaks)
        if key not in groups:
            groups[key] = Group(rule, coming)
        groups[key].add(place, at)
    return groups


_Numbered = tuple[int, LifecycleRule, bool]


def _expiring(bucket: BucketRules) -> tuple[_Numbered, ...]:
    """Those that may delete a live object, the shortest first. A rule that KFP will write takes the place of all others,
    but until then these hold."""
    present = [(n, r, False) for n, r in enumerate(bucket.rules)]
    coming = [(n, r, True) for n, r in enumerate(bucket.coming, len(bucket.rules))]
    return tuple(one for one in (*present, *coming) if expires(one[1]) and not one[1].tags)


def _earliest(place: LivePlace, rules: Iterable[_Numbered]) -> tuple[_Numbered, float | None] | None:
    # Of a place of unknown age the shortest rule counts, whatever the age.
    since = 0.0 if place.since is None else place.since
    fits = [(end, one) for one in rules if covers(one[1], place.path) and (end := expiry(one[1], since)) is not None]
    if not fits:
        return None
    end, one = min(fits, key=lambda fit: fit[0])
    return one, None if place.since is None else end
