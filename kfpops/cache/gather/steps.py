"""Executions → steps: their places, their recipes in the pipelines of their runs, their inputs and outputs, their claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from kfpops.cache.gather.reading import Reading
from kfpops.cache.step import Recipe, Step, computed
from kfpops.model.lineage import EventKind, Execution, Place
from kfpops.model.pipeline_ir import ClaimMount, PipelineIR

# backend/src/v2/component/constants.go and driver/k8s.go (2.15 and later): the run's workspace is a claim named after its
# workflow, mounted when an input speaks of it.
_WORKSPACE = "kfp-workspace"
_SPEAKS_OF_WORKSPACE = ("{{$.workspace_path}}", "/kfp-workspace")
_WORKSPACE_PROPERTY = "_kfp_workspace"
# Pipelines that are tried for a run that KFP does not have any more, and runs that are looked through for them.
_RELATIVES, _LOOKED_THROUGH = 3, 100


def steps_of(reading: Reading, executions: Sequence[Execution], spare: PipelineIR | None = None) -> tuple[Step, ...]:
    """The steps, in the same order. `spare` is tried for runs that are gone; it counts if the fingerprint fits."""
    places = reading.places(executions)
    ports = _ports(reading, [e.id for e in executions])
    steps = []
    for execution in executions:
        place = places[execution.id]
        context = reading.context(place.run_id) if place.run_id else None
        step = Step(
            execution,
            place,
            context.pipeline if context else "",
            inputs=ports[execution.id, "input"],
            outputs=ports[execution.id, "output"],
        )
        steps.append(_with_recipe(reading, step, spare))
    return tuple(steps)


def pipeline_of(reading: Reading, run_id: str) -> PipelineIR | None:
    run = reading.run(run_id)
    return run.pipeline if run else None


def recipe_in(pipeline: PipelineIR | None, place: Place) -> Recipe | None:
    """How the pipeline writes the task of this place; None when it has no such container task."""
    path = place.task_path.replace("/", ".")
    if pipeline is None or not path:
        return None
    task, component, container = pipeline.task(path), pipeline.component(path), pipeline.container(path)
    return Recipe(task, component, container) if task and component and container else None


def _with_recipe(reading: Reading, step: Step, spare: PipelineIR | None) -> Step:
    own = pipeline_of(reading, step.run_id) if step.run_id else None
    if own is not None:
        return _in(reading, step, own)
    if not step.execution.fingerprint:
        return step
    for pipeline in [spare] if spare else _relatives(reading, step):
        tried = _in(reading, step, pipeline)
        found = computed(tried)
        if tried.recipe and found and found.release:
            return replace(tried, recipe=replace(tried.recipe, borrowed=True))
    return step


def _in(reading: Reading, step: Step, pipeline: PipelineIR) -> Step:
    recipe = recipe_in(pipeline, step.place)
    if recipe is None:
        return step
    return replace(step, recipe=recipe, claims=_claims(reading, step, recipe, pipeline))


def _relatives(reading: Reading, step: Step) -> Iterator[PipelineIR]:
    """Pipelines of other runs of the same name."""
    pipelines, context = reading.cluster.pipelines, reading.context(step.run_id) if step.run_id else None
    if pipelines is None or context is None or not context.pipeline:
        return
    for run_id in islice(reading.runs_of(context.pipeline, context.namespace, _LOOKED_THROUGH), _RELATIVES):
        found = pipeline_of(reading, run_id)
        if found:
            yield found


def _ports(reading: Reading, ids: Iterable[str]) -> dict[tuple[str, EventKind], dict[str, tuple[str, ...]]]:
    found: defaultdict[tuple[str, EventKind], dict[str, tuple[str, ...]]] = defaultdict(dict)
    for event in reading.events(ids):
        ports = found[event.execution_id, event.kind]
        ports[event.port] = (*ports.get(event.port, ()), event.artifact_id)
    return found


def _claims(reading: Reading, step: Step, recipe: Recipe, pipeline: PipelineIR) -> tuple[str, ...] | None:
    executor = pipeline.kubernetes.deployment_spec.executors.get(recipe.component.executor_label)
    names = [_claim(reading, step, mount) for mount in executor.pvc_mount] if executor else []
    if _uses_workspace(reading, step):
        names.append(_workspace(reading, step.run_id))
    known = tuple(name for name in names if name)
    return known if len(known) == len(names) else None


def _claim(reading: Reading, step: Step, mount: ClaimMount) -> str | None:
    """The claim's name as the driver resolves it in the step's DAG; None when it cannot be told."""
    source = mount.name_source
    value: object = source.runtime_value.constant if source.runtime_value else None
    if source.component_input_parameter:
        parent = reading.executions.get(step.execution.parent_id)
        value = parent.inputs.get(source.component_input_parameter) if parent else None
    elif source.task_output_parameter:
        output = source.task_output_parameter
        beside = [e for e in reading.siblings(step.run_id) if e.parent_id == step.execution.parent_id]
        made = [e.outputs.get(output.output_parameter_key) for e in beside if e.task == output.producer_task]
        value = next((name for name in reversed(made) if name), None)
    return value if isinstance(value, str) and value else None


def _uses_workspace(reading: Reading, step: Step) -> bool:
    texts = [value for value in step.execution.inputs.values() if isinstance(value, str)]
    if any(sign in text for text in texts for sign in _SPEAKS_OF_WORKSPACE):
        return True
    firsts = [reading.artifacts.get(ids[0]) for ids in step.inputs.values() if ids]
    return any(a is not None and a.properties.get(_WORKSPACE_PROPERTY) is True for a in firsts)


def _workspace(reading: Reading, run_id: str) -> str | None:
    pipelines = reading.cluster.pipelines
    workflow = reading.optional("workflow copy in KFP", lambda: pipelines.workflow(run_id)) if pipelines else None
    return f"{workflow.metadata.name}-{_WORKSPACE}" if workflow else None
