"""Ports in memory: a cluster that holds what a test puts into it, refuses what a test says, and counts what is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kfpops.errors import KfpopsError, NotFound
from kfpops.knowledge.run_query import fits
from kfpops.model.diagnosis import Source
from kfpops.model.kinds import KINDS, T
from kfpops.model.log import Log
from kfpops.model.run import CacheRow, Experiment, KfpHealth, RecurringRun, Run, RunQuery
from kfpops.model.stored_object import StoredObject
from kfpops.model.workflow import Workflow
from kfpops.ports import Cluster, Lineage
from tests.builders import NOW


@dataclass
class FakeKubernetes:
    """`refusals`: plural → the error that a list of it raises ("log" for logs). Selectors know `=`, `!=` and existence."""

    objects: Sequence[Any] = ()
    logs: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[str, KfpopsError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def list(self, kind: type[T], namespace: str | None = None, *, labels: str = "", fields: str = "") -> Sequence[T]:
        plural = KINDS[kind].plural
        self.asked.append(plural)
        if plural in self.refusals:
            raise self.refusals[plural]
        found = [o for o in self.objects if type(o) is kind]
        return [o for o in found if _fits(o, namespace, labels, fields)]

    def log(self, namespace: str, pod: str, container: str, *, previous: bool = False, tail_lines: int = 400) -> Log:
        self.asked.append("log")
        if "log" in self.refusals:
            raise self.refusals["log"]
        if pod not in self.logs:
            raise NotFound(f"There is no pod {pod}.")
        return Log("pod log", "\n".join(self.logs[pod].splitlines()[-tail_lines:]))


def _fits(found: Any, namespace: str | None, labels: str, fields: str) -> bool:
    metadata = found.metadata
    known = {"metadata.name": metadata.name, "involvedObject.name": _about(found), "status.phase": _phase(found)}
    if namespace and metadata.namespace not in ("", namespace):
        return False
    return _selected(labels, metadata.labels) and _selected(fields, known)


def _about(found: Any) -> str:
    return found.involved_object.name if hasattr(found, "involved_object") else ""


def _phase(found: Any) -> str:
    return str(getattr(getattr(found, "status", None), "phase", ""))


def _selected(selector: str, values: Mapping[str, str]) -> bool:
    for part in filter(None, selector.split(",")):
        key, differs, wanted = part.partition("!=")
        if differs and values.get(key) == wanted:
            return False
        key, equals, wanted = part.partition("=")
        if not differs and (key not in values if not equals else values.get(key) != wanted):
            return False
    return True


@dataclass
class FakePipelines:
    """`broken`: raised by every call. Runs come in the order given."""

    known: Sequence[Run] = ()
    workflows: Mapping[str, Workflow] = field(default_factory=dict)
    archive: Mapping[str, str] = field(default_factory=dict)
    groups: Sequence[Experiment] = ()
    recurring: Sequence[RecurringRun] = ()
    pipelines: int = 0
    cached: Sequence[CacheRow] = ()
    broken: KfpopsError | None = None
    asked: list[str] = field(default_factory=list)

    def _check(self, what: str = "") -> None:
        self.asked.append(what)
        if self.broken:
            raise self.broken

    def health(self) -> KfpHealth:
        self._check("health")
        return KfpHealth("2.17.0")

    def run(self, run_id: str) -> Run:
        self._check("run")
        for run in self.known:
            if run.id == run_id:
                return run
        raise NotFound(f"There is no run {run_id}.")

    def runs(
        self,
        namespace: str,
        *,
        name: str = "",
        id_part: str = "",
        state: str = "",
        experiment_id: str = "",
        since: datetime | None = None,
        limit: int | None = None,
        whole: bool = False,
    ) -> Iterator[Run]:
        self._check("runs")
        fit = [r for r in self.known if name in ("", r.name) and id_part in r.id and state in ("", r.state)]
        fit = [r for r in fit if experiment_id in ("", r.experiment_id)]
        return iter(fit[:limit])

    def run_pages(self, namespace: str, query: RunQuery) -> Iterator[Sequence[Run]]:
        self._check("run_pages")
        fit = [run for run in self.known if fits(run, query)]
        yield sorted(fit, key=lambda run: (run.created_at.timestamp() if run.created_at else 0.0, run.id))

    def workflow(self, run_id: str) -> Workflow | None:
        self._check("workflow")
        return self.workflows.get(run_id)

    def archived_log(self, run_id: str, node_id: str) -> Log | None:
        self._check("archived_log")
        return Log("archived log", self.archive[node_id]) if node_id in self.archive else None

    def cache_rows(self, namespace: str) -> Iterator[CacheRow]:
        self._check("cache_rows")
        yield from self.cached

    def recurring_runs(self, namespace: str) -> Sequence[RecurringRun]:
        return self.recurring

    def pipeline_count(self, namespace: str) -> int:
        self._check("pipeline_count")
        return self.pipelines

    def experiments(self, namespace: str) -> Sequence[Experiment]:
        self._check("experiments")
        return self.groups


@dataclass
class FakeStore:
    """Objects by URI; `modified`: their times, NOW when not given."""

    objects: Mapping[str, str] = field(default_factory=dict)
    broken: KfpopsError | None = None
    modified: Mapping[str, datetime] = field(default_factory=dict)

    def tail(self, uri: str, max_bytes: int) -> bytes:
        if self.broken:
            raise self.broken
        if uri not in self.objects:
            raise NotFound(f"There is no object {uri}.")
        return self.objects[uri].encode()[-max_bytes:]

    def exists(self, uri: str) -> bool:
        if self.broken:
            raise self.broken
        return any(known == uri or known.startswith(uri.rstrip("/") + "/") for known in self.objects)

    def stat(self, uri: str) -> StoredObject | None:
        if self.broken:
            raise self.broken
        if uri not in self.objects:
            return None
        body = self.objects[uri].encode()
        return StoredObject(len(body), hashlib.md5(body, usedforsecurity=False).hexdigest(), self.modified.get(uri, NOW))


def a_cluster(
    kubernetes: FakeKubernetes | None = None,
    pipelines: FakePipelines | None = None,
    namespace: str = "kubeflow",
    store: FakeStore | None = None,
    lineage: Lineage | None = None,
) -> Cluster:
    """`pipelines` None: without a KFP API; `store`, `lineage` None: without such a store."""
    return Cluster(
        source=Source("cluster", "test"),
        namespace=namespace,
        home=lambda: "kubeflow",
        now=NOW,
        kubernetes=kubernetes or FakeKubernetes(),
        pipelines=pipelines,
        store=store,
        lineage=lineage,
    )
