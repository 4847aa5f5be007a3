"""Fakes of the ports: they hold values, count requests, and refuse what they are told to refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kfpops.errors import KfpopsError, NotFound
from kfpops.model.diagnosis import Source
from kfpops.model.kinds import KINDS, T
from kfpops.model.log import Log
from kfpops.model.meta import KubernetesStruct
from kfpops.model.run import Experiment, KfpHealth, RecurringRun, Run
from kfpops.model.workflow import Workflow
from kfpops.ports import Cluster
from tests.builders import NOW


@dataclass
class FakeKubernetes:
    """Objects by their own namespace; `refuse` maps a plural, or "log", to the error that it raises."""

    objects: Sequence[KubernetesStruct] = ()
    logs: dict[tuple[str, str], str] = field(default_factory=dict)
    refuse: dict[str, KfpopsError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def list(self, kind: type[T], namespace: str | None = None, *, labels: str = "", fields: str = "") -> Sequence[T]:
        place = KINDS[kind]
        self.asked.append(f"list {place.plural} {namespace} {labels} {fields}".strip())
        if place.plural in self.refuse:
            raise self.refuse[place.plural]
        found = [o for o in self.objects if isinstance(o, kind)]
        if namespace and place.namespaced:
            found = [o for o in found if _namespace(o) == namespace]
        return [o for o in found if _labels_fit(o, labels) and _fields_fit(o, fields)]

    def log(self, namespace: str, pod: str, container: str, *, previous: bool = False, tail_lines: int = 400) -> Log:
        self.asked.append(f"log {namespace}/{pod} {container}")
        if "log" in self.refuse:
            raise self.refuse["log"]
        if (pod, container) not in self.logs:
            raise NotFound(f"no log of {pod}/{container}")
        return Log(f"pod log {namespace}/{pod}/{container}", self.logs[pod, container])


@dataclass
class FakePipelines:
    """Runs and KFP's copies of workflows."""

    known: Sequence[Run] = ()
    workflows: dict[str, Workflow] = field(default_factory=dict)
    archive: dict[str, str] = field(default_factory=dict)
    broken: KfpopsError | None = None
    asked: list[str] = field(default_factory=list)

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.broken is not None:
            raise self.broken

    def health(self) -> KfpHealth:
        self._ask("health")
        return KfpHealth("2.17.0")

    def run(self, run_id: str) -> Run:
        self._ask(f"run {run_id}")
        found = next((r for r in self.known if r.id == run_id), None)
        if found is None:
            raise NotFound(f"no run {run_id}")
        return found

    def runs(
        self,
        namespace: str,
        *,
        name: str = "",
        state: str = "",
        experiment_id: str = "",
        since: datetime | None = None,
        limit: int | None = None,
    ) -> Iterator[Run]:
        self._ask(f"runs {name}".strip())
        found = [r for r in self.known if name in ("", r.name) and state in ("", r.state)]
        return iter(found[:limit])

    def workflow(self, run_id: str) -> Workflow | None:
        self._ask(f"workflow {run_id}")
        return self.workflows.get(run_id)

    def archived_log(self, run_id: str, node_id: str) -> Log | None:
        self._ask(f"archived_log {run_id} {node_id}")
        text = self.archive.get(node_id)
        return Log(f"archive {node_id}", text) if text is not None else None

    def recurring_runs(self, namespace: str) -> Sequence[RecurringRun]:
        self._ask("recurring_runs")
        return ()

    def experiments(self, namespace: str) -> Sequence[Experiment]:
        self._ask("experiments")
        return ()


def a_cluster(kubernetes: FakeKubernetes, pipelines: FakePipelines | None = None) -> Cluster:
    """A cluster of fakes whose time is NOW."""
    return Cluster(Source("cluster", "test"), "kubeflow", "kubeflow", NOW, kubernetes, pipelines, None)


def _namespace(thing: KubernetesStruct) -> str:
    about = getattr(thing, "involved_object", None)
    return str(about.namespace if about is not None else thing.metadata.namespace)  # type: ignore[attr-defined]


def _labels_fit(thing: KubernetesStruct, selector: str) -> bool:
    labels = thing.metadata.labels  # type: ignore[attr-defined]
    return all(_one_fits(labels, part) for part in selector.split(",") if part)


def _one_fits(labels: dict[str, str], part: str) -> bool:
    if "!=" in part:
        key, _, value = part.partition("!=")
        return labels.get(key) != value
    key, equals, value = part.partition("=")
    return labels.get(key) == value if equals else key in labels


def _fields_fit(thing: KubernetesStruct, selector: str) -> bool:
    values: dict[str, str] = {}
    for path in ("metadata.name", "status.phase", "involvedObject.name", "involvedObject.kind"):
        here: object = thing
        for name in path.replace("involvedObject", "involved_object").split("."):
            here = getattr(here, name, None)
        values[path] = str(here)
    return all(_one_fits(values, part) for part in selector.split(",") if part)
