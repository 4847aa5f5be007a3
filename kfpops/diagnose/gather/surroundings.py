"""The lists around the steps, read only where `needs` says so, side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Any

from kfpops.diagnose.facts import Surroundings
from kfpops.diagnose.gather.reading import Reading
from kfpops.diagnose.needs import Need, objects_wanted
from kfpops.diagnose.step import Step
from kfpops.model.event import Event
from kfpops.model.namespaced import ConfigMap, LimitRange, PriorityClass, ResourceQuota, Secret, ServiceAccount
from kfpops.model.node import Node
from kfpops.model.pod import Pod
from kfpops.model.storage import PersistentVolume, PersistentVolumeClaim, StorageClass
from kfpops.model.workload import Deployment

# What stands on nodes: everything that has not ended.
_ALIVE = "status.phase!=Succeeded,status.phase!=Failed"


def read_surroundings(reading: Reading, needs: Collection[Need], namespace: str, known: Surroundings) -> Surroundings:
    """`known` with what is needed added. A list that was read before is not read again."""
    later = reading.later
    begin: dict[str, Callable[[], Future[Any]]] = {
        "nodes": lambda: later(Node),
        "pods": lambda: later(Pod, fields=_ALIVE),
        "claims": lambda: later(PersistentVolumeClaim, namespace),
        "volumes": lambda: later(PersistentVolume),
        "storage_classes": lambda: later(StorageClass),
        "quotas": lambda: later(ResourceQuota, namespace),
        "limit_ranges": lambda: later(LimitRange, namespace),
        "service_accounts": lambda: later(ServiceAccount, namespace),
        "config_maps": lambda: later(ConfigMap, namespace),
        "secrets": lambda: later(Secret, namespace),
        "priority_classes": lambda: later(PriorityClass),
        "deployments": lambda: later(Deployment, reading.cluster.kfp_namespace),
    }
    fields = dict.fromkeys(f for need in sorted(needs) for f in _LISTS.get(need, ()) if getattr(known, f) is None)
    begun = {field: begin[field]() for field in fields}
    events = [
        later(Event, place or namespace, fields=f"involvedObject.kind={kind}")
        for need, (kind, place) in _EVENTS.items()
        if need in needs
    ]
    autoscaler = later(ConfigMap, "kube-system", fields=f"metadata.name={_AUTOSCALER}") if "autoscaler" in needs else None
    found = replace(known, **{field: future.result() for field, future in begun.items()})
    if events:
        found = replace(found, events=_merged(found.events or (), (e for f in events for e in f.result() or ())))
    if autoscaler is not None and (status := autoscaler.result()):
        found = replace(found, config_maps=(*(found.config_maps or ()), *status))
    return found


_AUTOSCALER = "cluster-autoscaler-status"
_LISTS: dict[Need, tuple[str, ...]] = {
    "nodes": ("nodes",),
    "pods": ("pods",),
    "claims": ("claims", "volumes", "storage_classes"),
    "quotas": ("quotas",),
    "limit_ranges": ("limit_ranges",),
    "service_accounts": ("service_accounts",),
    "config_maps": ("config_maps",),
    "secrets": ("secrets",),
    "priority_classes": ("priority_classes",),
    "deployments": ("deployments",),
}
# Need → kind of object whose events are wanted, and their namespace; the kubelet writes those of nodes to `default`.
_EVENTS: dict[Need, tuple[str, str | None]] = {"claims": ("PersistentVolumeClaim", None), "node_events": ("Node", "default")}


def _merged(known: tuple[Event, ...], more: Iterable[Event]) -> tuple[Event, ...]:
    by_id = {(e.metadata.namespace, e.metadata.name): e for e in (*known, *more)}
    return tuple(by_id.values())


# Each costs a request or two on a store that is first to be found and logged in to.
_OBJECTS = 3


def ask_store(reading: Reading, steps: Sequence[Step], known: Surroundings) -> Surroundings:
    """`known` with what the object store says of the input artifacts that steps did not find."""
    uris = objects_wanted(steps, _OBJECTS)
    store = reading.cluster.store
    if not uris or store is None:
        return known
    there = {uri: reading.optional("object store", partial(store.exists, uri)) for uri in uris}
    return replace(known, objects_missing={uri: not found for uri, found in there.items() if found is not None})
