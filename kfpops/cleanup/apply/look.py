"""The last look before a batch is deleted: whatever has begun to use something of it since it was judged keeps that.

It asks for exactly the batch: the rows of its artifacts, all others at the same URIs or around them, their events, the runs
of these; and once for all rows that are new since the judgement began, wherever they lead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, TypeAlias

from kfpops.cleanup.apply.job import Job
from kfpops.cleanup.apply.quiesce import is_final
from kfpops.cleanup.apply.record import Kept
from kfpops.cleanup.inventory import TAG, RunFact
from kfpops.cleanup.places import SAME, Place, UnknownScheme, places_of
from kfpops.cleanup.plan.entry import Entry
from kfpops.errors import NotFound, PlanRefused
from kfpops.knowledge.execution_place import ancestors_of, place_of
from kfpops.model.lineage import DELETED, LIVE, MARKED, Artifact, ArtifactQuery, Execution
from kfpops.ports import Lineage

Numbered: TypeAlias = tuple[int, Entry]
Why: TypeAlias = tuple[str, str]
"""A reason of `verdict.Reason`, and who."""

_MOST_NEW: Final = 100_000
_MOST_KNOWN: Final = 50_000


@dataclass(frozen=True, slots=True)
class Known:
    """What the entries were judged by. `given_up`: runs of which some rule gives up something.

    `gone`: those of `runs` that KFP did not have, also where they stand as they were before they were evicted. `newest`:
    the newest row of the lineage store before anything else was read; None of an empty store.
    """

    runs: Mapping[str, RunFact]
    gone: Collection[str]
    given_up: Collection[str]
    newest: Artifact | None

    def is_harmless(self, run_id: str) -> bool:
        """Whether a use by this run was weighed: KFP did not have it, or it had ended and a rule gave it up."""
        run = self.runs.get(run_id)
        return run is not None and (run_id in self.gone or (run.finished and run_id in self.given_up))


def same_uris(rows: Iterable[Artifact]) -> list[str]:
    """The URIs of these rows, by every name under which the same bytes are known."""
    uris: dict[str, None] = {}
    for row in rows:
        scheme, _, rest = row.uri.partition("://")
        if rest and scheme.lower() in SAME:
            uris |= dict.fromkeys(f"{other}://{rest}" for other in (scheme, *sorted(SAME)))
        elif row.uri:
            uris[row.uri] = None
    return list(uris)


def newest_row(lineage: Lineage) -> Artifact | None:
    return next(iter(lineage.find_artifacts(ArtifactQuery())), None)


def plain_uri(row: Artifact) -> str:
    """Its URI without the scheme."""
    return row.uri.partition("://")[2] or row.uri


def _nothing_around(batch: Sequence[Numbered]) -> Mapping[int, tuple[str, ...]]:
    return {}


@dataclass(slots=True)
class LastLook:
    """Call it with a batch. What it has learned of executions and deleted runs it does not ask again.

    `around`: ids of the rows whose places enclose entries, by number. A row that is used keeps all that lies in it.
    """

    job: Job
    known: Known
    around: Callable[[Sequence[Numbered]], Mapping[int, tuple[str, ...]]] = _nothing_around
    _new: dict[Place, str] = field(default_factory=dict)
    _new_ids: set[str] = field(default_factory=set)
    _parents: dict[str, Execution] = field(default_factory=dict)
    _deleted: set[str] = field(default_factory=set)

    def __call__(self, batch: Sequence[Numbered]) -> dict[int, Why]:
        """Why entries of the batch must stay, by number. Raises `PlanRefused` when KFP has a run that it did not list."""
        whys = self._by_rows(batch)
        self._read_new()
        for number, entry in batch if self._new else ():
            if number not in whys and (id := self._newcomer(entry)):
                whys[number] = ("attributed", f"artifact {id}")
        alive = self._unfinished({entry.who for _, entry in batch} & self.known.runs.keys())
        whys |= {n: ("run-unfinished", e.who) for n, e in batch if e.who in alive} if alive else {}
        self._confirm_unknown(batch)
        # Last of all: no store has a condition that says that a version must be an old one.
        return whys | self._by_versions([one for one in batch if one[1].kind == "versions" and one[0] not in whys])

    def _by_versions(self, batch: Sequence[Numbered]) -> dict[int, Why]:
        """Old versions, and markers on them, that are the current ones by now: somebody has deleted what was newer."""
        whys: dict[int, Why] = {}
        for (name, key), group in groupby(batch, key=lambda one: (one[1].bucket, one[1].key)):
            rows = [row for page in self.job.bucket(name).versions(key) for row in page if row.key == key]
            hides = any(not row.is_marker for row in rows)
            current = {row.version_id for row in rows if row.is_latest and (hides or not row.is_marker)}
            whys |= {number: ("current-version", entry.who) for number, entry in group if entry.version_id in current}
        return whys

    def _by_rows(self, batch: Sequence[Numbered]) -> dict[int, Why]:
        around = self.around(batch)
        own = {entry.artifact_id: None for _, entry in batch if entry.artifact_id}
        others = {id for many in around.values() for id in many if id not in own}
        ids = [*own, *sorted(others)]
        if not ids:
            return {}
        lineage = self.job.lineage()
        named = {row.id: row for row in lineage.artifacts(ids)}
        rows = {**named, **{row.id: row for row in lineage.artifacts_at(same_uris(named.values()))}}
        needed = self._needed(rows, self._uses(lineage, rows, others))
        whys: dict[int, Why] = {}
        for number, entry in batch:
            if entry.artifact_id and entry.artifact_id not in named:
                whys[number] = ("owner-unknown", f"artifact {entry.artifact_id}")
            elif needed:
                why = next((needed[id] for id in (entry.artifact_id, *around.get(number, ())) if id in needed), None)
                whys |= {number: why} if why else {}
        return whys

    def _needed(self, rows: Mapping[str, Artifact], uses: Mapping[str, Why]) -> dict[str, Why]:
        """Why rows are needed, by id, also those that are kept already. Those that are used now are written down as kept."""
        state = self.job.state
        used = {id: uses[plain_uri(row)] for id, row in rows.items() if plain_uri(row) in uses}
        new = tuple(id for id in used if id in state.marked and id not in state.kept_artifacts)
        if new:
            self.job.write(Kept((), self.job.now(), artifact_ids=new))
        return {id: ("attributed", f"artifact {id}") for id in rows if id in state.kept_artifacts} | used

    def _uses(self, lineage: Lineage, rows: Mapping[str, Artifact], others: Collection[str]) -> dict[str, Why]:
        """Places of which a row is LIVE again, or that something uses which was not weighed.

        `others`: rows that no entry names. Of these only the LIVE ones were marked: what else they are says nothing.
        """
        marks = self.job.changes.lineage is not None
        found: dict[str, Why] = {
            plain_uri(row): ("attributed", f"artifact {row.id}")
            for row in rows.values()
            if marks and row.state not in (MARKED, DELETED) and (row.state == LIVE or row.id not in others)
        }
        events = lineage.events_of_artifacts(list(rows))
        found |= {plain_uri(row): ("tagged", f"artifact {row.id}") for row in rows.values() if TAG in row.properties}
        runs = self._runs_of(lineage, list(dict.fromkeys(event.execution_id for event in events)))
        users = {runs.get(event.execution_id, "") for event in events}
        alive = self._unfinished({run_id for run_id in users if self.known.is_harmless(run_id)})
        for event in events:
            row, run_id = rows.get(event.artifact_id), runs.get(event.execution_id, "")
            if row is not None and (run_id in alive or not self.known.is_harmless(run_id)):
                found[plain_uri(row)] = ("read" if event.kind == "input" else "attributed", run_id or event.execution_id)
        return found

    def _runs_of(self, lineage: Lineage, ids: Sequence[str]) -> dict[str, str]:
        """The run of each execution; "" where no chain of parents leads to one."""
        executions = lineage.executions(ids)
        if len(self._parents) > _MOST_KNOWN:
            self._parents.clear()
        self._parents |= ancestors_of(executions, self._parents, lineage.executions)
        return {one.id: place_of(one, self._parents).run_id for one in executions}

    def _unfinished(self, run_ids: Iterable[str]) -> set[str]:
        """Those that somebody has retried since. KFP retries no run that succeeded, nor one that it does not have.

        What it does not have is asked for once, as a list may have left it out.
        """
        alive: set[str] = set()
        for run_id in run_ids:
            run, gone = self.known.runs.get(run_id), run_id in self.known.gone
            if run_id in self._deleted or run is None or (run.state == "SUCCEEDED" and not gone):
                continue
            try:
                now = self.job.pipelines().run(run_id)
            except NotFound:
                self._deleted.add(run_id)
                continue
            if gone:
                self._refuse(run_id)
            if not is_final(now):
                alive.add(run_id)
        return alive

    def _confirm_unknown(self, batch: Sequence[Numbered]) -> None:
        """What is told to be nobody's may be the run's that its path names."""
        for run_id in {e.who for _, e in batch if e.reason == "run-unknown"} - self._deleted - {""}:
            try:
                self.job.pipelines().run(run_id)
            except NotFound:
                self._deleted.add(run_id)
            else:
                self._refuse(run_id)

    def _refuse(self, run_id: str) -> None:
        raise PlanRefused(
            f"KFP has the run {run_id}, though its list of runs did not: what it lists cannot be relied on.",
            "Nothing more was deleted. Can these rights see the runs of every namespace?",
        )

    def _read_new(self) -> None:
        """The rows that are newer than those that were judged, newest first, as far as they are not read yet."""
        buckets = self.job.bucket_names
        fresh: list[Artifact] = []
        for row in self._newer_rows():
            if row.id in self._new_ids:
                break
            fresh.append(row)
            if len(fresh) > _MOST_NEW:
                raise PlanRefused(f"The lineage store has more than {_MOST_NEW:,} new artifacts since the plan was judged.")
        for row in fresh:
            self._new_ids.add(row.id)
            places = places_of(row.uri, buckets, self.job.policy.external_schemes)
            if isinstance(places, UnknownScheme):
                raise PlanRefused(f"Nobody knows where {places.uri} leads, the URI of the new artifact {row.id}.")
            self._new.update((place, row.id) for place in places if place.path)

    def _newer_rows(self) -> Iterator[Artifact]:
        """Ends below the newest row of before. Rows of the same moment count as new: their order says nothing."""
        edge, met = self.known.newest, False
        for row in self.job.lineage().find_artifacts(ArtifactQuery()):
            if edge is not None and row.id == edge.id:
                met = True
            elif edge is not None and met and (row.created_at is None or row.created_at != edge.created_at):
                return
            else:
                yield row

    def _newcomer(self, entry: Entry) -> str:
        """The id of a new row that names this object, or something around it."""
        path = entry.key
        while path:
            if found := self._new.get(Place(entry.bucket, path)):
                return found
            path = path.rpartition("/")[0]
        return ""
