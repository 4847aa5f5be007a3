"""Which models in use are, hold, or lie inside an artifact: what users pinned, marked, or serve, laid beside artifacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kfpops.knowledge.model_use import Use
from kfpops.model.lineage import Artifact

How: TypeAlias = Literal["id", "exact", "inside", "holds"]

_ORDER: tuple[How, ...] = ("id", "exact", "inside", "holds")
# Schemes that name one S3-compatible store: KFP writes minio://, KServe reads s3://, Hadoop's tools have names of their own.
_ALIASES = {"minio": "s3", "s3a": "s3", "s3n": "s3"}


@dataclass(frozen=True, slots=True)
class ModelInUse:
    """A use, and the artifacts it matches in the best way that any of them does.

    `id`: it names the artifact · `exact`: the same place · `inside`: it lies below the artifact · `holds`: it is a
    directory in which the artifact lies.
    """

    use: Use
    how: How
    artifacts: tuple[str, ...]


def models_in_use(uses: Iterable[Use], artifacts: Mapping[str, Artifact]) -> tuple[ModelInUse, ...]:
    """The uses that match any of these artifacts (by id), sure matches first."""
    wanted = tuple(uses)
    if not wanted:
        return ()
    places = _Places.of(artifacts.values())
    found = [m for use in wanted if (m := _match(use, artifacts, places)) is not None]
    return tuple(sorted(found, key=lambda m: (_ORDER.index(m.how), m.use.kind, m.use.namespace, m.use.name, m.use.source)))


def plain_uri(uri: str) -> str:
    """A URI as it is compared: schemes of one store are one, no query, no slash at its end. "" for what is no URI.

    Only the scheme is read without regard to case: buckets and keys differ in it.
    """
    scheme, found, rest = uri.strip().partition("://")
    rest = rest.partition("?")[0].rstrip("/")
    scheme = scheme.lower()
    return f"{_ALIASES.get(scheme, scheme)}://{rest}" if found and rest else ""


@dataclass(frozen=True, slots=True)
class _Places:
    """Artifact ids by plain URI, and by every directory above it."""

    at: Mapping[str, Sequence[str]]
    below: Mapping[str, Sequence[str]]

    @staticmethod
    def of(artifacts: Iterable[Artifact]) -> _Places:
        at: dict[str, list[str]] = {}
        below: dict[str, list[str]] = {}
        for artifact in artifacts:
            place = plain_uri(artifact.uri)
            if place:
                at.setdefault(place, []).append(artifact.id)
                for above in _above(place):
                    below.setdefault(above, []).append(artifact.id)
        return _Places(at, below)


def _above(place: str) -> Iterator[str]:
    """The directories above, the nearest first; the last is the bucket."""
    root = place.index("://") + 3
    end = place.rfind("/", root)
    while end > root:
        yield place[:end]
        end = place.rfind("/", root, end)


def _match(use: Use, artifacts: Mapping[str, Artifact], places: _Places) -> ModelInUse | None:
    if named := tuple(i for i in use.artifacts if i in artifacts):
        return ModelInUse(use, "id", named)
    target = plain_uri(use.target)
    if not target:
        return None
    if target in places.at:
        return ModelInUse(use, "exact", tuple(places.at[target]))
    for above in _above(target):
        if above in places.at:
            return ModelInUse(use, "inside", tuple(places.at[above]))
    return ModelInUse(use, "holds", tuple(places.below[target])) if target in places.below else None
