"""KFP 2.17 in memory: its runs, its cache, ML Metadata and the store, as far as clean-up has to do with them.

What is modelled is what KFP's source and a real cluster show: cache rows belong to a run and vanish with it (a foreign key),
a hit takes the newest row and asks nobody whether the bytes are there, an importer takes an equal row only if it is LIVE.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from kfpops.model.lineage import Artifact, Event, Execution, RunContext
from kfpops.model.run import CacheRow, Run
from tests.cleanup.world.store import ROOT, Store

START = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
FINAL = ("SUCCEEDED", "FAILED", "SKIPPED", "CANCELED")
NAMESPACE = "kubeflow"
DAY = 86400.0


@dataclass
class Kfp:
    """`contents`: places that an artifact consisted of when it was recorded. `workflows`: run id → workflow name.

    `now` is everybody's clock but the store's, which is `skew` seconds ahead. `users`: their namespaces, where it has any.
    """

    store: Store = field(default_factory=Store)
    runs: dict[str, Run] = field(default_factory=dict)
    cache: list[CacheRow] = field(default_factory=list)
    contexts: dict[str, RunContext] = field(default_factory=dict)
    executions: dict[str, Execution] = field(default_factory=dict)
    artifacts: dict[str, Artifact] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    attributions: dict[str, list[str]] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    contents: dict[str, frozenset[str]] = field(default_factory=dict)
    now: datetime = START
    skew: float = 0.0
    users: tuple[str, ...] = ()

    def tick(self, seconds: float = 0.001) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now

    @property
    def store_time(self) -> float:
        return self.now.timestamp() + self.skew

    def put(self, place: str, content: str) -> None:
        self.tick()
        self.store.put(place, content, self.store_time)

    def complete(self, upload_id: str, content: str) -> bool:
        """The end of an upload; False when somebody has aborted it."""
        self.tick()
        return self.store.complete(upload_id, content, self.store_time)

    def finished(self, run_id: str) -> bool:
        """Whether nothing of the run goes on: it ended, or KFP does not have it (any more)."""
        return run_id not in self.runs or self.runs[run_id].state in FINAL

    def create_run(self, run_id: str, pipeline: str, namespace: str = NAMESPACE) -> None:
        self.runs[run_id] = Run(
            run_id, f"{pipeline} run", "RUNNING", namespace, "experiment-1", pipeline_name=pipeline,
            created_at=self.tick(), workflow=workflow_of(pipeline, run_id),
        )  # fmt: skip

    def create_context(self, run_id: str, pipeline: str, namespace: str = NAMESPACE, root: str = ROOT) -> str:
        """What the root driver writes: the run's context and its DAG execution, whose id it returns."""
        if run_id not in self.contexts:
            below = f"minio://{root}/{pipeline}/{run_id}"
            self.contexts[run_id] = RunContext(run_id, pipeline, namespace, below, self.tick())
            self.execution(
                run_id, Execution("", "system.DAGExecution", "dag", "RUNNING", name=f"run/{run_id}", run_id=run_id)
            )
        return self.members[run_id][0]

    def execution(self, run_id: str, draft: Execution) -> str:
        execution_id = str(len(self.executions) + 1)
        at = self.tick()
        self.executions[execution_id] = replace(draft, id=execution_id, created_at=at, updated_at=at)
        self.members.setdefault(run_id, []).append(execution_id)
        return execution_id

    def set_execution(self, execution_id: str, state: str) -> None:
        self.executions[execution_id] = replace(self.executions[execution_id], state=state, updated_at=self.tick())

    def artifact(self, uri: str, kind: str, name: str, keys: frozenset[str]) -> str:
        artifact_id = str(len(self.artifacts) + 1)
        at = self.tick()
        self.artifacts[artifact_id] = Artifact(artifact_id, kind, uri, name, "LIVE", at, at)
        self.contents[artifact_id] = keys
        return artifact_id

    def publish(self, run_id: str, execution_id: str, outputs: dict[str, str], state: str) -> None:
        """The state, OUTPUT events and attributions: one transaction of ML Metadata."""
        for port, artifact_id in outputs.items():
            self.events.append(Event(artifact_id, execution_id, "output", port, self.tick()))
            self.attributions.setdefault(run_id, []).append(artifact_id)
        self.set_execution(execution_id, state)

    def outputs_of(self, execution_id: str) -> dict[str, str]:
        return {e.port: e.artifact_id for e in self.events if e.execution_id == execution_id and e.kind == "output"}

    def look_up(self, fingerprint: str) -> str | None:
        """The execution that the newest cache row of a fingerprint names."""
        rows = [row for row in self.cache if row.fingerprint == fingerprint]
        return rows[-1].execution_id if rows else None

    def write_cache_row(self, run_id: str, execution_id: str, fingerprint: str) -> None:
        """Refused for a run that is deleted: `tasks` has a foreign key."""
        if run_id in self.runs:
            number = len(self.cache) + 1
            self.cache.append(CacheRow(f"task-{number}-{execution_id}", run_id, execution_id, fingerprint, self.tick()))

    def end(self, run_id: str, state: str) -> None:
        if run_id in self.runs:
            self.runs[run_id] = replace(self.runs[run_id], state=state, finished_at=self.tick())

    def resume(self, run_id: str) -> None:
        self.runs[run_id] = replace(self.runs[run_id], state="RUNNING", finished_at=None)

    def delete_run(self, run_id: str) -> bool:
        """Objects, logs and ML Metadata stay."""
        self.cache = [row for row in self.cache if row.run_id != run_id]
        return self.runs.pop(run_id, None) is not None

    def find_live(self, uri: str, kind: str) -> str | None:
        """The row that an importer takes instead of making one."""
        same = (a.id for a in self.artifacts.values() if (a.uri, a.type, a.state) == (uri, kind, "LIVE"))
        return next(same, None)

    def runs_of(self, artifact_id: str) -> set[str]:
        """Runs that refer to an artifact by an event or an attribution, whether KFP has them or not."""
        executions = {e.execution_id for e in self.events if e.artifact_id == artifact_id}
        by_event = {run for run, members in self.members.items() if executions & set(members)}
        return by_event | {run for run, ids in self.attributions.items() if artifact_id in ids}


def workflow_of(pipeline: str, run_id: str) -> str:
    return f"{pipeline}-{run_id[:5]}"
