"""What is known of runs, artifacts and their use at one moment: all that is judged by, beside the objects themselves.

Artifacts are many: `Inventory.artifacts` is iterated again and again, and reads from disk. Times are seconds since the
epoch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import msgspec

How: TypeAlias = Literal["made", "cached", "imported", "read", "attributed"]
"""made: its own task wrote it · cached: taken from the cache · imported · read: as an input · attributed: only an
attribution joins the two.
"""

TAG = "kfpops.io/keep"
"""Metadata of an artifact that tags its run (`model.metadata['kfpops.io/keep'] = 'release-3'`), and pins the artifact."""


class RunFact(msgspec.Struct, frozen=True, kw_only=True):
    """A run that KFP or the lineage store knows. `known`: KFP has it; else it was deleted there.

    `finished`: KFP's state is a final one. A run that only the lineage store knows counts as finished. `root` is the URI
    below which its outputs lie, "" when unknown. `failed`: a task of it failed, None when nobody tells. `caches`: entries
    of KFP's cache point at it. `metrics`: only those that the policy compares. `retryable`: KFP would let a user retry it,
    and then take the outputs of its finished tasks.
    """

    id: str
    known: bool
    finished: bool
    name: str = ""
    namespace: str = ""
    pipeline: str = ""
    experiment: str = ""
    recurring_run: str = ""
    state: str = ""
    workflow: str = ""
    root: str = ""
    created_at: float | None = None
    finished_at: float | None = None
    archived: bool = False
    failed: bool | None = None
    caches: bool = False
    retryable: bool = False
    tags: tuple[str, ...] = ()
    metrics: dict[str, float] = {}


def find_run(runs: Mapping[str, RunFact], run_id: str) -> RunFact | None:
    """The run of an id, whose letters may be large or small."""
    return runs.get(run_id) or runs.get(run_id.lower()) or runs.get(run_id.upper())


class Use(msgspec.Struct, frozen=True, array_like=True):
    """A run that has to do with an artifact."""

    run_id: str
    how: How


class Producer(msgspec.Struct, frozen=True):
    """The execution that wrote an artifact. `seconds` and `accelerators` are what it took; None when nobody knows."""

    execution_id: str
    run_id: str = ""
    task: str = ""
    fingerprint: str = ""
    complete: bool = False
    seconds: float | None = None
    accelerators: float | None = None


class ArtifactFact(msgspec.Struct, frozen=True, kw_only=True):
    """An artifact's row, and who uses it. `producer` None: no task of a pipeline wrote it (an importer's, or a foreign row).

    `updated_at` is what a compare-and-set of its state compares. `labels`: only the metadata that the policy looks at, and
    `TAG`. `size`: bytes below its URI, None until it was measured.
    """

    id: str
    uri: str
    type: str = ""
    state: str = ""
    created_at: float | None = None
    updated_at: float | None = None
    uses: tuple[Use, ...] = ()
    producer: Producer | None = None
    labels: dict[str, str] = {}
    size: int | None = None


class Pin(msgspec.Struct, frozen=True):
    """Something that must stay whatever the policy says. `target`: a URI, or a run id. `by`: pins file, label …"""

    target: str
    by: str
    name: str = ""


class LogLayout(msgspec.Struct, frozen=True):
    """Where Argo archives logs: a bucket's URI, and the key format of its configuration."""

    bucket: str
    key_format: str


class Gap(msgspec.Struct, frozen=True):
    """Something in-use knowledge lacks. `fatal`: a plan on it would be unsafe."""

    source: str
    why: str
    hint: str = ""
    fatal: bool = True


@dataclass(frozen=True, slots=True)
class Inventory:
    """`roots`: URIs of the pipeline roots that are cleaned, without a trailing `/`; everything else is somebody else's.

    `workflows_known`: every run's workflow name is known; else a log without a known owner may be a run's.
    `began_at`: when the reading began; what is younger was perhaps not seen.
    """

    began_at: float
    roots: tuple[str, ...]
    runs: Mapping[str, RunFact]
    artifacts: Iterable[ArtifactFact]
    pins: tuple[Pin, ...] = ()
    logs: tuple[LogLayout, ...] = ()
    workflows_known: bool = True
    gaps: tuple[Gap, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
