"""What was gathered to explain the cache of one run: its steps, what they were taken from or are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from kfpops.cache.step import Step
from kfpops.model.diagnosis import Source
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import Artifact, Execution
from kfpops.model.stored_object import StoredObject

RunState: TypeAlias = Literal["there", "gone", "unknown"]
"""Whether KFP's API has a run: with a run that is deleted its cache entries go."""


@dataclass(frozen=True, slots=True)
class ObjectState:
    """`about` is None for a folder, and for what is not there."""

    state: Literal["present", "gone", "unknown"]
    about: StoredObject | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What ran before a step that was no hit, the newest first.

    `equal` has the same fingerprint, in whatever pipeline. `nearest` is what the step is compared with. `seen` counts the
    earlier executions of its pipeline and task that were looked at, `plain` those among them without a fingerprint.
    """

    equal: tuple[Step, ...] = ()
    nearest: Step | None = None
    seen: int = 0
    plain: int = 0


@dataclass(frozen=True, slots=True)
class CacheFacts:
    """`origins`: of a hit (by its execution's id) what it was taken from, the last one being what really ran.

    `steps`: of each task asked for the last attempt; `attempts` counts them all, by that one's id. `around`: every container
    and importer execution of the run. `unstarted`: paths of container tasks without an execution; `closed`: for those among
    them that a condition kept from running, the path of the DAG whose condition was false. `imports`: the importer
    execution of an artifact that was imported. Objects are known by their URIs, runs and artifacts by their ids. `complete`
    False: a capture of single runs, so that what is not here may exist all the same.
    """

    run_id: str
    run_name: str
    namespace: str
    source: Source
    now: datetime
    complete: bool = True
    steps: tuple[Step, ...] = ()
    around: tuple[Step, ...] = ()
    attempts: Mapping[str, int] = field(default_factory=dict)
    unstarted: tuple[str, ...] = ()
    closed: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    earlier: Mapping[str, Earlier] = field(default_factory=dict)
    artifacts: Mapping[str, Artifact] = field(default_factory=dict)
    objects: Mapping[str, ObjectState] = field(default_factory=dict)
    imports: Mapping[str, Execution] = field(default_factory=dict)
    run_states: Mapping[str, RunState] = field(default_factory=dict)
    against: str = ""
    missing: tuple[NotChecked, ...] = ()
