"""Deployments and nodes → the parts of a KFP installation, each with its version as its image tells it."""

from __future__ import annotations

from collections.abc import Sequence

from kfpops.model.installation import Part
from kfpops.model.node import Node
from kfpops.model.workload import Deployment

# Deployment names of kubeflow/manifests (kustomize/base), by what they are; the first that exists counts.
_PROGRAMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Argo workflow controller", ("workflow-controller",)),
    ("Persistence agent", ("ml-pipeline-persistenceagent",)),
    ("Recurring-run controller", ("ml-pipeline-scheduledworkflow",)),
    ("Lineage (ML Metadata)", ("metadata-grpc-deployment", "metadata-grpc")),
    ("Object store", ("seaweedfs", "minio")),
    ("Database", ("mysql", "postgres", "mariadb")),
)
# Clusters often use a store and a database of their own: these may be absent.
_MAY_BE_ELSEWHERE = frozenset({"Object store", "Database"})


def parts_of(nodes: Sequence[Node] | None, deployments: Sequence[Deployment] | None) -> tuple[Part, ...]:
    """Kubernetes first, then KFP's programs. None: could not be read, so the state is unknown."""
    return (_kubernetes(nodes), *(_program(name, names, deployments) for name, names in _PROGRAMS))


def image_version(image: str) -> str | None:
    """The tag of an image; None for a digest or no tag. A registry's port is no tag."""
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2]
    return tag or None


def _kubernetes(nodes: Sequence[Node] | None) -> Part:
    if nodes is None:
        return Part("Kubernetes", "unknown", None, "nodes could not be read")
    ready = [n for n in nodes if any(c.type == "Ready" and c.status == "True" for c in n.status.conditions)]
    versions = sorted({n.status.node_info.kubelet_version.removeprefix("v") for n in nodes} - {""})
    all_ready = len(ready) == len(nodes)
    detail = f"{len(ready)} of {len(nodes)} nodes ready"
    return Part("Kubernetes", "ready" if all_ready else "not ready", ", ".join(versions) or None, detail)


def _program(name: str, names: tuple[str, ...], deployments: Sequence[Deployment] | None) -> Part:
    if deployments is None:
        return Part(name, "unknown", None, "deployments could not be read")
    found = next((d for wanted in names for d in deployments if d.metadata.name == wanted), None)
    if found is None:
        return Part(name, "absent", None, "not in the cluster, or called otherwise" if name in _MAY_BE_ELSEWHERE else "")
    wanted = 1 if found.spec.replicas is None else found.spec.replicas
    containers = found.spec.template.spec.containers
    version = image_version(containers[0].image) if containers else None
    detail = f"deployment {found.metadata.name}, {found.status.ready_replicas} of {wanted} ready"
    ready = found.status.ready_replicas >= wanted > 0
    return Part(name, "ready" if ready else "not ready", version, detail)
