"""The places in buckets that something needs: artifacts, roots of unfinished runs, pins, logs, pipeline specifications."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kfpops.cleanup.claims import Claims
from kfpops.cleanup.inventory import ArtifactFact, Inventory, LogLayout, Pin, RunFact
from kfpops.cleanup.lifecycle.place import Breaks, LivePlace
from kfpops.cleanup.places import Place, UnknownScheme, places_of
from kfpops.cleanup.targets.argo_logs import DEFAULT_FORMAT
from kfpops.cleanup.targets.dangling import has_bytes
from kfpops.cleanup.targets.run_artifacts import judge_artifact
from kfpops.cleanup.terms import PROTECTED

_WORKFLOW = "{{workflow.name}}"
_SAYS_STAY = frozenset({"tagged", "pinned"})


def live_places(inventory: Inventory, claims: Claims, buckets: Collection[str]) -> Iterator[LivePlace]:
    """All of them, one by one, in no order; what lies in other buckets than these, too. One pass over the artifacts."""
    for pin in inventory.pins:
        yield from _of_pin(pin, buckets)
    for artifact in inventory.artifacts:
        yield from _of_artifact(artifact, claims, buckets)
    for run in inventory.runs.values():
        yield from _of_run(run, claims, buckets)
        for layout in inventory.logs:
            yield from _of_logs(run, layout, claims, buckets)
    for bucket in sorted(buckets):
        yield LivePlace(bucket, PROTECTED, "specifications", "KFP")


def _of_pin(pin: Pin, buckets: Collection[str]) -> Iterator[LivePlace]:
    breaks: Breaks = (
        "served" if pin.by == "served" or pin.by.lower().startswith(("inferenceservice", "model registry")) else "pinned"
    )
    if "://" in pin.target:
        for place in _places(pin.target, buckets):
            yield LivePlace(place.bucket, place.path, breaks, pin.name or pin.by)


def _of_artifact(artifact: ArtifactFact, claims: Claims, buckets: Collection[str]) -> Iterator[LivePlace]:
    if not has_bytes(artifact):
        return
    goes, label, reason, who, _ = judge_artifact(artifact, claims)
    if goes or label != "live":
        return
    breaks: Breaks = "kept"
    if reason in _SAYS_STAY:
        breaks = "pinned"
    elif reason == "run-unfinished":
        breaks = "unfinished"
    elif _may_be_hit(artifact, claims):
        breaks = "cache"
    for place in _places(artifact.uri, buckets):
        yield LivePlace(place.bucket, place.path, breaks, _run(who, claims), artifact.created_at)


def _may_be_hit(artifact: ArtifactFact, claims: Claims) -> bool:
    producer = artifact.producer
    run = claims.find(producer.run_id) if producer and producer.complete and producer.fingerprint else None
    return run is not None and run.caches


def _of_run(run: RunFact, claims: Claims, buckets: Collection[str]) -> Iterator[LivePlace]:
    """Of an unfinished run all below its root: what it has written is no artifact yet. Of others their artifacts tell."""
    if run.root and not run.finished:
        for place in _places(run.root, buckets):
            yield LivePlace(place.bucket, place.path, "unfinished", _run(run.id, claims), run.created_at)


def _of_logs(run: RunFact, layout: LogLayout, claims: Claims, buckets: Collection[str]) -> Iterator[LivePlace]:
    """The folder of the workflow's logs; the text before it where a date or a pod comes first."""
    claim = claims.of(run.id)
    if not run.workflow or claim is None or claim.goes:
        return
    before, named, _ = (layout.key_format or DEFAULT_FORMAT).partition(_WORKFLOW)
    stem = before.replace("{{workflow.namespace}}", run.namespace)
    path = f"{stem.partition('{{')[0]}{run.workflow if named and '{{' not in stem else ''}".rstrip("/")
    for place in _places(f"{layout.bucket.rstrip('/')}/{path}", buckets):
        yield LivePlace(place.bucket, place.path, "logs", _run(run.id, claims), run.created_at)


def _run(id: str, claims: Claims) -> str:
    """`run train-7 (3e42…)`, as far as it is known; a pin or a tag as it is."""
    run = claims.find(id)
    return f"run {run.name or run.id}" + (f" ({run.id[:8]})" if run.name else "") if run else id


def _places(uri: str, buckets: Collection[str]) -> tuple[Place, ...]:
    """Where KFP reads it; nothing for what leads elsewhere, or nowhere that is known."""
    found = places_of(uri, buckets)
    return () if isinstance(found, UnknownScheme) else found[:1]
