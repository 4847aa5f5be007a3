"""Paths of tasks in a compiled pipeline."""

from __future__ import annotations

from kfpops.model.pipeline_ir import Component, PipelineIR


def container_paths(pipeline: PipelineIR) -> tuple[str, ...]:
    """Paths of all tasks that run a container (`prepare/clean-rows`), in the pipeline's order."""
    return tuple(_below(pipeline, pipeline.root, (), frozenset()))


def _below(pipeline: PipelineIR, component: Component, path: tuple[str, ...], open_: frozenset[str]) -> list[str]:
    found: list[str] = []
    for name, task in (component.dag.tasks if component.dag else {}).items():
        reference = task.component_ref.name
        inner = pipeline.components.get(reference)
        if inner is None:
            continue
        executor = pipeline.deployment_spec.executors.get(inner.executor_label)
        if executor and executor.container:
            found.append("/".join((*path, name)))
        elif reference not in open_:
            # A component that contains itself cannot be compiled, but it can be written.
            found += _below(pipeline, inner, (*path, name), open_ | {reference})
    return found
