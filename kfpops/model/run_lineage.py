"""What the lineage store holds of one run: all its executions, their events, and the artifacts they touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kfpops.model.lineage import Artifact, Event, Execution


@dataclass(frozen=True, slots=True)
class RunLineage:
    """`origins` maps the executions (of other runs) whose outputs were taken from the cache to those runs' ids."""

    executions: tuple[Execution, ...] = ()
    events: tuple[Event, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
