"""Which namespaces are polled: one list of all on a KFP without users, else one for each user."""

from __future__ import annotations

from kfpops.model.namespaced import Namespace
from kfpops.ports import Cluster, Pipelines

_LABELS = ("pipelines.kubeflow.org/enabled=true", "app.kubernetes.io/part-of=kubeflow-profile")
"""What KFP's profile controller selects by (sync.py), and what Kubeflow's own writes (kubeflow/dashboard)."""


def polled(cluster: Cluster, pipelines: Pipelines, named: tuple[str, ...]) -> tuple[str, ...]:
    """`named`: by the user; () for all. Raises what the ports raise: a namespace that is not known would not be missed."""
    if not pipelines.health().multi_user:
        return ("",)
    if named:
        return named
    found = [one.metadata.name for labels in _LABELS for one in cluster.kubernetes.list(Namespace, labels=labels)]
    return tuple(sorted(set(found))) or (cluster.namespace,)
