"""Runs that KFP calls unfinished for ever: somebody ended them, and nothing of them is left that could read or write.

KFP leaves a run in CANCELING whose workflow is suspended, or was deleted before it could be ended. What counts here is that
none of its pods is alive at some moment after the eviction: whatever a step had looked up before is recorded by then, and
whatever comes later looks at what is there now. That a list is empty proves nothing: other runs' workflows must be in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kfpops.errors import KfpopsError
from kfpops.knowledge.argo_workflow import RUN_LABEL, run_id_of
from kfpops.model.pod import Pod
from kfpops.model.run import Run
from kfpops.model.workflow import Workflow
from kfpops.ports import Cluster

CANCELING: Final = "CANCELING"
_ALIVE: Final = ("Pending", "Running", "Unknown", "")


def quiet_runs(cluster: Cluster, runs: Iterable[Run]) -> frozenset[str]:
    """Ids of those that were ended and do nothing any more; none when Kubernetes does not say."""
    ending = {run.id for run in runs if run.state == CANCELING}
    if not ending:
        return frozenset()
    try:
        workflows = [one for one in cluster.kubernetes.list(Workflow, None, labels=RUN_LABEL) if run_id_of(one)]
        if not workflows:
            return frozenset()
        active = {run_id_of(one) for one in workflows if not one.spec.suspend}
        return frozenset(id for id in ending - active if not _has_pods(cluster, id))
    except KfpopsError:
        return frozenset()


def _has_pods(cluster: Cluster, run_id: str) -> bool:
    pods = cluster.kubernetes.list(Pod, None, labels=f"{RUN_LABEL}={run_id}")
    return any(pod.status.phase in _ALIVE for pod in pods)
