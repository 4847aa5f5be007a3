"""Two runs of one pipeline, written as KFP writes them: the ground on which the tests of `lineage diff` stand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from kfpops.knowledge.ir_json import pipeline_ir
from kfpops.lineage.diff.align import RunFacts
from kfpops.lineage.diff.contents import Objects
from kfpops.lineage.diff.diff import Compared, DiffFacts, TaskDiff, compare_runs
from kfpops.model.diagnosis import Source
from kfpops.model.lineage import JsonValue
from kfpops.model.pipeline_ir import PipelineIR
from kfpops.model.stored_object import StoredObject
from tests.lineage.worlds import Recorder

RUN_A, RUN_B = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
CODE = "\nimport kfp\nfrom kfp import dsl\n\ndef train(rows: int):\n    print(rows)\n"


@dataclass
class TwoRuns:
    """Writes both runs into one store. `contents`: what the object store has, by artifact id."""

    recorder: Recorder = field(default_factory=Recorder)
    contents: dict[str, str] = field(default_factory=dict)
    pipelines: dict[str, PipelineIR] = field(default_factory=dict)
    settings: dict[str, Mapping[str, str]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)

    def begin(self, run: str, **parameters: JsonValue) -> str:
        root = self.recorder.run(run)
        self.recorder.alter(root, inputs=parameters)
        return root

    def data(self, content: str = "", **more: JsonValue) -> str:
        """An artifact of its own URI, with this content in the store; "" leaves the store without it."""
        id = self.recorder.artifact(**more)  # type: ignore[arg-type]
        if content:
            self.contents[id] = content
        return id

    def metrics(self, **values: JsonValue) -> str:
        return self.recorder.artifact(type="system.Metrics", name="metrics", **values)

    def task(
        self,
        parent: str,
        name: str,
        inputs: Mapping[str, str] | None = None,
        outputs: Mapping[str, str] | None = None,
        **fields: object,
    ) -> str:
        """`fields` are those of the Execution; parameters under `given` and `gave`, the duration in seconds under `took`."""
        id = self.recorder.task(parent, name, inputs, outputs)
        took = fields.pop("took", 10)
        begun = self.recorder.of(id).created_at
        assert begun is not None
        assert isinstance(took, int)
        renamed = {{"given": "inputs", "gave": "outputs"}.get(k, k): v for k, v in fields.items()}
        self.recorder.alter(id, **{"fingerprint": "", "updated_at": begun + timedelta(seconds=took), **renamed})
        return id

    def facts(self, *, stored: bool = True) -> DiffFacts:
        """`stored` False: the object store was not asked."""
        r = self.recorder
        objects: Objects = {a.uri: self._object(a.id) for a in r.artifacts} if stored else {}
        sides = [self._side(run) for run in (RUN_A, RUN_B)]
        return DiffFacts(Source("cluster", "test"), sides[0], sides[1], {a.id: a for a in r.artifacts}, objects)

    def compared(self, *, stored: bool = True) -> Compared:
        return compare_runs(self.facts(stored=stored))

    def tasks(self, *, stored: bool = True) -> dict[str, TaskDiff]:
        return {task.path: task for task in self.compared(stored=stored).tasks}

    def _object(self, id: str) -> StoredObject | None:
        if id not in self.contents:
            return None
        body = self.contents[id].encode()
        return StoredObject(len(body), hashlib.md5(body, usedforsecurity=False).hexdigest())

    def _side(self, run: str) -> RunFacts:
        lineage = self.recorder.lineage()
        executions = tuple(lineage.executions_of_run(run))
        events = tuple(lineage.events_of_executions([e.id for e in executions]))
        context = next(iter(lineage.runs([run])))
        return RunFacts(
            run,
            f"nightly {run[0]}",
            self.states.get(run, "SUCCEEDED"),
            context.pipeline,
            context.created_at,
            True,
            self.pipelines.get(run),
            self.settings.get(run, {}),
            executions,
            events,
        )


def a_pipeline(tasks: Mapping[str, Mapping[str, object]], needs: Mapping[str, Sequence[str]] | None = None) -> PipelineIR:
    """An IR of Python components: task → fields of its container (`code` replaces the last word of the command). Tasks
    within tasks are written as paths."""
    ir = pipeline_ir(_document(tasks, needs or {}))
    assert ir is not None
    return ir


def _document(tasks: Mapping[str, Mapping[str, object]], needs: Mapping[str, Sequence[str]]) -> dict[str, object]:
    components: dict[str, object] = {}
    executors: dict[str, object] = {}

    def level(prefix: str) -> dict[str, object]:
        names = {p[len(prefix) :].split("/")[0] for p in tasks if p.startswith(prefix)}
        return {"tasks": {name: task(prefix + name) for name in sorted(names)}}

    def task(path: str) -> dict[str, object]:
        if path in tasks:
            container = dict(tasks[path])
            options = container.pop("task", {})
            code = container.pop("code", CODE)
            executors[f"exec-{path}"] = {"container": a_container(code, container)}
            components[path] = {"executorLabel": f"exec-{path}"}
        else:
            options = {}
            components[path] = {"dag": level(f"{path}/")}
        assert isinstance(options, dict)
        return {"componentRef": {"name": path}, "dependentTasks": list(needs.get(path, ())), **options}

    root = {"dag": level("")}
    return {
        "root": root,
        "components": components,
        "deploymentSpec": {"executors": executors},
        "pipelineInfo": {"name": "p"},
    }


def a_container(code: object, more: Mapping[str, object]) -> dict[str, object]:
    python = ["sh", "-ec", "program_path=$(mktemp -d)", code]
    return {"image": "python:3.11", "command": python, "args": ["--function_to_execute", "train"], **more}


def chain(two: TwoRuns, run: str, *, rows: int, accuracy: float, table: str = "table", model: str = "model") -> str:
    """`make-data` → `train`: the root's id."""
    root = two.begin(run, rows=float(rows))
    data, weights = two.data(table), two.data(model, type="system.Model")
    two.task(root, "make-data", None, {"data": data}, given={"rows": float(rows)})
    two.task(root, "train", {"data": data}, {"model": weights, "metrics": two.metrics(accuracy=accuracy)})
    return root
