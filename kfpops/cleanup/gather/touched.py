"""Which runs have anything to do with the roots that are cleaned: a run that has not is never deleted in KFP for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kfpops.cleanup.gather.look import Look
from kfpops.cleanup.inventory import ArtifactFact
from kfpops.cleanup.marks import places_in


def touching(look: Look, ids: Collection[str]) -> frozenset[str]:
    """Those whose own root, or the place of any artifact that they use, is a root, lies below one, or encloses one."""
    if not ids:
        return frozenset()
    roots = {opened.name: look.terms(opened).roots for opened in look.buckets}
    wanted = frozenset(ids)
    found = {id for id in wanted if _meets(look.inventory.runs[id].root, roots)}
    for artifact in look.inventory.artifacts:
        users = [id for id in _users(look, artifact) if id in wanted and id not in found]
        if users and _meets(artifact.uri, roots):
            found.update(users)
    return frozenset(found)


def _users(look: Look, artifact: ArtifactFact) -> set[str]:
    named = [use.run_id for use in artifact.uses]
    if artifact.producer:
        named.append(artifact.producer.run_id)
    return {run.id for id in named if (run := look.claims.find(id)) is not None}


def _meets(uri: str, roots: Mapping[str, Collection[str]]) -> bool:
    places = places_in(tuple(roots), uri) if uri else ()
    return any(_overlap(f"{place.path}/", f"{root}/") for place in places for root in roots[place.bucket])


def _overlap(one: str, other: str) -> bool:
    """Of paths that end in `/`; `/` is the whole bucket."""
    return "/" in (one, other) or one.startswith(other) or other.startswith(one)
