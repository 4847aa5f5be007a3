"""Where runs put their outputs: the policy's roots, or those that the cluster is configured with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Final

from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.gather.lineage_runs import LINEAGE
from kfpops.cleanup.gather.namespaces import LAUNCHER
from kfpops.cleanup.gather.schemes import check_scheme
from kfpops.cleanup.inventory import RunFact
from kfpops.cleanup.policy.policy import Policy
from kfpops.model.namespaced import ConfigMap
from kfpops.ports import Cluster

DEFAULT: Final = "minio://mlpipeline/v2/artifacts"
"""kubeflow/pipelines backend/src/v2/config/env.go, `defaultPipelineRoot`."""
OF_USER: Final = "minio://mlpipeline/private-artifacts/{}/v2/artifacts"
"""What KFP's profile controller gives each user since 2.15 (manifests, pipelines-profile-controller/sync.py)."""

_SOURCE, _KEY = f"ConfigMap {LAUNCHER}", "defaultPipelineRoot"
_HINT = "Grant the right, or name the roots under `roots` of the policy."


def find_roots(cluster: Cluster, policy: Policy, namespaces: Iterable[str], home: str, gaps: Gaps) -> tuple[str, ...]:
    """URIs without query and without `/` at the end, each once. `namespaces`: the users', none where KFP has no users."""
    if policy.roots:
        return tuple(dict.fromkeys(map(plain_root, policy.roots)))
    configured = _configured(cluster, (home, *namespaces), gaps)
    found = (root for space in namespaces or (home,) for root in _of(space, configured, users=bool(namespaces)))
    return tuple(dict.fromkeys(_usable(found, gaps)))


def check_roots(roots: Iterable[str], runs: Iterable[RunFact], policy: Policy, gaps: Gaps) -> None:
    """A root of an unknown scheme is a fatal gap: what a run writes there, and no artifact names yet, may lie anywhere."""
    for root in roots:
        check_scheme(root, _SOURCE, "a pipeline root", policy, gaps)
    seen: set[str] = set()
    for run in runs:
        scheme = run.root.partition(":")[0]
        if scheme not in seen:
            seen.add(scheme)
            check_scheme(run.root, LINEAGE, f"the root of run {run.id}", policy, gaps)


def plain_root(uri: str) -> str:
    return uri.partition("?")[0].rstrip("/")


def _of(namespace: str, configured: Mapping[str, str], *, users: bool) -> Iterator[str]:
    own = configured.get(namespace, "")
    yield own or DEFAULT
    if users and not own:
        yield OF_USER.format(namespace)


def _configured(cluster: Cluster, namespaces: Iterable[str], gaps: Gaps) -> Mapping[str, str]:
    """Namespace → what its ConfigMap says."""
    fields = f"metadata.name={LAUNCHER}"
    found: dict[str, str] = {}
    for namespace in dict.fromkeys(namespaces):
        maps = gaps.read(_SOURCE, partial(cluster.kubernetes.list, ConfigMap, namespace, fields=fields), (), _HINT)
        found.update((namespace, one.data.get(_KEY, "").strip()) for one in maps)
    return found


def _usable(roots: Iterable[str], gaps: Gaps) -> Iterator[str]:
    for root in roots:
        if "://" in root and "{{" not in root:
            yield plain_root(root)
        else:
            why = f'{_KEY} is "{root}", which tells no place: what lies there is not cleaned'
            gaps.tell(_SOURCE, why, "Name the roots under `roots` of the policy.", fatal=False)
