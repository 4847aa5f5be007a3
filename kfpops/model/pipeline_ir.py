"""The compiled pipeline (IR YAML, `pipeline_spec`): only what diagnosis asks of it."""

from __future__ import annotations

import msgspec


class _IR(msgspec.Struct, frozen=True, rename="camel"):
    pass


class RetryPolicy(_IR, frozen=True):
    """`set_retry`: how often, as the author wrote it."""

    max_retry_count: int | float | str = 0
    backoff_duration: str = ""


class CachingOptions(_IR, frozen=True):
    enable_cache: bool = False


class ComponentRef(_IR, frozen=True):
    name: str = ""


class TaskSpec(_IR, frozen=True):
    component_ref: ComponentRef = ComponentRef()
    retry_policy: RetryPolicy | None = None
    caching_options: CachingOptions | None = None
    dependent_tasks: tuple[str, ...] = ()


class Dag(_IR, frozen=True):
    tasks: dict[str, TaskSpec] = {}


class Component(_IR, frozen=True):
    """Exactly one is set: a component runs an executor, or is a graph of tasks."""

    executor_label: str = ""
    dag: Dag | None = None


class ResourceSpec(_IR, frozen=True):
    """Kubernetes quantities as text (newer SDKs), or the numbers in cores and GB (10^9) that older ones wrote."""

    resource_memory_limit: str = ""
    resource_memory_request: str = ""
    resource_cpu_limit: str = ""
    resource_cpu_request: str = ""
    memory_limit: float | None = None
    memory_request: float | None = None
    cpu_limit: float | None = None
    cpu_request: float | None = None


class ContainerSpec(_IR, frozen=True):
    image: str = ""
    resources: ResourceSpec = ResourceSpec()
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()


class Importer(_IR, frozen=True):
    pass


class Executor(_IR, frozen=True):
    container: ContainerSpec | None = None
    importer: Importer | None = None


class DeploymentSpec(_IR, frozen=True):
    executors: dict[str, Executor] = {}


class PipelineInfo(_IR, frozen=True):
    name: str = ""


class PipelineIR(_IR, frozen=True):
    pipeline_info: PipelineInfo = PipelineInfo()
    components: dict[str, Component] = {}
    deployment_spec: DeploymentSpec = DeploymentSpec()
    root: Component = Component()
    sdk_version: str = ""

    def task(self, path: str) -> TaskSpec | None:
        """The task of a dotted path ("prepare.clean-rows"); None when the pipeline has no such task."""
        here: Component | None = self.root
        found: TaskSpec | None = None
        for name in path.split("."):
            found = here.dag.tasks.get(name) if here and here.dag else None
            if found is None:
                return None
            here = self.components.get(found.component_ref.name)
        return found

    def container(self, path: str) -> ContainerSpec | None:
        """The container that a task runs; None for importers, nested pipelines and unknown paths."""
        task = self.task(path)
        component = self.components.get(task.component_ref.name) if task else None
        executor = self.deployment_spec.executors.get(component.executor_label) if component else None
        return executor.container if executor else None
