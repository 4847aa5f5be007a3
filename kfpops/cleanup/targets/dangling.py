"""The dangling audit: artifacts that something needs, and of which no byte is left.

The merge of marks and listing finds them by the way (`Judged.missed`). They are candidates: a key that a listing does not
tell is no proof that it is not there.
"""

from __future__ import annotations

from typing import Final

from kfpops.cleanup.inventory import ArtifactFact
from kfpops.cleanup.mark import Mark

_NO_BYTES: Final = frozenset({"system.Metrics", "system.ClassificationMetrics", "system.SlicedClassificationMetrics"})
"""Types whose values are the row itself: KFP gives them a URI, and no object (seen on 2.17)."""

_THERE: Final = frozenset({"", "LIVE", "UNKNOWN", "REFERENCE"})
"""States of ML Metadata in which an artifact should have its bytes; PENDING may not have them yet."""


def has_bytes(artifact: ArtifactFact) -> bool:
    """Whether something should lie at its URI. Types of Vertex AI (`google.…Metrics`) are like those of KFP."""
    metric = artifact.type in _NO_BYTES or (artifact.type.startswith("google.") and artifact.type.endswith("Metrics"))
    return bool(artifact.uri) and not metric and artifact.state in _THERE


def is_candidate(mark: Mark) -> bool:
    """Whether it is worth a look that nothing was listed at a mark: a live artifact's."""
    return mark.kind == "artifact" and not mark.goes and mark.label == "live" and not mark.empty
