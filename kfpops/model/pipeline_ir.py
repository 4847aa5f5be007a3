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
    """`cache_key` (servers after 2.17): the author's own key instead of KFP's fingerprint."""

    enable_cache: bool = False
    cache_key: str = ""


class ComponentRef(_IR, frozen=True):
    name: str = ""


class OutputOfTask(_IR, frozen=True):
    """One of a task's outputs as another's input; the first key is set for artifacts, the second for parameters."""

    producer_task: str = ""
    output_artifact_key: str = ""
    output_parameter_key: str = ""


class InputArtifact(_IR, frozen=True):
    """Where a task gets an artifact from: one of both is set."""

    task_output_artifact: OutputOfTask | None = None
    component_input_artifact: str = ""


class RuntimeValue(_IR, frozen=True):
    constant: object = None


class InputParameter(_IR, frozen=True):
    """Where a value comes from: one of the three is set."""

    task_output_parameter: OutputOfTask | None = None
    component_input_parameter: str = ""
    runtime_value: RuntimeValue | None = None


class TaskInputs(_IR, frozen=True):
    """By port."""

    artifacts: dict[str, InputArtifact] = {}


class TaskSpec(_IR, frozen=True):
    component_ref: ComponentRef = ComponentRef()
    inputs: TaskInputs = TaskInputs()
    retry_policy: RetryPolicy | None = None
    caching_options: CachingOptions | None = None
    dependent_tasks: tuple[str, ...] = ()


class Dag(_IR, frozen=True):
    tasks: dict[str, TaskSpec] = {}


class ArtifactSpec(_IR, frozen=True):
    """`artifact_type` and `metadata` as JSON values; None: not written."""

    artifact_type: dict[str, object] | None = None
    metadata: dict[str, object] | None = None
    is_optional: bool = False


class ParameterSpec(_IR, frozen=True):
    """`parameter_type` is a name of the enum (NUMBER_INTEGER, STRING, STRUCT …)."""

    parameter_type: str = ""


class Ports(_IR, frozen=True):
    """Inputs or outputs of a component by name."""

    artifacts: dict[str, ArtifactSpec] = {}
    parameters: dict[str, ParameterSpec] = {}


class Component(_IR, frozen=True):
    """Of `executor_label` and `dag` one is set: a component runs an executor, or is a graph of tasks."""

    executor_label: str = ""
    dag: Dag | None = None
    input_definitions: Ports = Ports()
    output_definitions: Ports = Ports()


class Accelerator(_IR, frozen=True):
    """GPUs and the like. Counts are numbers, also as text, or a placeholder; older SDKs wrote `type` and `count` only."""

    resource_type: str = ""
    resource_count: str | int | float = ""
    type: str = ""
    count: str | int | float = 0


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
    accelerator: Accelerator | None = None


class EnvironmentVariable(_IR, frozen=True):
    name: str = ""
    value: str = ""


class ContainerSpec(_IR, frozen=True):
    image: str = ""
    resources: ResourceSpec = ResourceSpec()
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env: tuple[EnvironmentVariable, ...] = ()


class Importer(_IR, frozen=True):
    pass


class Executor(_IR, frozen=True):
    container: ContainerSpec | None = None
    importer: Importer | None = None


class DeploymentSpec(_IR, frozen=True):
    executors: dict[str, Executor] = {}


class PipelineInfo(_IR, frozen=True):
    name: str = ""


class ClaimMount(_IR, frozen=True):
    """A PersistentVolumeClaim that is mounted (kfp-kubernetes): the first field names it; older SDKs wrote the others."""

    pvc_name_parameter: InputParameter | None = None
    task_output_parameter: OutputOfTask | None = None
    component_input_parameter: str = ""
    constant: str = ""

    @property
    def name_source(self) -> InputParameter:
        """Where the claim's name comes from, whichever way it is written."""
        constant = RuntimeValue(self.constant) if self.constant else None
        return self.pvc_name_parameter or InputParameter(
            self.task_output_parameter, self.component_input_parameter, constant
        )


class KubernetesExecutor(_IR, frozen=True):
    """What kfp-kubernetes adds to an executor: only the claims."""

    pvc_mount: tuple[ClaimMount, ...] = ()


class KubernetesDeployment(_IR, frozen=True):
    executors: dict[str, KubernetesExecutor] = {}


class KubernetesPlatform(_IR, frozen=True):
    deployment_spec: KubernetesDeployment = KubernetesDeployment()


class PipelineIR(_IR, frozen=True):
    """`kubernetes` is the platform document's part of this name, which stands beside the pipeline."""

    pipeline_info: PipelineInfo = PipelineInfo()
    components: dict[str, Component] = {}
    deployment_spec: DeploymentSpec = DeploymentSpec()
    root: Component = Component()
    sdk_version: str = ""
    kubernetes: KubernetesPlatform = KubernetesPlatform()

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

    def component(self, path: str) -> Component | None:
        """The component of a task; None for unknown paths."""
        task = self.task(path)
        return self.components.get(task.component_ref.name) if task else None

    def container(self, path: str) -> ContainerSpec | None:
        """The container that a task runs; None for importers, nested pipelines and unknown paths."""
        component = self.component(path)
        executor = self.deployment_spec.executors.get(component.executor_label) if component else None
        return executor.container if executor else None
