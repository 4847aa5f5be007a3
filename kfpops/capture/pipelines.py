"""The KFP API as a bundle tells it: runs, KFP's copies of workflows, and archived logs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TypeVar

import msgspec

from kfpops.capture.bundle import Bundle
from kfpops.errors import BadAnswer, Forbidden, NotFound, NotInBundle, Unreachable
from kfpops.knowledge import kfp_json
from kfpops.knowledge.log_text import log_text
from kfpops.knowledge.run_query import fits
from kfpops.model.log import Log
from kfpops.model.run import CacheRow, Experiment, KfpHealth, RecurringRun, Run, RunQuery
from kfpops.model.workflow import Workflow

V = TypeVar("V")

HEALTH = "kfp/healthz.json"
RUNS = "kfp/v2beta1/runs.json"
EXPERIMENTS = "kfp/v2beta1/experiments.json"
RECURRING = "kfp/v2beta1/recurringruns.json"
TASKS = "kfp/v1alpha1/tasks.json"
PIPELINES = "kfp/v2beta1/pipelines.json"

# The API path that each file was read from: gaps are recorded under it.
_ASKED = {
    HEALTH: "/apis/v2beta1/healthz",
    RUNS: "/apis/v2beta1/runs",
    EXPERIMENTS: "/apis/v2beta1/experiments",
    RECURRING: "/apis/v2beta1/recurringruns",
    TASKS: "/apis/v1alpha1/tasks",
    PIPELINES: "/apis/v2beta1/pipelines",
}


class BundlePipelines:
    """`kfpops.ports.Pipelines` on a bundle. Safe for several threads.

    What the bundle does not hold raises `Unreachable` (`Forbidden`): it is not known, which is not the same as not there.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._lock = threading.RLock()

    def health(self) -> KfpHealth:
        return self._file(HEALTH, kfp_json.health_of)

    def run(self, run_id: str) -> Run:
        found = next((r for r in self._runs if r.id == run_id), None)
        if found is None:
            whole = self._bundle.recording.scope.everything and self._bundle.gap("older runs") is None
            error = NotFound if whole else NotInBundle
            raise error(f"The bundle holds no run {run_id}.", "Run `kfpops runs` on it to see what it holds.")
        record = self._record(run_id)
        return kfp_json.completed(found, record) if record else found

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
        found = [
            replace(run, namespace=run.namespace or namespace)
            for run in self._runs
            if (not namespace or run.namespace in ("", namespace))
            and name in ("", run.name)
            and id_part in run.id
            and state.upper() in ("", run.state.upper())
            and experiment_id in ("", run.experiment_id)
            and (since is None or (run.created_at is not None and run.created_at >= since))
        ]
        return iter(found if limit is None else found[:limit])

    def run_pages(self, namespace: str, query: RunQuery) -> Iterator[Sequence[Run]]:
        """All in one page: a bundle is read as a whole anyway."""
        return iter([tuple(run for run in reversed(tuple(self.runs(namespace))) if fits(run, query))])

    def workflow(self, run_id: str) -> Workflow | None:
        record = self._record(run_id)
        return record.workflow if record else None

    def archived_log(self, run_id: str, node_id: str) -> Log | None:
        path = f"kfp/v1alpha1/runs/{run_id}/nodes/{node_id}.log"
        if not self._bundle.exists(path):
            return None
        body = kfp_json.archived_log(self._bundle.read(path))
        if body is None:
            return None
        file = self._bundle.file(path)
        return Log(f"archive {node_id}", log_text(body), file is not None and file.cut)

    def cache_rows(self, namespace: str) -> Iterator[CacheRow]:
        """Of all namespaces. Raises `NotInBundle` for a bundle of single runs, which may lack some."""
        if not self._bundle.recording.scope.everything:
            raise NotInBundle("The bundle was made of single runs: of the step cache it holds at most theirs.")
        return iter(self._file(TASKS, kfp_json.cache_rows_of))

    def recurring_runs(self, namespace: str) -> Sequence[RecurringRun]:
        found = self._file(RECURRING, kfp_json.recurring_runs_of)
        return tuple(r for r in found if not namespace or r.namespace in ("", namespace))

    def pipeline_count(self, namespace: str) -> int:
        """Raises `NotInBundle` for a bundle of single runs, which may lack some."""
        if not self._bundle.recording.scope.everything:
            raise NotInBundle("The bundle was made of single runs: of the pipelines it holds at most theirs.")
        return self._file(PIPELINES, lambda document: kfp_json.pipeline_count_of(document, namespace))

    def experiments(self, namespace: str) -> Sequence[Experiment]:
        found = self._file(EXPERIMENTS, kfp_json.experiments_of)
        return tuple(e for e in found if not namespace or e.namespace in ("", namespace))

    @cached_property
    def _runs(self) -> tuple[Run, ...]:
        """Newest first. A run does not tell its namespace, but its experiment may."""
        with self._lock:
            runs = self._file(RUNS, kfp_json.runs_of)
            spaces = {e.id: e.namespace for e in self._optional(EXPERIMENTS, kfp_json.experiments_of) or ()}
            names = self._optional(PIPELINES, kfp_json.pipeline_names_of) or {}
            told = [_told(run, spaces, names) for run in runs]
            return tuple(sorted(told, key=lambda r: (r.created_at.timestamp() if r.created_at else 0.0, r.id), reverse=True))

    def _record(self, run_id: str) -> kfp_json.RecordedRun | None:
        path = f"kfp/v1beta1/runs/{run_id}.json"
        return self._decoded(path, kfp_json.recorded_run) if self._bundle.exists(path) else None

    def _optional(self, path: str, read: Callable[[kfp_json.Json], V]) -> V | None:
        """What only adds to an answer: None when it is not there or cannot be read."""
        try:
            return self._decoded(path, read)
        except (NotFound, BadAnswer):
            return None

    def _file(self, path: str, read: Callable[[kfp_json.Json], V]) -> V:
        if self._bundle.exists(path):
            return self._decoded(path, read)
        gap = self._bundle.gap(_ASKED[path], "KFP REST API")
        if gap is not None and gap.is_forbidden:
            raise Forbidden(gap.sentence(_ASKED[path]), "Make the bundle again with more rights.")
        raise Unreachable(gap.sentence("The KFP API") if gap else f"The bundle holds no {path}.")

    def _decoded(self, path: str, read: Callable[[kfp_json.Json], V]) -> V:
        try:
            return read(kfp_json.decode_object(self._bundle.read(path)))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._bundle.corrupt(path, error) from error


def _told(run: Run, namespaces: Mapping[str, str], pipelines: Mapping[str, str]) -> Run:
    name = run.pipeline_name or pipelines.get(run.pipeline_id, "")
    return replace(run, namespace=run.namespace or namespaces.get(run.experiment_id, ""), pipeline_name=name)
