"""Do two artifacts hold the same? Told by their ids, their URIs, their objects' ETag and size, or by nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kfpops.lineage.diff.values import Change, changes, same
from kfpops.model.lineage import Artifact
from kfpops.model.stored_object import StoredObject

Content: TypeAlias = Literal["same-id", "same-uri", "same-content", "changed", "unknown", "only-a", "only-b"]
SAME: frozenset[Content] = frozenset({"same-id", "same-uri", "same-content"})
Objects: TypeAlias = Mapping[str, StoredObject | None]
"""By URI; None: the store has no object of exactly this key. URIs that were not asked for are missing."""

# KFP's launcher adds the log of every step as an output of this name: it never repeats, and says nothing of the data.
LOGS = "executor-logs"


@dataclass(frozen=True, slots=True)
class PortDiff:
    """What A and B have at one port. `place` counts the artifacts of a list from 0. `properties`: users' own that differ."""

    port: str
    content: Content
    a: Artifact | None = None
    b: Artifact | None = None
    place: int = 0
    properties: tuple[Change, ...] = ()


def is_metrics(artifact: Artifact) -> bool:
    """Metrics are their properties: KFP gives them a URI, but writes no object there."""
    return "metric" in artifact.type.lower()


def compare(a: Artifact, b: Artifact, objects: Objects) -> Content:
    """The first proof counts: the same id, the same URI, equal properties (of metrics), the same object."""
    if a.id == b.id:
        return "same-id"
    if is_metrics(a) and is_metrics(b):
        return "same-content" if same(dict(a.properties), dict(b.properties)) else "changed"
    if a.uri and a.uri == b.uri:
        return "same-uri"
    return _objects(objects.get(a.uri), objects.get(b.uri))


def must_be_asked(a: Artifact, b: Artifact) -> bool:
    """Whether only the object store can tell."""
    return bool(a.uri and b.uri) and compare(a, b, {}) == "unknown"


def _objects(a: StoredObject | None, b: StoredObject | None) -> Content:
    if a is None or b is None:
        return "unknown"
    if a.size is not None and b.size is not None and a.size != b.size:
        return "changed"
    if not a.etag or not b.etag or a.size is None or b.size is None:
        return "unknown"
    if a.etag == b.etag:
        return "same-content"
    # Of an upload in parts the ETag is no digest: it also depends on how the parts were cut.
    return "unknown" if "-" in a.etag + b.etag else "changed"


def ports(a: Sequence[tuple[str, Artifact]], b: Sequence[tuple[str, Artifact]], objects: Objects) -> tuple[PortDiff, ...]:
    """Port by port, and in lists place by place. `a`, `b`: pairs of port and artifact, in the order of their events."""
    in_a, in_b = _by_port(a), _by_port(b)
    found: list[PortDiff] = []
    for port in sorted({*in_a, *in_b} - {LOGS}):
        olds, news = in_a.get(port, []), in_b.get(port, [])
        for place in range(max(len(olds), len(news))):
            old = olds[place] if place < len(olds) else None
            new = news[place] if place < len(news) else None
            found.append(_port(port, place, old, new, objects))
    return tuple(found)


def _port(port: str, place: int, a: Artifact | None, b: Artifact | None, objects: Objects) -> PortDiff:
    if a is None or b is None:
        return PortDiff(port, "only-b" if a is None else "only-a", a, b, place)
    properties = () if is_metrics(a) and is_metrics(b) else changes(a.properties, b.properties)
    return PortDiff(port, compare(a, b, objects), a, b, place, properties)


def _by_port(pairs: Sequence[tuple[str, Artifact]]) -> dict[str, list[Artifact]]:
    found: dict[str, list[Artifact]] = {}
    for port, artifact in pairs:
        found.setdefault(port, []).append(artifact)
    return found
