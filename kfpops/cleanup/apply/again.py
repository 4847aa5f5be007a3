"""Gathered and judged again, right before deleting: by the same function as the plan, of the plan's entries only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Final, NoReturn

from kfpops.cleanup.apply.beside import Beside, Going
from kfpops.cleanup.apply.delete import keep
from kfpops.cleanup.apply.evict import evicted_runs
from kfpops.cleanup.apply.job import Job
from kfpops.cleanup.apply.look import Known, Numbered, Why, newest_row
from kfpops.cleanup.apply.record import Kept
from kfpops.cleanup.batches import batches
from kfpops.cleanup.claims import Claims, claims_of
from kfpops.cleanup.gather.buckets import bucket_uris, open_buckets
from kfpops.cleanup.gather.inventory import gather_inventory
from kfpops.cleanup.gather.measure import measured
from kfpops.cleanup.gather.pins import gather_pins
from kfpops.cleanup.inventory import Inventory
from kfpops.cleanup.live import OutOfOrder, Terms, judge, live, terms_of
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.marks import marks_of
from kfpops.cleanup.plan.entry import Entry
from kfpops.cleanup.plan.safety import refuse_elsewhere, refuse_gaps
from kfpops.cleanup.sorted_marks import SortedMarks
from kfpops.cleanup.targets.uploads import judge_upload
from kfpops.cleanup.targets.versions import judge_versions
from kfpops.errors import PlanRefused
from kfpops.model.bucket import BucketObject, Upload
from kfpops.ports import Cluster

_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Fresh:
    """What is known now. `claims` are those of the runs as they are, with the evicted ones as they were before."""

    inventory: Inventory
    claims: Claims
    known: Known


def gather(job: Job, folder: Path) -> Fresh:
    """Reads everything anew below `folder`, which is empty.

    Raises `PlanRefused` when anything is not known, or when this is not the cluster that the plan is of.
    """
    folder.mkdir(parents=True, exist_ok=True)
    cluster = job.look()
    newest = newest_row(job.lineage())
    pins, gaps = gather_pins(cluster, job.policy, job.header.pins)
    inventory = gather_inventory(cluster, job.policy, pins, folder)
    _refuse(job, cluster, replace(inventory, gaps=(*inventory.gaps, *gaps)))
    gone = frozenset(run.id for run in inventory.runs.values() if not run.known)
    inventory = replace(inventory, runs=evicted_runs(job, inventory))
    if job.policy.needs_sizes:
        inventory = measured(inventory, open_buckets(cluster, inventory), _below(folder, "sizes"))
    claims = claims_of(inventory, job.policy, cluster.now.timestamp())
    given_up = {run_id for run_id, said in claims.sight.says.items() if any(not say.keeps for say in said)}
    return Fresh(inventory, claims, Known(inventory.runs, gone, frozenset(given_up | claims.over.keys()), newest))


def going_beside(job: Job, fresh: Fresh, folder: Path) -> Beside:
    """The rows that nothing needs any more, as files below `folder`.

    Before deleting, `Kept` is written of those that this job has marked and that something needs by now.
    """
    beside, going = Beside(_below(folder, "beside")), Going(job, fresh.inventory, fresh.claims)
    beside.write(going)
    needed = [id for id in going.needed if id not in job.state.kept_artifacts]
    if needed and job.state.settled:
        job.write(Kept((), job.now(), artifact_ids=tuple(needed)))
    return beside


def judge_again(job: Job, fresh: Fresh, beside: Beside, folder: Path) -> int:
    """Writes `Kept` for every open entry that must stay by now; how many they are.

    Where rows can be marked, an entry also stays when a row is LIVE that leads to it: an importer could take that.
    """
    marks = SortedMarks(_below(folder, "marks"))
    marks.write(marks_of(fresh.inventory, job.policy, fresh.claims.sight.now, fresh.claims))
    kept, writable = 0, job.changes.lineage is not None
    for name, entries in groupby(_open(job), lambda one: one[1].bucket):
        bucket = job.bucket(name)
        terms = terms_of(name, fresh.inventory, job.policy, fresh.claims, bucket.clock().timestamp())
        judging = _Judging(job, marks, terms)
        for page in batches(entries, _PAGE):
            whys = {**(beside.whys(page) if writable else {}), **judging(page)}
            keep(job, [one for one in page if one[0] in whys], whys)
            kept += len(whys)
    return kept


@dataclass(slots=True)
class _Judging:
    """Judges pages of entries of one bucket, in their order."""

    job: Job
    marks: SortedMarks
    terms: Terms

    def __call__(self, page: Sequence[Numbered]) -> dict[int, Why]:
        whys = self._objects([one for one in page if one[1].kind not in ("uploads", "versions")])
        for number, entry in page:
            if entry.kind == "uploads":
                verdict = judge_upload(_upload(entry), self._around(entry.key), self.terms)
                whys |= {} if verdict.goes else {number: (verdict.reason, verdict.who)}
        return whys | self._versions([one for one in page if one[1].kind == "versions"])

    def _objects(self, page: Sequence[Numbered]) -> dict[int, Why]:
        if not page:
            return {}
        objects = [_object(entry) for _, entry in page]
        marks = self.marks.of(self.terms.bucket, above=objects[0].key, below=f"{objects[-1].key}\0")
        try:
            goes = {key for judged in live([objects], marks, self.terms) for key in judged.goes.keys}
        except OutOfOrder as error:
            raise PlanRefused(f"The plan is out of order at {error.key}. Nothing more was deleted.") from error
        whys: dict[int, Why] = {}
        for (number, entry), obj in zip(page, objects, strict=True):
            if entry.key not in goes:
                verdict = judge(obj, self._around(entry.key), self.terms)
                whys[number] = (verdict.reason, verdict.who)
        return whys

    def _versions(self, page: Sequence[Numbered]) -> dict[int, Why]:
        """All versions of a key are asked for: how many are kept is counted from the newest."""
        whys: dict[int, Why] = {}
        bucket = self.job.bucket(self.terms.bucket)
        for key, group in groupby(page, lambda one: one[1].key):
            versions = [row for rows in bucket.versions(key) for row in rows if row.key == key]
            judged = judge_versions(versions, self._around(key), self.terms)
            verdicts = {version.version_id: verdict for version, verdict in judged}
            for number, entry in group:
                verdict = verdicts.get(entry.version_id)
                # One that is not there any more is the delete's business.
                if verdict is not None and not verdict.goes:
                    whys[number] = (verdict.reason, verdict.who)
        return whys

    def _around(self, key: str) -> Iterator[Mark]:
        return self.marks.of(self.terms.bucket, above=key, below=f"{key}\0")


def _open(job: Job) -> Iterator[Numbered]:
    return ((number, entry) for number, entry in job.entries() if number not in job.state.done)


def _object(entry: Entry) -> BucketObject:
    return BucketObject(entry.key, entry.size or 0, entry.etag, entry.modified_at, entry.version_id)


def _upload(entry: Entry) -> Upload:
    return Upload(entry.key, entry.upload_id, entry.modified_at, entry.size)


def _below(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir(parents=True, exist_ok=True)
    return made


def _refuse(job: Job, cluster: Cluster, inventory: Inventory) -> None:
    try:
        refuse_gaps(inventory.gaps)
        refuse_elsewhere(job.header, cluster.source.name, list(bucket_uris(inventory).values()))
    except PlanRefused as error:
        _refused_now(error)
    live_before = job.header.live
    if live_before and not inventory.runs:
        raise PlanRefused(
            f"Neither KFP nor the lineage store knows a single run, though {live_before:,} runs and artifacts kept something"
            " when the plan was made. Nothing more was deleted.",
            "Was a database emptied?",
        )


def _refused_now(error: PlanRefused) -> NoReturn:
    message = error.message.replace("No plan was made:", "Nothing more was deleted:")
    raise PlanRefused(message, error.hint.replace("Plan again", "Apply again")) from error
