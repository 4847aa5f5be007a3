"""Which artifacts are pinned: by a URI of their own, of something below it, or of what encloses it; and which runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from kfpops.cleanup.inventory import Pin
from kfpops.cleanup.places import Place, UnknownScheme, places_of


@dataclass(frozen=True, slots=True)
class Pinned:
    """`targets`: as the pins name them, run ids among them. `at`: their places. `above`: all places that enclose one."""

    targets: frozenset[str]
    at: frozenset[Place]
    above: frozenset[Place]

    def holds(self, uri: str) -> bool:
        """Whether a pin is about what this URI names, or about a part of it."""
        if not self.at:
            return False
        places = places_of(uri, ())
        if isinstance(places, UnknownScheme):
            return uri in self.targets
        return any(place in self.above or not self.at.isdisjoint(_around(place)) for place in places)


def pinned_places(pins: Iterable[Pin], buckets: Collection[str] = ()) -> Pinned:
    """`buckets`: ours, into which web addresses may lead."""
    targets = frozenset(pin.target for pin in pins)
    at: set[Place] = set()
    for target in targets:
        places = places_of(target, buckets)
        at.update(() if isinstance(places, UnknownScheme) else places)
    return Pinned(targets, frozenset(at), frozenset(above for place in at for above in _around(place)))


def _around(place: Place) -> Iterator[Place]:
    """The place itself and all that enclose it, to the bucket."""
    path = place.path
    while path:
        yield Place(place.bucket, path)
        path = path.rpartition("/")[0]
    yield Place(place.bucket, "")
