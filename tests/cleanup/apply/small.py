"""A small KFP with one bucket in memory, as the ports of an apply see it; a test changes it, or dies, at any call.

    world = Small(tmp_path); world.run("a", age=10); world.artifact("a", "model")
    plan = world.plan("run-a-keys…"); result = world.apply(plan)

Two days after `NOW` everything that is built by default is old. Every call of a port that may change something, and every
look at the store, goes through `Small.at(name)`, before and after its effect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import cast

from kfpops.cleanup.apply.apply import apply_plan, undo_plan
from kfpops.cleanup.apply.outcome import Result
from kfpops.cleanup.apply.work import Work
from kfpops.cleanup.plan.entry import Count, Entry, Eviction, Footer, Header
from kfpops.cleanup.plan.write import PlanFile, lines_of
from kfpops.errors import Unreachable
from kfpops.model.bucket import BucketObject, ObjectVersion, StoreTraits, Upload, Versioning
from kfpops.model.diagnosis import Source
from kfpops.model.lineage import Artifact, Event, Execution, RunContext
from kfpops.model.run import CacheRow, Run
from kfpops.ports import Changes, Cluster, Lineage, Pipelines
from tests.cleanup.apply.ports import SmallBucket, SmallBucketChanges, SmallLineageChanges, SmallLock, SmallPipelineChanges
from tests.fakes import FakeKubernetes, FakePipelines
from tests.lineage.memory import MemoryLineage

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
ROOT = "v2/artifacts"
BUCKET = "minio://mlpipeline"
POLICY = """\
roots: [minio://mlpipeline/v2/artifacts]
cache: {cache}
grace: 24h
quarantine: {quarantine}
rules:
  - name: old
    keep: {{within: 7d}}
orphans: {{unknown_runs: {{older_than: 24h}}}}
argo_logs: true
uploads: true
limits: {{share_of_objects: 1, share_of_bytes: 1, fewer_live: 1}}
"""


CONDITIONAL = StoreTraits(honours_etag_in_batch=True, honours_etag=True, byte_order=True, batches=True)
TEST = Source("cluster", "test")


class Killed(BaseException):
    """The process died here."""


def run_id(name: str) -> str:
    return f"{ord(name[0]):08x}-0000-4000-8000-000000000000"


@dataclass
class Small:
    """`at`: called with the name of each call, before it and (with `, done`) after it. `said`: what apply told."""

    folder: Path
    cache: str = "evict"
    quarantine: str = "0s"
    versioning: Versioning = "off"
    traits: StoreTraits = CONDITIONAL
    writable: bool = True
    at: Callable[[str], None] = lambda name: None
    now: datetime = NOW
    source: Source = TEST

    runs: dict[str, Run] = field(default_factory=dict)
    contexts: list[RunContext] = field(default_factory=list)
    artifacts: dict[str, Artifact] = field(default_factory=dict)
    executions: dict[str, Execution] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    attributed: dict[str, list[str]] = field(default_factory=dict)
    caching: set[str] = field(default_factory=set)
    objects: dict[str, BucketObject] = field(default_factory=dict)
    old_versions: dict[str, list[ObjectVersion]] = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)
    holders: set[str] = field(default_factory=set)
    generation: int = 0
    refused: set[str] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    clock: float = 0.0

    def run(self, name: str, age: float = 10, state: str = "SUCCEEDED", *, known: bool = True, cached: bool = True) -> str:
        """A run that began `age` days ago. Its root DAG is execution `<name>-dag`, its one step `<name>-step`."""
        id, began = run_id(name), self.now - timedelta(days=age)
        self.contexts.append(RunContext(id, "train", "team-a", f"{BUCKET}/{ROOT}/train/{id}", began))
        dag = Execution(f"{name}-dag", "system.DAGExecution", "dag", run_id=id, created_at=began)
        step = Execution(
            f"{name}-step", "system.ContainerExecution", "container", "COMPLETE", "fit", "fit", dag.id,
            fingerprint=f"fp-{name}", created_at=began,
        )  # fmt: skip
        self.executions |= {dag.id: dag, step.id: step}
        if known:
            ended = None if state in ("RUNNING", "PENDING") else began + timedelta(hours=1)
            self.runs[id] = Run(
                id=id, name=name, namespace="team-a", state=state, created_at=began, finished_at=ended, workflow=f"wf-{name}"
            )
            self.caching |= {id} if cached else set()
        return id

    def artifact(self, name: str, output: str = "model", files: Sequence[str] = ("",), scheme: str = "minio") -> str:
        """What the step of a run wrote: a file, or a folder of `files`; the id of its row."""
        id, key = str(len(self.artifacts) + 1), self.key(name, output)
        began = self.executions[f"{name}-step"].created_at
        self.artifacts[id] = Artifact(id, "system.Model", f"{scheme}://mlpipeline/{key}", output, "LIVE", began, began)
        self.use(name, id, "output")
        for file in files:
            self.put(f"{key}/{file}" if file else key)
        return id

    def use(self, name: str, artifact_id: str, kind: str = "input") -> None:
        """The step of a run has to do with an artifact from now on."""
        self.events.append(Event(artifact_id, f"{name}-step", kind, "data", self.now))  # type: ignore[arg-type]
        self.attributed.setdefault(run_id(name), []).append(artifact_id)

    def key(self, name: str, output: str = "model") -> str:
        return f"{ROOT}/train/{run_id(name)}/fit/00000000-0000-4000-9000-000000000000/{output}"

    def put(self, key: str, etag: str = "e1", days: float = 5) -> None:
        at = (self.now - timedelta(days=days)).timestamp()
        version = f"v{len(self.calls)}-{etag}" if self.versioning == "enabled" else ""
        self.objects[key] = BucketObject(key, 10, etag, at, version)

    def plan(self, *names: str, evict: Sequence[str] = (), **header: object) -> Path:
        """A plan of all objects of these runs, and of every upload."""
        path = self.folder / "plan.jsonl"
        with PlanFile(path, self._header(evict, **header)) as file:
            entries = sorted(
                [*(self._entry(o, n) for n in names for o in self._below(n)), *map(_upload, self.uploads)],
                key=lambda e: (e.bucket, e.key, e.version_id, e.upload_id),
            )
            file.add(lines_of(entries))
            reasons = {e.reason for e in entries}
            goes = {r: Count(*_sum([e.size or 0 for e in entries if e.reason == r])) for r in reasons}
            file.finish(Footer(listed=Count(*_sum([10] * len(self.objects))), goes=goes, keeps={}, sha256=""))
        return path

    def _below(self, name: str) -> list[BucketObject]:
        return [o for o in self.objects.values() if f"/{run_id(name)}/" in o.key]

    def _entry(self, found: BucketObject, name: str) -> Entry:
        rows = [i for i, a in self.artifacts.items() if f"{found.key}/".startswith(f"{a.uri.partition('mlpipeline/')[2]}/")]
        known = run_id(name) in self.runs
        seen = any(context.run_id == run_id(name) for context in self.contexts)
        reason = "run-expired" if known else "run-deleted" if seen else "run-unknown"
        return Entry(
            bucket="mlpipeline", key=found.key, size=found.size, etag=found.etag, modified_at=found.modified_at,
            kind="run-artifacts" if known else "orphans", label="expired" if known else "orphan", reason=reason,
            who=run_id(name), artifact_id=rows[0] if rows else "",
        )  # fmt: skip

    def _header(self, evict: Sequence[str], **more: object) -> Header:
        values = {
            "id": "p1", "made_at": "2026-11-20T11:00:00Z", "expires_at": "2026-11-21T11:00:00Z", "source": "cluster test",
            "kfp_namespace": "kubeflow", "roots": (f"{BUCKET}/{ROOT}",), "buckets": (BUCKET,),
            "policy": POLICY.format(cache=self.cache, quarantine=self.quarantine), "policy_name": "policy.yaml",
            "evictions": tuple(Eviction(run_id=run_id(n), name=n, rule="old") for n in evict), "live": 1,
        }  # fmt: skip
        return Header(**(values | more))  # type: ignore[arg-type]

    def apply(self, plan: Path, *, wait: bool = True) -> Result:
        return apply_plan(plan, self.cluster, self.changes(), self.work(wait=wait))

    def undo(self, plan: Path) -> Result:
        return undo_plan(plan, self.cluster, self.changes(), self.work())

    def work(self, *, wait: bool = True) -> Work:
        def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            self.clock += seconds
            self.at("sleep")

        def sync(file: int) -> None:
            self.at("sync")
            self.at("sync, done")

        folder = self.folder / "work"
        folder.mkdir(exist_ok=True)
        clock = lambda: self.now.timestamp() + self.clock  # noqa: E731
        return Work(self.folder / "plan.jsonl.journal", folder, clock, sleep, wait, self.said.append, sync=sync)

    def cluster(self) -> Cluster:
        now = self.now + timedelta(seconds=self.clock)
        return Cluster(
            source=self.source, namespace="team-a", home=lambda: "kubeflow", now=now, kubernetes=FakeKubernetes(),
            pipelines=cast(Pipelines, Fresh(self._pipelines)), store=None, lineage=cast(Lineage, Fresh(self._lineage)),
            bucket=lambda uri: SmallBucket(self),
        )  # fmt: skip

    def _pipelines(self) -> FakePipelines:
        cached = [CacheRow(f"row-{id}", id, fingerprint="f") for id in sorted(self.caching)]
        return FakePipelines(tuple(self.runs.values()), cached=cached)

    def _lineage(self) -> MemoryLineage:
        return MemoryLineage(
            tuple(self.artifacts.values()), tuple(self.executions.values()), tuple(self.events), tuple(self.contexts),
            attributed=self.attributed,
        )  # fmt: skip

    def changes(self) -> Changes:
        lineage = SmallLineageChanges(self) if self.writable else None
        return Changes(
            lambda uri: SmallBucketChanges(self), SmallPipelineChanges(self), lineage, lambda uri: SmallLock(self, uri)
        )

    def call(self, name: str) -> None:
        self.calls.append(name)
        self.at(name)


@dataclass
class Fresh:
    """A port that is made anew for each call, of what there is by then."""

    make: Callable[[], object]

    def __getattr__(self, name: str) -> object:
        return getattr(self.make(), name)


def _upload(upload: Upload) -> Entry:
    return Entry(
        bucket="mlpipeline", key=upload.key, size=upload.size, upload_id=upload.upload_id, modified_at=upload.began_at,
        kind="uploads", label="abandoned", reason="upload-abandoned",
    )  # fmt: skip


def _sum(sizes: list[int]) -> tuple[int, int]:
    return len(sizes), sum(sizes)


def lost(name: str = "the store") -> Unreachable:
    return Unreachable(f"{name} closed or lost the connection.")


ALL = 4
"""Objects of `two_runs`."""


def two_runs(tmp_path: Path, **more: object) -> tuple[Small, Path]:
    """Run a is ten days old and goes: a model, and a folder of data. Run b is of yesterday and stays."""
    world = Small(tmp_path, **more)  # type: ignore[arg-type]
    world.run("a", age=10)
    world.artifact("a")
    world.artifact("a", "data", ("x", "y"))
    world.run("b", age=1)
    world.artifact("b")
    return world, world.plan("a", evict=["a"])


def states(world: Small) -> dict[str, str]:
    return {id: artifact.state for id, artifact in world.artifacts.items()}


def kill_at(world: Small, number: int) -> Callable[[str], None]:
    left = [number]

    def at(name: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            world.holders.clear()
            raise Killed(name)

    return at
