"""What the lineage store knows: of everything, or around single runs, as lines of `mlmd/*.jsonl`.

Around a run: its executions, the artifacts that they touched and others of the same URI, whatever else touched these, the
executions that cached ones were taken from, and the DAGs and runs around all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

import msgspec

from kfpops.capture.bundle import Gap
from kfpops.capture.entry import Entry, Part
from kfpops.capture.gather.live import gap_of
from kfpops.capture.lineage import FOLDER
from kfpops.errors import KfpopsError, NotFound
from kfpops.knowledge.execution_place import place_of
from kfpops.knowledge.mlmd_lines import artifact_line, event_line, execution_line, pipeline_line, run_line
from kfpops.model.lineage import Artifact, ArtifactQuery, Event, Execution, ExecutionQuery, JsonValue, RunContext
from kfpops.ports import Lineage

T = TypeVar("T", Artifact, Execution)

SOURCE = "lineage"
MOST = 20_000
"""So many artifacts are kept, and so many executions: some 40 MB."""


@dataclass(frozen=True, slots=True)
class Runs:
    """`asked`: the runs that a bundle is made of; empty: everything. `known`: those that KFP lists."""

    asked: tuple[str, ...] = ()
    known: tuple[str, ...] = ()


@dataclass
class _Found:
    """Filled step by step. `whole`: the only runs of which all executions are here; None: of all runs.

    `attributed`: ids of artifacts by run.
    """

    most: int
    whole: set[str] | None
    artifacts: dict[str, Artifact] = field(default_factory=dict)
    executions: dict[str, Execution] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    runs: dict[str, RunContext] = field(default_factory=dict)
    attributed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)

    def add(self, executions: Iterable[Execution]) -> None:
        self.executions |= {execution.id: execution for execution in executions}

    def at_most(self, what: str, things: Iterable[T]) -> dict[str, T]:
        """The first of the things by id; that there are more is a gap."""
        kept = list(islice(things, self.most + 1))
        if len(kept) > self.most:
            newest = ", the newest" if self.whole is None else ""
            self.gaps.append(Gap(f"{what} of the {SOURCE}", f"only {self.most} {what} are kept{newest}"))
        return {thing.id: thing for thing in kept[: self.most]}


def read_lineage(lineage: Lineage, scope: Runs, say: Callable[[str], object], most: int = MOST) -> Iterator[Part]:
    """Files and gaps. An error of the store is one gap, and there are no files then."""
    say("lineage")
    found = _Found(most, set(scope.asked) or None)
    try:
        if scope.asked:
            _begin_with(lineage, found, scope.asked)
        else:
            _begin_with_all(lineage, found, scope.known)
        _complete(lineage, found, say)
    except KfpopsError as error:
        yield gap_of(SOURCE, error)
        return
    yield from found.gaps
    yield from _files(found)


def _begin_with_all(lineage: Lineage, found: _Found, known: Sequence[str]) -> None:
    """Containers are found by a search; DAGs and importers that touched nothing only in their runs."""
    found.artifacts = found.at_most("artifacts", lineage.find_artifacts(ArtifactQuery()))
    found.executions = found.at_most("executions", lineage.find_executions(ExecutionQuery()))
    for run_id in known:
        if len(found.executions) >= found.most:
            return
        with suppress(NotFound):
            found.add(lineage.executions_of_run(run_id))


def _begin_with(lineage: Lineage, found: _Found, runs: Sequence[str]) -> None:
    for run_id in runs:
        try:
            found.add(lineage.executions_of_run(run_id))
        except NotFound as error:
            found.gaps.append(gap_of(f"{SOURCE} of run {run_id}", error))
    touched = dict.fromkeys(e.artifact_id for e in lineage.events_of_executions(list(found.executions)))
    artifacts = lineage.artifacts(list(touched))
    siblings = lineage.artifacts_at(sorted({artifact.uri for artifact in artifacts if artifact.uri}))
    found.artifacts = found.at_most("artifacts", (*artifacts, *siblings))


def _complete(lineage: Lineage, found: _Found, say: Callable[[str], object]) -> None:
    """The events of the artifacts, and the executions, DAGs and runs that they lead to."""
    say(f"events of {len(found.artifacts)} artifacts")
    near = dict.fromkeys(e.execution_id for e in lineage.events_of_artifacts(list(found.artifacts)))
    wanted = [id for id in near if id not in found.executions]
    room = max(0, found.most - len(found.executions))
    if len(wanted) > room:
        found.gaps.append(
            Gap(f"other executions of the {SOURCE}", f"{len(wanted) - room} that touched these artifacts are left out")
        )
    found.add(lineage.executions(wanted[:room]))
    _add_around(lineage, found)
    say(f"events of {len(found.executions)} executions")
    events = lineage.events_of_executions(sorted(found.executions, key=_order))
    found.events = [event for event in events if event.artifact_id in found.artifacts]
    roots = {execution.run_id for execution in found.executions.values() if execution.run_id}
    found.runs = {run.run_id: run for run in lineage.runs(sorted(roots | (found.whole or set())))}
    say(f"attributions of {len(found.runs)} runs")
    for run_id in found.runs if found.whole is None else found.runs.keys() & found.whole:
        found.attributed[run_id] = tuple(i for i in lineage.artifacts_of_run(run_id) if i in found.artifacts)


def _add_around(lineage: Lineage, found: _Found) -> None:
    """The DAGs around, up to the root, and what cached ones were taken from, to the end of the chain."""
    asked: set[str] = set()
    while True:
        around = {id for execution in found.executions.values() for id in (execution.parent_id, execution.cached_from) if id}
        missing = sorted(around - found.executions.keys() - asked)
        if not missing:
            return
        asked.update(missing)
        found.add(lineage.executions(missing))


def _files(found: _Found) -> Iterator[Entry]:
    names = sorted({run.pipeline for run in found.runs.values() if run.pipeline})
    pipelines = {name: str(number) for number, name in enumerate(names, 1)}
    runs = {run_id: str(number) for number, run_id in enumerate(sorted(found.runs), len(names) + 1)}
    yield _file("artifacts", [artifact_line(found.artifacts[id]) for id in sorted(found.artifacts, key=_order)])
    yield _file("executions", [execution_line(found.executions[id]) for id in sorted(found.executions, key=_order)])
    yield _file("events", [event_line(event) for event in found.events])
    rows = [pipeline_line(name, id) for name, id in pipelines.items()]
    yield _file("contexts", [*rows, *(run_line(found.runs[run_id], id) for run_id, id in runs.items())])
    parents = {id: pipelines[found.runs[run_id].pipeline] for run_id, id in runs.items() if found.runs[run_id].pipeline}
    yield _file("parent_contexts", [{"child_id": child, "parent_id": parent} for child, parent in parents.items()])
    attributed = ((runs[run_id], id) for run_id in sorted(found.attributed) for id in found.attributed[run_id])
    yield _file("attributions", [{"context_id": context, "artifact_id": id} for context, id in attributed])
    contexts = {run_id: tuple(filter(None, (parents.get(id, ""), id))) for run_id, id in runs.items()}
    yield _file("associations", list(_associations(found, contexts)))


def _associations(found: _Found, contexts: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, JsonValue]]:
    """Which executions belong to a run and its pipeline. Of runs of which only a part is here, the pipeline: else they would
    look whole.
    """
    for id in sorted(found.executions, key=_order):
        run_id = place_of(found.executions[id], found.executions).run_id
        known = contexts.get(run_id, ())
        for context in known if found.whole is None or run_id in found.whole else known[:-1]:
            yield {"context_id": context, "execution_id": id}


def _order(id: str) -> tuple[int, str]:
    """MLMD's ids are numbers; others sort as texts."""
    return (int(id), "") if id.isdecimal() else (0, id)


def _file(name: str, lines: Sequence[Mapping[str, JsonValue]]) -> Entry:
    body = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    return Entry(f"{FOLDER}/{name}.jsonl", body, f"{SOURCE}: {name}", len(lines))
