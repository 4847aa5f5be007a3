"""What clean-up changes in KFP: it deletes runs, KFP's only way to make it forget their cache entries."""

from __future__ import annotations

from urllib.parse import quote

from kfpops.cluster.kfp_route import KfpRoute
from kfpops.cluster.refusals import Ask
from kfpops.errors import NotFound


class KfpChanges:
    """`kfpops.ports.PipelineChanges` over KFP's REST API. Safe for use by several threads."""

    def __init__(self, route: KfpRoute) -> None:
        self._route = route

    def delete_run(self, run_id: str) -> bool:
        """DELETE of the run: its record, its cache entries and, if it still is there, its workflow. False: there was none.

        Deleting twice is deleting once, so after `Unreachable` it may be asked for again.
        """
        ask = Ask(
            f"/apis/v2beta1/runs/{quote(run_id, safe='')}",
            needs="delete runs.pipelines.kubeflow.org",
            about=f"run {run_id}",
            verb="DELETE",
        )
        try:
            self._route.change(ask)
        except NotFound:
            return False
        return True
