"""In which namespaces runs may live: one list without users, else every namespace that anything says KFP uses."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from kfpops.cleanup.gather.gaps import Gaps
from kfpops.model.namespaced import ConfigMap, Namespace
from kfpops.ports import Cluster

LAUNCHER = "kfp-launcher"
"""The ConfigMap that KFP's launcher reads in a run's namespace; the profile controller writes it for each user."""
PROFILE = "app.kubernetes.io/part-of=kubeflow-profile"
"""What the profile controller labels its namespaces with (kubeflow/dashboard, profile-controller)."""

_HINT = "Grant the right, or clean up with an account that may: of a namespace that cannot be seen everything looks deleted."


def users_namespaces(cluster: Cluster, told: Iterable[str], home: str, gaps: Gaps) -> tuple[str, ...]:
    """The namespaces of a KFP with users, sorted. `told`: those that the lineage store names."""
    kubernetes = cluster.kubernetes
    launchers = gaps.read(
        "configmaps", partial(kubernetes.list, ConfigMap, None, fields=f"metadata.name={LAUNCHER}"), (), _HINT
    )
    profiles = gaps.read("namespaces", partial(kubernetes.list, Namespace, None, labels=PROFILE), (), _HINT)
    # KFP's own namespace has the ConfigMap as well: runs are there only if the lineage store says so.
    found = {one.metadata.namespace for one in launchers} - {home}
    return tuple(sorted((found | {one.metadata.name for one in profiles} | set(told)) - {""}))
