"""kfpops' own part of the clean-up benchmark, in a process of its own: `cleanup_worker WAY URL OBJECTS FOLDER`; the
folder holds what `cleanup_rows` wrote.

Marks, listing by many readers, verdicts, plan file, journal and deletes by condition are those of `cleanup plan` and
`cleanup apply`. What is left out is the reading of KFP and of the lineage store, which s5cmd has not, either.
Prints one JSON object: seconds and CPU seconds of each part, and what was found.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import repeat
from operator import itemgetter
from pathlib import Path
from threading import BoundedSemaphore
from typing import TypeVar

import msgspec

from benchmarks.cleanup_keys import BUCKET, ROOT
from benchmarks.cleanup_rows import read_artifacts, read_runs
from kfpops.cleanup.apply.delete import delete
from kfpops.cleanup.apply.job import Job
from kfpops.cleanup.apply.journal import Journal
from kfpops.cleanup.apply.record import Begun
from kfpops.cleanup.apply.state import state_of
from kfpops.cleanup.apply.threads import by_threads
from kfpops.cleanup.apply.work import Work
from kfpops.cleanup.claims import claims_of
from kfpops.cleanup.gather.assembling import assemble
from kfpops.cleanup.gather.buckets import Opened
from kfpops.cleanup.gather.listing import list_bucket
from kfpops.cleanup.gather.spans import Span
from kfpops.cleanup.gather.sweep import cuts_of, marks_of_span, sweep
from kfpops.cleanup.inventory import Inventory
from kfpops.cleanup.live import live
from kfpops.cleanup.marks import marks_of
from kfpops.cleanup.plan.entry import Header
from kfpops.cleanup.plan.read import read_plan
from kfpops.cleanup.plan.write import PlanFile
from kfpops.cleanup.policy.policy import Policy
from kfpops.cleanup.policy.read import read_policy
from kfpops.cleanup.sorted_marks import SortedMarks
from kfpops.cleanup.terms import Terms, terms_of
from kfpops.cli.carrying import spare_the_collector
from kfpops.cluster.bucket.changing import S3BucketChanges
from kfpops.cluster.bucket.open import open_both
from kfpops.cluster.store_keys import Keys
from kfpops.cluster.store_place import Place
from kfpops.model.bucket import BucketObject, Deletion
from kfpops.model.diagnosis import Source
from kfpops.model.object_rows import ObjectRows
from kfpops.ports import Changes, Cluster
from kfpops.settings import Settings

URI = f"minio://{BUCKET}"
POLICY = "grace: 1s\norphans: true\n"
"""A grace that a plan would refuse: the objects of a real store are written right before."""
DELETERS = 32
T = TypeVar("T")


@dataclass
class Parts:
    """Wall and CPU of each part, as they end."""

    seconds: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.seconds[name] = (time.perf_counter() - wall, time.process_time() - cpu)


def nobody_looks(batch: Sequence[object]) -> dict[int, tuple[str, str]]:
    """In the place of the last look into the lineage store."""
    return {}


@dataclass(frozen=True, slots=True)
class Bench:
    """All that both ways need: the bucket, its marks on disk, and by what is judged."""

    opened: Opened
    changes: S3BucketChanges
    marks: SortedMarks
    terms: Terms
    inventory: Inventory
    policy: Policy
    folder: Path


def prepared(url: str, objects: int, folder: Path, bucket: str, parts: Parts) -> Bench:
    uri = f"minio://{bucket}"
    both = open_both(uri, Place(url, "us-east-1", Keys("minio", "minio123")), Settings(store_endpoint=url))
    policy = read_policy(POLICY, "policy.yaml")
    now = both.bucket.clock().timestamp()
    runs, artifacts = read_runs(folder, objects), read_artifacts(folder, objects)
    inventory = Inventory(began_at=now, roots=(f"{uri}/{ROOT}",), runs=runs, artifacts=artifacts)
    claims = claims_of(inventory, policy, now)
    marks = SortedMarks(folder)
    with parts.part("marks"):
        marks.write(marks_of(inventory, policy, now, claims))
    terms = terms_of(bucket, inventory, policy, claims, now)
    return Bench(Opened(bucket, uri, both.bucket, now), both.changes, marks, terms, inventory, policy, folder)


def directly(bench: Bench, parts: Parts) -> dict[str, object]:
    """All is listed and judged; then what may go is deleted by condition. In between its names wait on disk."""
    pages = Spool(bench.folder)
    with parts.part("list and judge"):

        def fold(number: int, span: Span, listed: Iterator[Sequence[BucketObject]]) -> None:
            marks = marks_of_span(bench.marks, bench.opened.name, span)
            pages.write(number, (judged.goes for judged in live(listed, marks, bench.terms)))

        listing = list_bucket(bench.opened.bucket, lambda: cuts_of(bench.opened, bench.terms), fold, bench.folder)
    with parts.part("delete"):
        fates = _deleted(bench, pages)
    return {"order": listing.order, "goes": fates.total(), "deleted": fates["gone"]}


@dataclass(frozen=True, slots=True)
class Spool:
    """Pages of what may go, each in a frame: a length of four bytes, then msgpack."""

    folder: Path

    def write(self, number: int, pages: Iterator[ObjectRows]) -> None:
        with (self.folder / f"spool-{number:06}").open("wb") as file:
            for page in pages:
                packed = msgspec.msgpack.encode((page.keys, page.etags, page.sizes))
                file.write(len(packed).to_bytes(4, "big") + packed)

    def __iter__(self) -> Iterator[list[Deletion]]:
        for path in sorted(self.folder.glob("spool-*")):
            with path.open("rb") as file:
                while head := file.read(4):
                    columns = msgspec.msgpack.decode(file.read(int.from_bytes(head, "big")))
                    if columns[0]:
                        yield list(map(tuple.__new__, repeat(Deletion), zip(*columns, repeat(""))))


def _deleted(bench: Bench, pages: Spool) -> Counter[str]:
    """Fates, counted. No more pages are read than are being deleted, and as many again."""
    traits = bench.changes.probe()
    room, sent = BoundedSemaphore(2 * DELETERS), list[Future[Counter[str]]]()

    def send(batch: Sequence[Deletion]) -> Counter[str]:
        try:
            return Counter(map(itemgetter(1), bench.changes.delete(batch, traits)))
        finally:
            room.release()

    with ThreadPoolExecutor(DELETERS) as deleters:
        for batch in pages:
            room.acquire()
            sent.append(deleters.submit(send, batch))
    return sum((one.result() for one in sent), Counter())


def by_plan(bench: Bench, parts: Parts) -> dict[str, object]:
    """As `cleanup plan` writes a plan, and `cleanup apply` reads and checks it, journals, and deletes."""
    with parts.part("list and judge"):
        swept = sweep(bench.opened, bench.marks, bench.terms, bench.folder, lambda number: None)
    path = bench.folder / "plan.jsonl"
    with parts.part("plan file"), PlanFile(path, _header(bench)) as file:
        assemble(file, swept.parts, swept.besides)
        footer = file.finish(swept.tally.footer(None))
    with parts.part("apply"):
        deleted = _applied(bench, path)
    return {"order": swept.order, "goes": sum(c.objects for c in footer.goes.values()), "deleted": deleted}


def _applied(bench: Bench, path: Path) -> int:
    log = bench.folder / "journal.jsonl"
    with Journal(log, "") as journal:
        plan = read_plan(path)
        changes = Changes(lambda _: bench.changes, None, None, lambda _: None)  # type: ignore[arg-type, return-value]
        work = Work(log, bench.folder, time.time, time.sleep, together=by_threads, say=lambda _: None)
        cluster = Cluster(Source("cluster", "bench"), "", lambda: "", datetime.now(timezone.utc), None, None, None)  # type: ignore[arg-type]
        job = Job(plan, bench.policy, journal, state_of(()), lambda: cluster, changes, work)
        job.traits[bench.opened.name] = bench.changes.probe()
        job.write(Begun(plan.header.id, plan.sha256, 1, time.time()))
        delete(job, nobody_looks)  # type: ignore[arg-type]
        return job.state.sum("gone").objects


WAYS = {"directly": directly, "by-plan": by_plan}


def run(way: str, url: str, objects: int, folder: Path, bucket: str = BUCKET) -> dict[str, object]:
    parts = Parts()
    spare_the_collector()
    bench = prepared(url, objects, folder, bucket, parts)
    return {"parts": parts.seconds, **WAYS[way](bench, parts)}


def _header(bench: Bench) -> Header:
    return Header(
        id="bench",
        made_at="2026-11-21T00:00:00Z",
        expires_at="2026-11-22T00:00:00Z",
        source="cluster bench",
        kfp_namespace="kubeflow",
        roots=bench.inventory.roots,
        buckets=(bench.opened.uri,),
        policy=bench.policy.source,
        policy_name="policy.yaml",
    )


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]), *sys.argv[5:])))
