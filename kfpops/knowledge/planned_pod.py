"""The executor's pod as its driver planned it: what is left of a pod that is gone, or that was never made.

KFP's container driver writes the output parameter `pod-spec-patch`: a pod spec with the container `main`, its image, command
and resources (backend/src/v2/driver/container.go).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from kfpops.knowledge.argo_node import parse_node_name, role_of_template
from kfpops.knowledge.executor_input import executor_logs_uri
from kfpops.model.container import Container
from kfpops.model.decode import decode_tolerant
from kfpops.model.pod import PodSpec
from kfpops.model.workflow import Workflow, WorkflowNode

TaskKey: TypeAlias = tuple[str, tuple[int, ...]]
"""Task path and iterations: what one driver plans one executor for."""

_PATCH = "pod-spec-patch"
_MAIN_LOGS = "main-logs"


def patches_of(workflow: Workflow) -> Mapping[TaskKey, str]:
    """The patch's text of every driver that wrote one; the last attempt's counts."""
    found: dict[TaskKey, str] = {}
    for node in workflow.status.nodes.values():
        for parameter in node.outputs.parameters if node.outputs else ():
            if parameter.name == _PATCH and parameter.value:
                path = parse_node_name(node.name, workflow.metadata.name, role_of_template(node.template_name))
                found[path.task, path.iterations] = parameter.value
    return found


def planned_container(patch: str) -> Container | None:
    """The container `main` of a patch; None when the text is no pod spec."""
    try:
        spec = decode_tolerant(PodSpec, patch.encode())
    except msgspec.DecodeError:
        return None
    return next((c for c in spec.containers if c.name == "main"), None)


def stored_logs(workflow: Workflow, node: WorkflowNode, main: Container | None, attempt: int) -> tuple[str, ...]:
    """URIs at which the object store may have a step's log, best first: Argo's archive, then the executor-logs artifact."""
    uris = []
    repository = workflow.status.artifact_repository_ref
    home = repository.artifact_repository.s3 if repository and repository.artifact_repository else None
    for artifact in node.outputs.artifacts if node.outputs else ():
        if artifact.name == _MAIN_LOGS and artifact.s3 and artifact.s3.key:
            bucket = artifact.s3.bucket or (home.bucket if home else "")
            uris += [f"minio://{bucket}/{artifact.s3.key}"] if bucket else []
    own = executor_logs_uri(main.command) if main else None
    if own:
        uris += [f"{own}-{attempt}", own]
    return tuple(uris)
