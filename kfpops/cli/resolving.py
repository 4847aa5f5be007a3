"""What the user typed for a run → its id and namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfpops.errors import Unreachable

if TYPE_CHECKING:
    from kfpops.ports import Cluster


def resolved(cluster: Cluster, text: str) -> tuple[str, str]:
    """Id and namespace of the run. A whole id needs no KFP API; anything else does."""
    from kfpops.diagnose.gather.resolve import is_run_id, resolve_run

    try:
        found = resolve_run(cluster.pipelines, cluster.namespace, text) if cluster.pipelines else None
    except Unreachable:
        if not is_run_id(text):
            raise
        found = None
    return (found.id, found.namespace or cluster.namespace) if found else (text, cluster.namespace)
