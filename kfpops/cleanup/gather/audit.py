"""The dangling audit: a listing told nothing at an artifact's URI; whether its bytes are really gone is asked one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from kfpops.cleanup.batches import batches
from kfpops.cleanup.gather.buckets import Opened
from kfpops.cleanup.inventory import ArtifactFact, Inventory
from kfpops.cleanup.places import Place, UnknownScheme, places_of
from kfpops.cleanup.plan.summary import Dangling
from kfpops.ports import Bucket

_AT_ONCE = 8
_MOST = 1000


def look_again(missed: Collection[str], inventory: Inventory, buckets: Sequence[Opened]) -> tuple[Dangling, ...]:
    """Those of the missed artifacts whose bytes are gone; what the cache may hand out comes first.

    A key that a listing left out is no proof: the object is asked for by HEAD, and what lies below by a listing of its own.
    """
    if not missed:
        return ()
    by_name = {opened.name: opened.bucket for opened in buckets}
    rows = (artifact for artifact in inventory.artifacts if artifact.id in missed)
    found: list[Dangling] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for some in batches(rows, _MOST):
            gone = pool.map(partial(_is_gone, by_name), [artifact.uri for artifact in some])
            found += [_dangling(artifact, inventory) for artifact, is_gone in zip(some, gone) if is_gone]
    return tuple(sorted(found, key=lambda d: (not d.cached, -d.users, d.uri, d.id)))


def _is_gone(buckets: dict[str, Bucket], uri: str) -> bool:
    places = places_of(uri, buckets)
    return not isinstance(places, UnknownScheme) and bool(places) and not any(_is_there(buckets, place) for place in places)


def _is_there(buckets: dict[str, Bucket], place: Place) -> bool:
    bucket = buckets.get(place.bucket)
    if bucket is None or not place.path:
        return True
    return bucket.head(place.path) is not None or any(len(page) > 0 for page in bucket.pages(f"{place.path}/"))


def _dangling(artifact: ArtifactFact, inventory: Inventory) -> Dangling:
    made = artifact.producer
    maker = inventory.runs.get(made.run_id) if made else None
    users = {use.run_id for use in artifact.uses if (run := inventory.runs.get(use.run_id)) is not None and run.known}
    return Dangling(
        id=artifact.id,
        uri=artifact.uri,
        run_id=made.run_id if made else "",
        task=made.task if made else "",
        cached=bool(made and made.complete and made.fingerprint and maker is not None and maker.caches),
        users=len(users),
    )
