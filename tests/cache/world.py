"""A small KFP in memory for the cache: pipelines of two tasks, runs that the driver went through, and a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from kfpops.cache.explain import explain
from kfpops.cache.explanation import Explanation, TaskExplanation
from kfpops.cache.gather import gather_cache
from kfpops.knowledge.fingerprint import RELEASES, Release, cache_key, fingerprint
from kfpops.knowledge.ir_json import pipeline_ir
from kfpops.model.lineage import Artifact, Event, Execution, JsonValue, RunContext
from kfpops.model.pipeline_ir import PipelineIR
from kfpops.model.run import Run
from kfpops.ports import Cluster
from tests.builders import NOW
from tests.fakes import FakePipelines, FakeStore, a_cluster
from tests.lineage.memory import MemoryLineage

CODE = "\nimport kfp\n\ndef train(data, model):\n    fit(data, epochs={epochs})\n"
ON: dict[str, Any] = {"enableCache": True}


def a_pipeline(
    *,
    image: str = "python:3.11",
    epochs: int = 5,
    caching: Mapping[str, Any] = ON,
    env: Mapping[str, str] | None = None,
    memory: str = "",
    claim: Mapping[str, Any] | None = None,
    name: str = "nightly",
) -> PipelineIR:
    """`load` makes `data`, which `train` reads. The keywords change `train`."""
    container: dict[str, Any] = {
        "image": image,
        "command": ["sh", "-ec", "python3 -m kfp.dsl.executor_main", CODE.format(epochs=epochs)],
        "args": ["--executor_input", "{{$}}"],
        "env": [{"name": key, "value": value} for key, value in (env or {}).items()],
        "resources": {"resourceMemoryLimit": memory} if memory else {},
    }
    dataset = {"artifactType": {"schemaTitle": "system.Dataset", "schemaVersion": "0.0.1"}}
    spec = {
        "pipelineInfo": {"name": name},
        "components": {
            "comp-load": {"executorLabel": "exec-load", "outputDefinitions": {"artifacts": {"data": dataset}}},
            "comp-train": {
                "executorLabel": "exec-train",
                "inputDefinitions": {"artifacts": {"data": dataset}, "parameters": {"seed": {"parameterType": "STRING"}}},
                "outputDefinitions": {"artifacts": {"model": dataset, "scores": dataset}},
            },
        },
        "deploymentSpec": {
            "executors": {"exec-load": {"container": {"image": "alpine@sha256:ab"}}, "exec-train": {"container": container}}
        },
        "root": {"dag": {"tasks": {"load": _task("load", ON), "train": _task("train", caching)}}},
    }
    mounts = {"exec-train": {"pvcMount": [dict(claim)]}} if claim else {}
    platform = {"platforms": {"kubernetes": {"deploymentSpec": {"executors": mounts}}}}
    found = pipeline_ir({"pipeline_spec": spec, "platform_spec": platform})
    assert found is not None
    return found


def _task(name: str, caching: Mapping[str, Any]) -> dict[str, Any]:
    source = {"data": {"taskOutputArtifact": {"producerTask": "load", "outputArtifactKey": "data"}}}
    inputs = {"artifacts": source} if name == "train" else {}
    return {"componentRef": {"name": f"comp-{name}"}, "cachingOptions": dict(caching), "inputs": inputs}


@dataclass
class World:
    """What has happened so far; each execution begins a minute after the one before and ends ten seconds later."""

    runs: list[Run] = field(default_factory=list)
    contexts: list[RunContext] = field(default_factory=list)
    executions: list[Execution] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    objects: dict[str, str] = field(default_factory=dict)
    modified: dict[str, datetime] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    pipelines: dict[str, PipelineIR] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    clock: datetime = NOW - timedelta(hours=5)

    def run(self, id: str, pipeline: PipelineIR | None = None, **root: JsonValue) -> str:
        """A run under way; `root` are its parameters."""
        pipeline = pipeline or a_pipeline()
        name = pipeline.pipeline_info.name
        self.pipelines[id] = pipeline
        self.runs.insert(0, Run(id, id, "SUCCEEDED", "kubeflow", pipeline_name=name, pipeline=pipeline))
        self.contexts.append(RunContext(id, name, "kubeflow", f"minio://mlpipeline/v2/{name}/{id}"))
        self.roots[id] = self._execution("system.DAGExecution", kind="dag", run_id=id, state="RUNNING", inputs=root)
        return id

    def step(
        self,
        run: str,
        task: str,
        *,
        state: str = "COMPLETE",
        inputs: Mapping[str, Sequence[str]] | None = None,
        parameters: Mapping[str, JsonValue] | None = None,
        claims: tuple[str, ...] = (),
        release: Release = RELEASES[0],
        **own: Any,
    ) -> str:
        """An execution with the fingerprint that a KFP of `release` stores for it. Gives its id."""
        ir = self.pipelines[run]
        spec, component, container = ir.task(task), ir.component(task), ir.container(task)
        assert spec
        assert component
        assert container
        artifacts = {port: tuple(ids) for port, ids in (inputs or {}).items()}
        key = cache_key(spec, component, container, artifacts=artifacts, parameters=parameters or {}, claims=claims)
        enabled = spec.caching_options is not None and spec.caching_options.enable_cache
        own.setdefault("fingerprint", fingerprint(key, release) if enabled else "")
        own.setdefault("namespace", "kubeflow")
        parent = own.pop("parent_id", self.roots[run])
        own |= {"inputs": parameters or {}, "parent_id": parent, "state": state, "task": task}
        id = self._execution("system.ContainerExecution", kind="container", **own)
        self.events += [Event(a, id, "input", port) for port, ids in artifacts.items() for a in ids]
        return id

    def dag(self, run: str, task: str, state: str = "RUNNING") -> str:
        """A DAG of the run, which can be the `parent_id` of steps."""
        return self._execution("system.DAGExecution", kind="dag", task=task, parent_id=self.roots[run], state=state)

    def output(self, execution: str, port: str, *, text: str | None = "x", uri: str = "", kind: str = "Dataset") -> str:
        """A new artifact of an execution; `text` is its object's content, None: there is no object. Gives its id."""
        id = str(len(self.artifacts) + 1)
        uri = uri or f"minio://mlpipeline/v2/{execution}/{port}"
        self.artifacts.append(Artifact(id, f"system.{kind}", uri, port, created_at=self.clock))
        if text is not None:
            self.objects[uri] = text
            self.modified.setdefault(uri, self.clock)
        self.events.append(Event(id, execution, "output", port))
        return id

    def hit(self, run: str, task: str, origin: str, **own: Any) -> str:
        """An execution that took the outputs of `origin` from the cache."""
        source = next(e for e in self.executions if e.id == origin)
        own = {"inputs": _ports(self.events, origin), "parameters": source.inputs, **own}
        id = self.step(run, task, state="CACHED", cached_from=origin, **own)
        outputs = [e for e in self.events if e.execution_id == origin and e.kind == "output"]
        self.events += [replace(e, execution_id=id) for e in outputs]
        return id

    def imported(self, run: str, uri: str, text: str = "x") -> str:
        """An artifact that an importer registered."""
        return self.output(
            self._execution("system.ImporterExecution", kind="importer", parent_id=self.roots[run]),
            "artifact",
            uri=uri,
            text=text,
        )

    def _execution(self, type: str, **own: Any) -> str:
        id = str(len(self.executions) + 100)
        self.clock += timedelta(minutes=1)
        own = {"created_at": self.clock, "updated_at": self.clock + timedelta(seconds=10), **own}
        self.executions.append(Execution(id, type, **own))
        return id

    def lineage(self) -> MemoryLineage:
        return MemoryLineage(self.artifacts, self.executions, self.events, self.contexts)

    def cluster(self, **own: Any) -> Cluster:
        known = [run for run in self.runs if run.id not in self.deleted]
        store = FakeStore(self.objects, modified=self.modified)
        cluster = a_cluster(pipelines=FakePipelines(known), store=store)
        return replace(cluster, **{"lineage": self.lineage(), **own})

    def explained(self, run: str, **options: str) -> Explanation:
        return explain(gather_cache(self.cluster(), run, **options))

    def task(self, run: str, task: str = "train", **options: str) -> TaskExplanation:
        """The explanation of one task of one execution."""
        (found,) = [t for t in self.explained(run, **options).tasks if t.task == task]
        return found


def _ports(events: Sequence[Event], execution: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for event in events:
        if event.execution_id == execution and event.kind == "input":
            found[event.port] = (*found.get(event.port, ()), event.artifact_id)
    return found


def trained(world: World, run: str, pipeline: PipelineIR | None = None, **parameters: JsonValue) -> tuple[str, str]:
    """A run of both tasks; gives the executions' ids."""
    world.run(run, pipeline)
    load = world.step(run, "load")
    data = world.output(load, "data", text=f"rows of {run}")
    train = world.step(run, "train", inputs={"data": [data]}, parameters=parameters)
    world.output(train, "model")
    return load, train
