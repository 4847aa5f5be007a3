"""What a pin names that is no URI: an artifact's id, a run's, or RUN/TASK/OUTPUT."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from kfpops.errors import NotFound, Unreachable
from kfpops.knowledge.execution_place import place_of
from kfpops.knowledge.task_names import steps_inside, tasks_called
from kfpops.ports import Cluster, Lineage

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Runs of one name whose output is pinned: all that there are, within reason.
_MOST_RUNS = 1000


def named_places(cluster: Cluster, target: str) -> Sequence[str]:
    """URIs, or a run's id; none when nothing is called so. Artifacts without a URI have no place and are left out.

    Of several runs with one name all are meant: a pin rather keeps too much.
    """
    lineage = cluster.lineage
    if lineage is None:
        raise Unreachable("There is no lineage store that knows artifacts by name.")
    id = target.removeprefix("artifact:")
    if found := lineage.artifacts([id]):
        return [artifact.uri for artifact in found if artifact.uri]
    if "/" not in target:
        return [id.lower()] if _UUID.fullmatch(id) and lineage.runs([id.lower()]) else []
    ids = dict.fromkeys(
        i for run_id, task, output in _readings(cluster, target) for i in _outputs(lineage, run_id, task, output)
    )
    return [artifact.uri for artifact in lineage.artifacts(list(ids)) if artifact.uri]


def _readings(cluster: Cluster, target: str) -> Iterator[tuple[str, str, str]]:
    """Run id, task and output. Names of runs and paths of tasks may hold slashes: each way to read it is tried."""
    *parts, output = target.split("/")
    for end in range(1, len(parts)):
        for run_id in _run_ids(cluster, "/".join(parts[:end])):
            yield run_id, "/".join(parts[end:]), output


def _run_ids(cluster: Cluster, name: str) -> Sequence[str]:
    if _UUID.fullmatch(name):
        return [name.lower()]
    if cluster.pipelines is None:
        raise Unreachable("There is no KFP API that knows runs by name.", "Write the run's id instead.")
    return [run.id for run in islice(cluster.pipelines.runs(cluster.namespace, name=name), _MOST_RUNS)]


def _outputs(lineage: Lineage, run_id: str, task: str, output: str) -> Sequence[str]:
    """Ids of the artifacts that the task, or a step inside it, put out under this name."""
    try:
        executions = lineage.executions_of_run(run_id)
    except NotFound:
        return ()
    known = {e.id: e for e in executions}
    placed = [(e, place_of(e, known)) for e in executions]
    tasks = tasks_called(placed, task)
    ids = [e.id for e, _ in (*tasks, *steps_inside(placed, tasks))]
    events = lineage.events_of_executions(ids) if ids else ()
    return [e.artifact_id for e in events if e.kind == "output" and e.port == output]
