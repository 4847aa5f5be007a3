"""What KFP tells of the run that a lineage starts from: the lineage store knows neither how it ended nor that it is gone."""

from __future__ import annotations

from dataclasses import replace

from kfpops.errors import KfpopsError, NotFound, NotInBundle, UsageError
from kfpops.knowledge.run_state import state_of_run
from kfpops.lineage.gather.models_in_use import said
from kfpops.lineage.graph import Graph, StartRun, run_of_start
from kfpops.model.finding import NotChecked
from kfpops.ports import Cluster

_SOURCE = "KFP API"


def with_run(cluster: Cluster, graph: Graph) -> Graph:
    """A graph of a whole run with its `run`, by one request; what KFP does not tell is a gap.

    Raises `UsageError` for a wrong address.
    """
    run_id = run_of_start(graph)
    if not run_id:
        return graph
    unknown = replace(graph, run=StartRun(run_id))
    if cluster.pipelines is None:
        return _with_gap(unknown, "there is none, so it is not known how the run ended, or whether it was deleted")
    try:
        run = cluster.pipelines.run(run_id)
    except NotFound as error:
        if isinstance(error, NotInBundle):
            return _with_gap(unknown, said(error))
        return replace(graph, run=StartRun(run_id, deleted=True))
    except UsageError:
        raise
    except KfpopsError as error:
        return _with_gap(unknown, said(error))
    return replace(graph, run=StartRun(run_id, run.name, state_of_run(run), False))


def _with_gap(graph: Graph, why: str) -> Graph:
    return replace(graph, not_checked=(*graph.not_checked, NotChecked(_SOURCE, why)))
