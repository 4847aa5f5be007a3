"""Asking why something stays, or what takes it: everything is gathered as for a plan, and one place is judged by it."""

from __future__ import annotations

import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from kfpops.cleanup.around import holds
from kfpops.cleanup.gather.buckets import Opened
from kfpops.cleanup.gather.look import Look, look_around
from kfpops.cleanup.gather.sorting import sorted_pages
from kfpops.cleanup.inventory import ArtifactFact
from kfpops.cleanup.live import judge, live
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.marks import marks_of
from kfpops.cleanup.places import Place, UnknownScheme, places_of
from kfpops.cleanup.plan.entry import Count
from kfpops.cleanup.policy.policy import Policy
from kfpops.cleanup.terms import Terms, ordered
from kfpops.cleanup.verdict import Verdict
from kfpops.cleanup.why.answer import Answer, Group, steps_of
from kfpops.errors import UsageError
from kfpops.ports import Bucket, Cluster

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NEAR = 3
_MOST_ARTIFACTS = 50


def why(cluster: Cluster, policy: Policy, uri: str, policy_name: str = "", pins_text: str = "") -> Answer:
    """`policy_name` is "" when the question is asked without a policy.

    Raises `UsageError` for what is no place in a bucket; what could not be read stands in the answer's `gaps`.
    """
    with tempfile.TemporaryDirectory(prefix="kfpops-why-") as name:
        look = look_around(cluster, policy, pins_text, Path(name))
        return replace(answer_of(cluster, look, uri, Path(name)), policy=policy_name)


def answer_of(cluster: Cluster, look: Look, uri: str, folder: Path) -> Answer:
    """The answer by what was gathered. `folder` takes what is sorted. Raises as `why` does."""
    place, opened = _place(cluster, look, uri)
    answer = _answer(look, opened, place, folder)
    return replace(answer, uri=uri, gaps=look.inventory.gaps)


def _place(cluster: Cluster, look: Look, uri: str) -> tuple[Place, Opened]:
    names = [opened.name for opened in look.buckets]
    places = places_of(uri, names)
    if isinstance(places, UnknownScheme) or not places or not places[0].path:
        raise UsageError(
            f"{uri} is no place in a bucket.", "Name an object or a folder: minio://mlpipeline/v2/artifacts/train/…"
        )
    ours = {opened.name: opened for opened in look.buckets}
    known = [place for place in places if place.bucket in ours and place.path]
    if known:
        # A URI may have several readings: the one that names an object is meant.
        there = (p for p in known if ours[p.bucket].bucket.head(p.path) is not None)
        place = next(there, known[0])
        return place, ours[place.bucket]
    place = places[0]
    assert cluster.bucket is not None
    bucket = cluster.bucket(uri)
    return place, Opened(place.bucket, f"{uri.partition('://')[0]}://{place.bucket}", bucket, bucket.clock().timestamp())


def _answer(look: Look, opened: Opened, place: Place, folder: Path) -> Answer:
    key, terms = place.path, look.terms(opened)
    marks = sorted(_marks(look, place), key=lambda mark: ordered(mark.path))
    around = [mark for mark in marks if holds(mark, key)]
    artifacts = _artifacts(look, place)
    found = opened.bucket.head(key)
    if found is not None:
        verdict = judge(found, around, terms)
        steps = steps_of(artifacts, _runs(key, around, verdict, look), around, look.claims)
        return Answer("", opened.name, key, "object", object=found, verdict=verdict, steps=steps)
    groups = _groups(opened.bucket, key, marks, terms, folder)
    if groups:
        runs = [run for group in groups for run in _runs(key, around, group.verdict, look)]
        artifacts += _artifacts(look, place, below=True)
        return Answer("", opened.name, key, "folder", groups=groups, steps=steps_of(artifacts, runs, around, look.claims))
    steps = steps_of(artifacts, (), around, look.claims)
    return Answer("", opened.name, key, "nothing", steps=steps, nearest=_nearest(opened.bucket, key))


def _marks(look: Look, place: Place) -> Iterator[Mark]:
    """Around the place, and below it."""
    for bucket, mark in marks_of(look.inventory, look.policy, look.now, look.claims):
        if bucket == place.bucket and (holds(mark, place.path) or mark.path.startswith(f"{place.path}/")):
            yield mark


def _artifacts(look: Look, place: Place, *, below: bool = False) -> list[ArtifactFact]:
    """Those that name the place, or a folder around it, the innermost first; or those `below` it, unless they are many."""
    found: list[tuple[int, ArtifactFact]] = []
    for artifact in look.inventory.artifacts:
        places = places_of(artifact.uri, (place.bucket,))
        if isinstance(places, UnknownScheme):
            continue
        for bucket, path in places:
            outer, inner = (place.path, path) if below else (path, place.path)
            if bucket == place.bucket and path and (outer == inner or inner.startswith(f"{outer}/")):
                found.append((-len(path), artifact))
                break
    if below and len(found) > _MOST_ARTIFACTS:
        return []
    return [artifact for _, artifact in sorted(found, key=lambda pair: pair[0])[:_MOST_ARTIFACTS]]


def _runs(key: str, around: Sequence[Mark], verdict: Verdict, look: Look) -> list[str]:
    """Ids of the runs whose place it is: as the verdict and the marks tell."""
    told = [verdict.who, *(mark.who for mark in around if mark.kind == "run"), *key.split("/")]
    return [who for who in told if who and (look.claims.of(who) is not None or (who == verdict.who and _ID.fullmatch(who)))]


def _groups(bucket: Bucket, key: str, marks: Sequence[Mark], terms: Terms, folder: Path) -> tuple[Group, ...]:
    """What a folder holds, by verdict. What stays is told by reason only."""
    counts: dict[Verdict, Counter[str]] = defaultdict(Counter)
    for judged in live(sorted_pages(bucket.pages(f"{key}/"), folder, []), marks, terms):
        for objects, size, verdict, _ in judged.groups:
            counts[verdict].update(objects=objects, bytes=size)
        for (label, reason), (objects, size) in judged.keeps.items():
            counts[Verdict(False, label, reason)].update(objects=objects, bytes=size)
    groups = [Group(verdict, Count(c["objects"], c["bytes"])) for verdict, c in counts.items()]
    return tuple(sorted(groups, key=lambda g: (-g.counted.objects, -g.counted.bytes, g.verdict)))


def _nearest(bucket: Bucket, key: str) -> tuple[str, ...]:
    """Keys like it in the innermost folder that holds anything."""
    parts = key.split("/")
    for depth in range(len(parts) - 1, -1, -1):
        folder = "/".join(parts[:depth]) + "/" if depth else ""
        names = list(bucket.folders(folder))
        names += [obj.key for obj in next(bucket.pages(folder), ()) if "/" not in obj.key[len(folder) :]]
        if names:
            wanted = folder + parts[depth]
            near = get_close_matches(wanted, names, n=_NEAR, cutoff=0.5)
            return tuple(near or ([folder] if folder else names[:_NEAR]))
    return ()
