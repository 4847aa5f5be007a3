"""What runs do, step by step: each `yield` is a moment at which clean-up may do something between two steps of KFP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kfpops.model.lineage import Event, Execution
from tests.cleanup.world.kfp import Kfp, workflow_of
from tests.cleanup.world.reading import Reader
from tests.cleanup.world.spec import Spec, Task
from tests.cleanup.world.store import BUCKET

Steps = Iterator[None]
LOGS = f"{BUCKET}/private-artifacts"


class Failed(Exception):
    """A task failed, and with it its run."""


@dataclass
class RunSteps:
    """A run of a pipeline. `outputs`: task → artifact id. `places`: task → where it writes; a retry writes there again."""

    kfp: Kfp
    reader: Reader
    run_id: str
    spec: Spec

    def __post_init__(self) -> None:
        self.outputs: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self.attempts = 0

    def start(self) -> Steps:
        self.kfp.create_run(self.run_id, self.spec.pipeline, self.spec.namespace)
        yield
        self._context()
        yield
        yield from self._tasks()

    def retry(self) -> Steps:
        """RetryRun: finished tasks keep their outputs, the others run again, in the same pods and to the same URIs."""
        if self.run_id not in self.kfp.runs or self.kfp.runs[self.run_id].state != "FAILED":
            return
        self.kfp.resume(self.run_id)
        self.reader.retried[self.run_id] = self.reader.turn
        yield
        yield from self._tasks()

    def _tasks(self) -> Steps:
        self.attempts += 1
        try:
            for task in self.spec.tasks:
                if task.name not in self.outputs:
                    yield from self._import(task) if task.imports else self._task(task)
                    self._log(task)
        except Failed:
            self.kfp.end(self.run_id, "FAILED")
            return
        self.kfp.end(self.run_id, "SUCCEEDED")

    def _task(self, task: Task) -> Steps:
        kfp, inputs = self.kfp, [self.outputs[name] for name in task.inputs]
        hit = kfp.look_up(task.fingerprint) if task.fingerprint else None
        yield
        execution = self._execution(task, "container", inputs)
        yield
        if hit is not None:
            outputs = kfp.outputs_of(hit)
            if not outputs:
                raise Failed
            kfp.publish(self.run_id, execution, outputs, "CACHED")
            self.outputs[task.name] = outputs["out"]
            return
        for artifact in inputs:
            yield from self.reader.read(self.run_id, artifact)
        yield from self._execute(task, execution)

    def _context(self) -> str:
        return self.kfp.create_context(self.run_id, self.spec.pipeline, self.spec.namespace, self.spec.root)

    def _execution(self, task: Task, kind: Literal["container", "importer"], inputs: list[str]) -> str:
        parent = self._context()
        draft = Execution(
            "", f"system.{kind.capitalize()}Execution", kind, "RUNNING", task.name, parent_id=parent,
            fingerprint=task.fingerprint, namespace=self.spec.namespace, pod=self._pod(task),
        )  # fmt: skip
        made = self.kfp.execution(self.run_id, draft)
        self.kfp.events += [Event(artifact, made, "input", "in", self.kfp.now) for artifact in inputs]
        return made

    def _execute(self, task: Task, execution: str) -> Steps:
        """Bytes first, then the artifact's row, then the cache row, at last the events: so KFP's launcher does it."""
        place = self.places.setdefault(task.name, self._salted(task))
        for name in task.files:
            yield from self._upload(f"{place}/{name}", task)
        if task.fails and self.attempts == 1:
            self.kfp.set_execution(execution, "FAILED")
            raise Failed
        places = frozenset(f"{place}/{name}" for name in task.files)
        artifact = self.kfp.artifact(f"minio://{place}", "system.Dataset", "out", places)
        yield
        if task.fingerprint:
            self.kfp.write_cache_row(self.run_id, execution, task.fingerprint)
            yield
        self.kfp.publish(self.run_id, execution, {"out": artifact}, "COMPLETE")
        self.outputs[task.name] = artifact
        yield

    def _upload(self, place: str, task: Task) -> Steps:
        content = f"{task.name} writes {place.rpartition('/')[2]}"
        if not task.multipart:
            self.kfp.put(place, content)
            yield
            return
        upload = self.kfp.store.begin(place, self.kfp.store_time)
        yield
        if not self.kfp.complete(upload, content):
            self.reader.upload_was_aborted(self.run_id, place)
            raise Failed
        yield

    def _import(self, task: Task) -> Steps:
        kfp = self.kfp
        execution = self._execution(task, "importer", [])
        yield
        found = None if task.reimport else kfp.find_live(task.imports, "system.Dataset")
        yield
        # A new row is written with its event, in one transaction.
        artifact = found or kfp.artifact(task.imports, "system.Dataset", "", self.reader.expected(task.imports))
        if not found:
            self.reader.imported_anew(artifact)
        kfp.publish(self.run_id, execution, {"out": artifact}, "COMPLETE")
        self.outputs[task.name] = artifact
        yield

    def _log(self, task: Task) -> None:
        workflow = workflow_of(self.spec.pipeline, self.run_id)
        self.kfp.put(f"{LOGS}/{self.spec.namespace}/{workflow}/2026/11/21/{self._pod(task)}/main.log", f"log of {task.name}")

    def _pod(self, task: Task) -> str:
        number = sum(map(ord, task.name))
        return f"{workflow_of(self.spec.pipeline, self.run_id)}-system-container-impl-{number}"

    def _salted(self, task: Task) -> str:
        number = len(self.kfp.executions)
        return f"{self.spec.root}/{self.spec.pipeline}/{self.run_id}/{task.name}/00000000-0000-4000-8000-{number:012d}/out"
