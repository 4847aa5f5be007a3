"""Outputs of one run that several of its executions wrote to the same URI: only the last one's bytes are left.

Before KFP 2.4 every iteration of a loop got `<root>/<pipeline>/<run>/<task>/<output>` (kubeflow/pipelines #10186, mended by
#11243); and since ever a program can set an output's `uri` by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from kfpops.knowledge.execution_place import place_of
from kfpops.model.lineage import CACHED, Artifact, Execution, Place
from kfpops.model.run_lineage import RunLineage

LOGS = "executor-logs"
"""The output under which KFP ≥ 2.5 keeps a step's log: a retried step writes it again, and nobody reads it as data."""
# Their values are rows in ML Metadata: they have a URI but no object, so nothing can be overwritten.
NOT_STORED = frozenset({"system.Metrics", "system.ClassificationMetrics", "system.SlicedClassificationMetrics"})


@dataclass(frozen=True, slots=True)
class Writer:
    """`at` is when its outputs were recorded, right after they were written."""

    execution: Execution
    place: Place
    artifact: Artifact
    port: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class SharedOutput:
    """`writers` in the order in which they wrote: the last one's bytes are what is there."""

    uri: str
    writers: tuple[Writer, ...]

    @property
    def together(self) -> bool:
        """Whether some of them ran at the same time: then the order is chance."""
        spans = sorted((e.created_at, e.updated_at) for w in self.writers if (e := w.execution).created_at and e.updated_at)
        return any(a[1] > b[0] for a, b in pairwise(spans))


def shared_outputs(lineage: RunLineage) -> tuple[SharedOutput, ...]:
    """By URI. Attempts of one step are one writer, and what was taken from the cache was not written."""
    executions = {e.id: e for e in lineage.executions}
    artifacts = {a.id: a for a in lineage.artifacts}
    found: dict[str, dict[str, Writer]] = {}
    for event in lineage.events:
        execution, artifact = executions.get(event.execution_id), artifacts.get(event.artifact_id)
        if event.kind != "output" or event.port == LOGS or execution is None or artifact is None:
            continue
        if execution.kind != "container" or execution.state == CACHED or not artifact.uri or artifact.type in NOT_STORED:
            continue
        place = place_of(execution, executions)
        writer = Writer(execution, place, artifact, event.port, event.at or execution.updated_at)
        found.setdefault(artifact.uri, {})[f"{place.path}:{event.port}"] = writer
    shared = (SharedOutput(uri, _in_order(tuple(writers.values()))) for uri, writers in sorted(found.items()))
    return tuple(s for s in shared if len({w.artifact.id for w in s.writers}) > 1)


def _in_order(writers: Sequence[Writer]) -> tuple[Writer, ...]:
    return tuple(sorted(writers, key=lambda w: (w.at.timestamp() if w.at else 0.0, w.place.path)))
