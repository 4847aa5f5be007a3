"""Tasks of KFP's own API, run by run: there is no list of tasks over all runs, and no task can be read without its run."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import quote

from kfpops.cluster.kfp_pages import GROUP, Pages
from kfpops.cluster.refusals import Ask
from kfpops.knowledge import kfp_lineage
from kfpops.knowledge.kfp_json import Json
from kfpops.model.lineage import Execution

RUNS = "/apis/v2beta1/runs"
MOST = 50_000
"""Tasks that are kept: they come run by run, and whoever asks for a task asks for its parents next."""


class Tasks:
    """Safe for use by several threads. Keeps the tasks of the runs that it has read."""

    def __init__(self, pages: Pages, namespace: str, most: int = MOST) -> None:
        self._pages, self._namespace, self._most = pages, namespace, most
        self._lock = threading.RLock()
        self._by_run: dict[str, Mapping[str, Execution]] = {}
        self._run_of: dict[str, str] = {}

    def learn(self, runs: Mapping[str, str]) -> None:
        """Task id → run id, as something else has told it."""
        with self._lock:
            self._run_of.update(runs)

    def run_of(self, task_id: str) -> str:
        """The task's run, "" while nothing has told it."""
        with self._lock:
            return self._run_of.get(task_id, "")

    def kept(self, run_id: str) -> Mapping[str, Execution]:
        """The run's tasks by id, from memory when they were read before."""
        with self._lock:
            found = self._by_run.get(run_id)
        return self._read(run_id) if found is None else found

    def of_run(self, run_id: str) -> Mapping[str, Execution]:
        """The run's tasks by id as they are now. Raises `NotFound` when there is no such run."""
        found = self._read(run_id)
        if not found:
            # A run that does not exist has an empty list too.
            self._pages.get(Ask(_path(run_id), needs=f"get runs.{GROUP}", about=f"run {run_id}"))
        return found

    def of_document(self, run: Json) -> Mapping[str, Execution]:
        """The tasks that stand in a run's own document (view FULL)."""
        return self._keep(str(run.get("run_id", "")), kfp_lineage.tasks_of(run, self._namespace))

    def _read(self, run_id: str) -> Mapping[str, Execution]:
        query = (("page_size", "200"), ("order_by", "create_time"))
        pages = self._pages.of(f"{_path(run_id)}/tasks", query, "get runs", f"tasks of run {run_id}")
        return self._keep(run_id, [task for page in pages for task in kfp_lineage.tasks_of(page, self._namespace)])

    def _keep(self, run_id: str, tasks: Iterable[Execution]) -> Mapping[str, Execution]:
        found = {task.id: replace(task, run_id=task.run_id or run_id) for task in tasks}
        with self._lock:
            self._by_run.pop(run_id, None)
            self._by_run[run_id] = found
            self._run_of.update(dict.fromkeys(found, run_id))
            while len(self._by_run) > 1 and sum(map(len, self._by_run.values())) > self._most:
                del self._by_run[next(iter(self._by_run))]
        return found


def _path(run_id: str) -> str:
    return f"{RUNS}/{quote(run_id, safe='')}"
