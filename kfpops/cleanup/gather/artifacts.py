"""Every artifact of the lineage store with who uses it, read page by page and kept on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from kfpops.cleanup.batches import batches
from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.gather.lineage_runs import BATCH, LINEAGE, SeenRuns
from kfpops.cleanup.gather.owners import Owners, Placed
from kfpops.cleanup.gather.schemes import check_scheme
from kfpops.cleanup.gather.spill import Spilled, spill
from kfpops.cleanup.gather.uses import uses_in
from kfpops.cleanup.inventory import TAG, ArtifactFact, Pin, Producer, Use
from kfpops.cleanup.policy.policy import Policy
from kfpops.knowledge.producers import producer_of
from kfpops.knowledge.step_cost import own_seconds
from kfpops.model.lineage import CACHED, COMPLETE, Artifact, ArtifactQuery, Event, JsonValue
from kfpops.ports import Lineage

MOST_NOBODYS: Final = 100_000
"""Artifacts that something uses of which nobody knows the run: each is pinned, and pins are kept in memory."""

_Made: TypeAlias = "tuple[Producer, str, dict[str, int | float | str]]"
# What stands for bytes that are no UTF-8: the key itself cannot be told any more, only the folder above it.
_BROKEN = "\ufffd"
_FOREIGN = "Another program than KFP 2 seems to write into this lineage store: nobody can tell what it still needs."


class Draft(msgspec.Struct, frozen=True, array_like=True):
    """An artifact as the lineage store tells it; what only KFP knows is added later.

    `task_path` and `inputs` are its producer's: by them a pipeline tells how many accelerators the step asked for.
    """

    fact: ArtifactFact
    task_path: str = ""
    inputs: dict[str, int | float | str] = {}


@dataclass
class ReadArtifacts:
    """`nobodys`: pins of what executions use that belong to no run."""

    drafts: Spilled[Draft]
    nobodys: tuple[Pin, ...]


@dataclass
class Reading:
    """What it takes to read artifacts. `nobodys` are gathered by URI; of each of the `schemes` one URI was looked at."""

    lineage: Lineage
    owners: Owners
    policy: Policy
    runs: SeenRuns
    gaps: Gaps
    nobodys: dict[str, Pin] = field(default_factory=dict)
    schemes: set[str] = field(default_factory=set)
    most_nobodys: int = MOST_NOBODYS


def read_artifacts(reading: Reading, file: Path) -> ReadArtifacts:
    """All artifacts into `file`; `reading.runs` learn their tags and metrics, and runs that only events know of."""
    drafts = spill(_drafts(reading), Draft, file)
    return ReadArtifacts(drafts, tuple(reading.nobodys.values()))


def _drafts(reading: Reading) -> Iterator[Draft]:
    found = reading.gaps.stream(LINEAGE, partial(reading.lineage.find_artifacts, ArtifactQuery()))
    for batch in batches(found, BATCH):
        yield from reading.gaps.read(LINEAGE, partial(_of_batch, reading, batch), ())


def _of_batch(reading: Reading, artifacts: Sequence[Artifact]) -> Sequence[Draft]:
    of: dict[str, list[Event]] = {a.id: [] for a in artifacts}
    for event in reading.lineage.events_of_artifacts(list(of)):
        of[event.artifact_id].append(event)
    placed = reading.owners.of(e.execution_id for events in of.values() for e in events)
    return [_draft(reading, artifact, of[artifact.id], placed) for artifact in artifacts]


def _draft(reading: Reading, artifact: Artifact, events: Sequence[Event], executions: Mapping[str, Placed]) -> Draft:
    uses, nobodys = uses_in(events, executions)
    _check_uri(reading, artifact)
    if nobodys:
        _pin(reading, artifact.uri, f"execution {nobodys[0]} of no known run")
    _tell_runs(reading, artifact, uses)
    made = _producer(events, executions)
    producer, task_path, inputs = (None, "", {}) if made is None else made
    fact = ArtifactFact(
        id=artifact.id,
        uri=artifact.uri,
        type=artifact.type,
        state=artifact.state,
        created_at=artifact.created_at.timestamp() if artifact.created_at else None,
        updated_at=artifact.updated_at.timestamp() if artifact.updated_at else None,
        uses=uses,
        producer=producer,
        labels=_labels(artifact, reading.policy.labels | {TAG}),
    )
    return Draft(fact, task_path, inputs)


def _producer(events: Sequence[Event], executions: Mapping[str, Placed]) -> _Made | None:
    """Only a step of a pipeline makes anything: not an importer, nor one that took it from the cache."""
    known = {e.execution_id: executions[e.execution_id][0] for e in events if e.execution_id in executions}
    id = producer_of(events, known)
    execution, place = executions[id] if id else (None, None)
    if execution is None or place is None or execution.kind != "container" or execution.state == CACHED:
        return None
    producer = Producer(
        execution_id=execution.id,
        run_id=place.run_id,
        task=execution.task,
        fingerprint=execution.fingerprint,
        complete=execution.state == COMPLETE,
        seconds=own_seconds(execution),
    )
    inputs = {name: value for name, value in execution.inputs.items() if isinstance(value, int | float | str)}
    return producer, place.task_path, inputs


def _check_uri(reading: Reading, artifact: Artifact) -> None:
    if _BROKEN in artifact.uri:
        folder = artifact.uri.partition(_BROKEN)[0].rpartition("/")[0]
        _pin(reading, folder, f"artifact {artifact.id}, whose URI is no UTF-8")
    scheme, colon, _ = artifact.uri.lstrip().partition(":")
    if colon and "/" not in scheme and (scheme := scheme.lower()) not in reading.schemes:
        reading.schemes.add(scheme)
        check_scheme(artifact.uri, LINEAGE, f"artifact {artifact.id}", reading.policy, reading.gaps)


def _pin(reading: Reading, uri: str, why: str) -> None:
    if not uri or uri in reading.nobodys:
        return
    if len(reading.nobodys) < reading.most_nobodys:
        reading.nobodys[uri] = Pin(uri, LINEAGE, why)
    else:
        reading.gaps.tell(LINEAGE, f"more than {reading.most_nobodys:,} artifacts are used by nobody knows whom", _FOREIGN)


def _tell_runs(reading: Reading, artifact: Artifact, uses: Sequence[Use]) -> None:
    """A tag is of the run that made the artifact; a metric also of those that took it from the cache."""
    for use in uses:
        run = reading.runs.at(use.run_id)
        run.borrows = run.borrows or use.how != "made"
        if use.how == "made" and TAG in artifact.properties:
            run.tags[_text(artifact.properties[TAG])] = None
        if use.how in ("made", "cached"):
            for name in reading.policy.metrics & artifact.properties.keys():
                value = artifact.properties[name]
                if isinstance(value, int | float) and not isinstance(value, bool):
                    # The newest come first, and the newest holds.
                    run.metrics.setdefault(name, float(value))


def _labels(artifact: Artifact, wanted: frozenset[str]) -> dict[str, str]:
    return {name: _text(artifact.properties[name]) for name in sorted(wanted & artifact.properties.keys())}


def _text(value: JsonValue) -> str:
    """As somebody would write it in a policy: 7, not 7.0; true, not True."""
    match value:
        case str():
            return value
        case float() if value.is_integer():
            return str(int(value))
    return msgspec.json.encode(value).decode()
