"""A compiled pipeline (decoded JSON, or IR YAML) → PipelineIR, whatever else is written in it.

Specs come from many SDK versions, and users patch them: parts that cannot be read are left out one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from kfpops.model.pipeline_ir import (
    Component,
    DeploymentSpec,
    Executor,
    KubernetesDeployment,
    KubernetesExecutor,
    KubernetesPlatform,
    PipelineInfo,
    PipelineIR,
)

T = TypeVar("T")


def pipeline_ir(document: object) -> PipelineIR | None:
    """The pipeline of a `pipeline_spec`; None when there is none. Never raises.

    With platform settings KFP nests it: `{"pipeline_spec": {…}, "platform_spec": {…}}`.
    """
    if not isinstance(document, Mapping):
        return None
    inner = document.get("pipeline_spec")
    platform = _kubernetes(document.get("platform_spec"))
    document = inner if isinstance(inner, Mapping) else document
    if not ("root" in document or "components" in document or "pipelineInfo" in document):
        return None
    whole = _read(document, PipelineIR)
    return msgspec.structs.replace(whole if whole is not None else _by_parts(document), kubernetes=platform)


def pipeline_ir_from_yaml(text: str) -> PipelineIR | None:
    """The pipeline of an IR YAML text; a second document holds platform settings. None when it is none. Never raises."""
    if not text.strip():
        return None
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        documents = list(yaml.load_all(text, Loader=loader))
    except (yaml.YAMLError, ValueError):
        return None
    found = (pipeline_ir(document) for document in documents)
    ir = next((ir for ir in found if ir is not None), None)
    platform = next((d for d in documents if isinstance(d, Mapping) and "platforms" in d), None)
    return msgspec.structs.replace(ir, kubernetes=_kubernetes(platform)) if ir is not None and platform is not None else ir


def _kubernetes(document: object) -> KubernetesPlatform:
    """The settings for Kubernetes in a platform document; empty when there are none."""
    for key in ("platforms", "kubernetes", "deploymentSpec", "executors"):
        document = document.get(key) if isinstance(document, Mapping) else None
    return KubernetesPlatform(KubernetesDeployment(_read_each(document, KubernetesExecutor)))


def _by_parts(document: Mapping[str, Any]) -> PipelineIR:
    deployment = document.get("deploymentSpec")
    executors = deployment.get("executors") if isinstance(deployment, Mapping) else None
    return PipelineIR(
        pipeline_info=_read(document.get("pipelineInfo"), PipelineInfo) or PipelineInfo(),
        components=_read_each(document.get("components"), Component),
        deployment_spec=DeploymentSpec(executors=_read_each(executors, Executor)),
        root=_read(document.get("root"), Component) or Component(),
        sdk_version=str(document.get("sdkVersion") or ""),
    )


def _read_each(document: object, kind: type[T]) -> dict[str, T]:
    if not isinstance(document, Mapping):
        return {}
    found = {str(name): _read(part, kind) for name, part in document.items()}
    return {name: part for name, part in found.items() if part is not None}


def _read(document: object, kind: type[T]) -> T | None:
    try:
        return msgspec.convert(_without_nulls(document), kind, strict=False)
    except (msgspec.ValidationError, RecursionError):
        return None


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _without_nulls(part) for key, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_without_nulls(part) for part in value if part is not None]
    return value
