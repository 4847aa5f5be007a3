"""The status of an installation: its parts with their versions, and what may be read."""

from __future__ import annotations

from dataclasses import dataclass

from kfpops.model.diagnosis import Source
from kfpops.model.installation import Part
from kfpops.model.lineage import LineageHealth


@dataclass(frozen=True, slots=True)
class Access:
    """Whether a source can be read: `why` not, what its absence `costs`, and the right it `needs` in RBAC's words."""

    source: str
    readable: bool
    costs: str
    why: str = ""
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """`lineage` None: there is no lineage store, or it did not answer; the part "Lineage" says which."""

    source: Source
    namespace: str
    kfp_namespace: str
    parts: tuple[Part, ...]
    access: tuple[Access, ...]
    lineage: LineageHealth | None = None
