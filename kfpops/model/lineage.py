"""What ran, on what, and what came out: the nouns of ML Metadata (MLMD) and of the KFP API that replaces it.

Ids are the back end's own, as text: numbers in MLMD, UUIDs in KFP's own API. Nothing may read a meaning into them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"

ExecutionKind: TypeAlias = Literal["container", "dag", "importer", "other"]
EventKind: TypeAlias = Literal["input", "output"]

LIVE = "LIVE"
MARKED = "MARKED_FOR_DELETION"
DELETED = "DELETED"
"""States of an artifact. KFP writes LIVE, and looks at no other when it takes an artifact from its cache."""

CACHED = "CACHED"
COMPLETE = "COMPLETE"
FAILED = "FAILED"
CANCELED = "CANCELED"
"""Not triggered: its condition was false."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """`uri` is "" when the store has none; a directory's URI is a prefix. `name` is its display name, often the output's.

    `properties` is what users recorded (metadata, metrics), without KFP's own `display_name` and `store_session_info`.
    """

    id: str
    type: str
    uri: str = ""
    name: str = ""
    state: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    properties: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of a task. `task` is its name in the IR; `parent_id` the DAG execution around it.

    `state` is MLMD's word: NEW, RUNNING, COMPLETE, FAILED, CACHED, CANCELED (not triggered). RUNNING proves nothing: an
    executor that was killed leaves it behind. `cached_from` is the execution whose outputs it took. `run_id` is known for
    the root DAG of a run, for others only where the back end tells; "" else.
    """

    id: str
    type: str
    kind: ExecutionKind = "other"
    state: str = ""
    task: str = ""
    name: str = ""
    parent_id: str = ""
    iteration: int | None = None
    fingerprint: str = ""
    cached_from: str = ""
    run_id: str = ""
    namespace: str = ""
    image: str = ""
    pod: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    inputs: Mapping[str, JsonValue] = field(default_factory=dict)
    outputs: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """An artifact went into, or came out of, an execution. `port` is the input's or output's name."""

    artifact_id: str
    execution_id: str
    kind: EventKind
    port: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an execution belongs. `path` joins task names by `/`, an iteration stands behind its loop:
    `for-loop-2[3]/train`. `task_path` is the same without iterations: what equal steps have in common.
    """

    run_id: str = ""
    path: str = ""
    task_path: str = ""


@dataclass(frozen=True, slots=True)
class RunContext:
    """What the lineage store knows of a run. `root` is where its artifacts lie, without what stands behind a `?`."""

    run_id: str
    pipeline: str = ""
    namespace: str = ""
    root: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PropertyTest:
    """`accuracy>0.9`: numbers are compared as numbers, texts with = and != only."""

    name: str
    operator: Literal["=", "!=", "<", "<=", ">", ">="]
    value: float | str


@dataclass(frozen=True, slots=True)
class ArtifactQuery:
    """All that is set must hold. `type` may lack its `system.`; `name` is a part of the display name, case ignored."""

    type: str = ""
    name: str = ""
    uri_prefix: str = ""
    properties: tuple[PropertyTest, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExecutionQuery:
    """Container executions, newest first; all that is set must hold. `before`: created strictly before."""

    pipeline: str = ""
    task: str = ""
    fingerprint: str = ""
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class LineageHealth:
    """`back_end` is one of mlmd-grpc, mlmd-grpc-web, mlmd-database, kfp-api, bundle. `remedies` are SQL statements."""

    back_end: str
    address: str
    problems: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
