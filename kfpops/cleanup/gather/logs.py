"""Where Argo archives the logs of steps: the artifact repositories that it is configured with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Final

from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.inventory import LogLayout
from kfpops.knowledge.argo_repository import repositories_in
from kfpops.model.namespaced import ConfigMap
from kfpops.ports import Cluster

CONTROLLER: Final = "workflow-controller-configmap"
"""The workflow controller's configuration, in KFP's namespace."""
REPOSITORIES: Final = "artifact-repositories"
"""The ConfigMap by which a namespace has a repository of its own (Argo Workflows, `artifactRepositoryRef`)."""

_HINT = "Logs are left alone where nobody knows that they are logs."


def find_logs(cluster: Cluster, namespaces: Iterable[str], home: str, gaps: Gaps) -> tuple[LogLayout, ...]:
    """Each once. What cannot be read is no danger: what lies outside of the roots and the known log places is kept."""
    found: dict[LogLayout, None] = {}
    for namespace in dict.fromkeys((home, *namespaces)):
        for name in (CONTROLLER, REPOSITORIES) if namespace == home else (REPOSITORIES,):
            listed = partial(cluster.kubernetes.list, ConfigMap, namespace, fields=f"metadata.name={name}")
            for one in gaps.read(f"ConfigMap {name}", listed, (), _HINT, fatal=False):
                found.update(dict.fromkeys(_layouts(one.data)))
    return tuple(found)


def _layouts(data: Mapping[str, str]) -> Iterator[LogLayout]:
    for repository in repositories_in(data):
        yield LogLayout(repository.bucket, repository.key_format)
