"""What an impact tells: the runs, steps, artifacts and cache hits that descend from something, and what that would cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from kfpops.lineage.graph import Graph
from kfpops.lineage.impact.models_in_use import ModelInUse
from kfpops.lineage.impact.reached import Reached
from kfpops.lineage.impact.recompute import Recompute
from kfpops.model.diagnosis import Source, State
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import Artifact, Execution, Place


@dataclass(frozen=True, slots=True)
class AffectedRun:
    """`name` is "" when KFP does not tell it, `deleted` None when it was not asked.

    `distance` and `via` are those of its nearest step. `tasks` counts its steps that descend, `cached` those of them that
    were taken from the cache.
    """

    run_id: str
    name: str
    pipeline: str
    namespace: str
    state: State
    deleted: bool | None
    created_at: datetime | None
    distance: int
    via: str
    tasks: int
    cached: int

    @property
    def running(self) -> bool:
        return self.state in ("running", "waiting")


@dataclass(frozen=True, slots=True)
class AffectedTask:
    """A step. `reached.reused`: it only took an artifact over, and what else it put out does not descend."""

    execution: Execution
    place: Place
    reached: Reached


@dataclass(frozen=True, slots=True)
class AffectedArtifact:
    """`run_id`: of its producer, "" when that is not known. At distance 0 it is the start's own object under another id.

    `is_log`: the log of a step, which KFP keeps as an artifact.
    """

    artifact: Artifact
    reached: Reached
    run_id: str
    is_log: bool = False

    @property
    def is_model(self) -> bool:
        """By its type: system.Model, google.VertexModel, and types of one's own that end so."""
        return self.artifact.type.rpartition(".")[2].endswith("Model")


@dataclass(frozen=True, slots=True)
class CachedStep:
    """`origin_id` is the execution that really ran; `origin` its place, empty when it is not known."""

    execution: Execution
    place: Place
    reached: Reached
    origin_id: str
    origin: Place


@dataclass(frozen=True, slots=True)
class Impact:
    """Lists hold what descends, without the start itself; nearest first. `start`: node ids.

    `of_start` counts the start's own steps in `recompute`: a run that goes must be made again itself.
    """

    source: Source
    start: tuple[str, ...]
    graph: Graph
    runs: tuple[AffectedRun, ...]
    tasks: tuple[AffectedTask, ...]
    artifacts: tuple[AffectedArtifact, ...]
    cached: tuple[CachedStep, ...]
    models: tuple[ModelInUse, ...]
    recompute: Recompute
    of_start: int = 0
    truncated: bool = False
    left: int = 0
    not_checked: tuple[NotChecked, ...] = ()

    @property
    def pipelines(self) -> tuple[str, ...]:
        """Names of the pipelines of the runs, those with most runs first; "" for runs whose pipeline is not known."""
        counted = Counter(run.pipeline for run in self.runs)
        return tuple(sorted(counted, key=lambda name: (-counted[name], name)))

    @property
    def objects(self) -> int:
        """Artifacts of one URI are one object; one without a URI is a thing of its own."""
        return len({a.artifact.uri or (a.artifact.id,) for a in self.artifacts})

    @property
    def model_artifacts(self) -> int:
        return sum(a.is_model for a in self.artifacts)
