"""Which objects belong into a bundle of single runs, and what of each is kept. Pure functions over objects as JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kfpops.capture.entry import Item, Json, field, items, text
from kfpops.knowledge.argo_workflow import RUN_LABEL

# What KFP, Argo and the cluster's autoscaler are configured with.
CONFIG_MAPS = frozenset(
    {
        *("kfp-launcher", "pipeline-install-config", "ml-pipeline-config", "metadata-grpc-configmap"),
        *("workflow-controller-configmap", "artifact-repositories", "cluster-autoscaler-status"),
    }
)
LEFT_OUT = (
    "metadata.managedFields",
    "node machineID, systemUUID and bootID",
    "values of Secrets",
    "what looks like a credential",
    "metrics",
)
LEFT_OUT_OF_RUNS = (
    "pods, workflows and events of other runs and namespaces",
    "of other pods on the nodes, all but what they take of the node",
    "lineage farther away than what touched the runs' artifacts",
)
_NODE_IDS = ("machineID", "systemUUID", "bootID")
_MOST_IMAGES = 60
# What a pod says that others only need in order to see the room it takes.
_ROOM_IN_SPEC = (
    *("nodeName", "priority", "priorityClassName", "tolerations", "nodeSelector", "overhead", "schedulerName"),
    *("preemptionPolicy", "hostNetwork"),
)
_ROOM_IN_CONTAINER = ("name", "resources", "ports", "restartPolicy")


def run_of(item: Json) -> str:
    """The run that an object belongs to, "" when it belongs to none."""
    return text(item, "metadata", "labels", RUN_LABEL)


def name_of(item: Json) -> tuple[str, str]:
    """Namespace and name."""
    return text(item, "metadata", "namespace"), text(item, "metadata", "name")


def trimmed(item: Item) -> Item:
    """Without what nobody reads (managed fields) and what tells machines apart for good."""
    kept = dict(item)
    metadata = field(kept, "metadata")
    if isinstance(metadata, dict):
        kept["metadata"] = {k: v for k, v in metadata.items() if k != "managedFields"}
    status = field(kept, "status")
    if isinstance(status, dict) and "nodeInfo" in status:
        info, images = status["nodeInfo"], status.get("images")
        plain = {k: v for k, v in info.items() if k not in _NODE_IDS} if isinstance(info, dict) else info
        few = images[:_MOST_IMAGES] if isinstance(images, list) else images
        kept["status"] = {**status, "nodeInfo": plain, "images": few}
    return kept


def as_neighbour(pod: Item) -> Item:
    """A pod of somebody else, as far as it takes room on a node."""
    spec, metadata = field(pod, "spec"), field(pod, "metadata")
    room: Item = {k: v for k, v in spec.items() if k in _ROOM_IN_SPEC} if isinstance(spec, dict) else {}
    for key in ("initContainers", "containers"):
        room[key] = [{k: v for k, v in c.items() if k in _ROOM_IN_CONTAINER} for c in items(pod, "spec", key)]
    kept = ("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "labels", "ownerReferences")
    about: Item = {k: v for k, v in metadata.items() if k in kept} if isinstance(metadata, dict) else {}
    return {"metadata": about, "spec": room, "status": {"phase": text(pod, "status", "phase")}}


def is_about(event: Item, pods: Collection[tuple[str, str]], workflows: Collection[str]) -> bool:
    """Whether an event belongs to the story: of a kept pod or workflow, or of anything that belongs to no run."""
    kind, name = text(event, "involvedObject", "kind"), text(event, "involvedObject", "name")
    if kind == "Pod":
        return (text(event, "involvedObject", "namespace"), name) in pods or any(name.startswith(w) for w in workflows)
    return name in workflows if kind == "Workflow" else True


def config_map_names(pods: Iterable[Item]) -> frozenset[str]:
    """The ConfigMaps that these pods refer to."""
    found: set[str] = set()
    for pod in pods:
        for container in (*items(pod, "spec", "initContainers"), *items(pod, "spec", "containers")):
            found.update(text(e, "valueFrom", "configMapKeyRef", "name") for e in items(container, "env"))
            found.update(text(e, "configMapRef", "name") for e in items(container, "envFrom"))
        found.update(text(v, "configMap", "name") for v in items(pod, "spec", "volumes"))
    return frozenset(found - {""})
