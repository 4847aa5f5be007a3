"""What the user means → the nodes to start from, as the store knows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TypeAlias

from kfpops.errors import KfpopsError, NotFound, Unreachable, UsageError
from kfpops.knowledge.execution_place import place_of
from kfpops.knowledge.task_names import steps_inside, tasks_called
from kfpops.lineage.gather.nearest import no_artifact, no_execution, no_output, no_task, no_uri
from kfpops.lineage.graph import artifact_node, by_id, execution_node
from kfpops.lineage.start import ArtifactId, ExecutionId, Output, RunOutput, Start, Uri, WholeRun, is_uuid, place_in_bucket
from kfpops.model.lineage import Artifact, ArtifactQuery, Execution
from kfpops.ports import Cluster, Lineage

ResolveRun: TypeAlias = Callable[[str], tuple[str, str]]
"""What the user typed for a run → its id and namespace. Raises `NotFound` or `UsageError` when it is not one run."""


def lineage_of(cluster: Cluster) -> Lineage:
    """The lineage store. Raises `Unreachable` when there is none to ask."""
    if cluster.lineage is not None:
        return cluster.lineage
    if cluster.source.kind == "bundle":
        raise Unreachable("The bundle holds no lineage.", "Capture it again with the lineage store in reach.")
    hint = "Give the address of ML Metadata by --metadata-url, or its database by --metadata-db; `kfpops status` tells more."
    raise Unreachable("No lineage store was found.", hint)


def find_start(lineage: Lineage, start: Start, resolve_run: ResolveRun, limit: int | None = None) -> Sequence[str]:
    """Node ids, sorted; of a URI's beginning no more than `limit` and one. Raises `NotFound` with what is near."""
    match start:
        case ArtifactId(id):
            if not lineage.artifacts([id]):
                raise no_artifact(lineage, id)
            return [artifact_node(id)]
        case ExecutionId(id):
            if not lineage.executions([id]):
                raise no_execution(lineage, id)
            return [execution_node(id)]
        case Uri(uri):
            return _nodes(a.id for a in _at(lineage, uri, limit))
        case RunOutput():
            return _nodes(_outputs(lineage, start, resolve_run))
        case WholeRun(run):
            return sorted((execution_node(e.id) for e in executions_of(lineage, run, resolve_run)), key=by_id)


def executions_of(lineage: Lineage, run: str, resolve_run: ResolveRun) -> Sequence[Execution]:
    """All executions of a run, at least one. The store is asked first for a whole id: KFP forgets runs, it does not."""
    if is_uuid(run):
        try:
            return _some(lineage, run.lower())
        except NotFound as error:
            # KFP tells whether there is such a run at all; when it does, the store's answer is the better one.
            resolve_run(run)
            raise error from None
    return _some(lineage, resolve_run(run)[0])


def _some(lineage: Lineage, run_id: str) -> Sequence[Execution]:
    try:
        found = lineage.executions_of_run(run_id)
    except NotFound:
        found = ()
    if not found:
        hint = "A run leaves its first trace when its first driver has ended; `kfpops diagnose run` says what it waits for."
        raise NotFound(f"The lineage store knows nothing of run {run_id}.", hint)
    return found


def _nodes(ids: Iterable[str]) -> Sequence[str]:
    return [artifact_node(i) for i in sorted(set(ids), key=by_id)]


def _at(lineage: Lineage, uri: str, limit: int | None) -> Sequence[Artifact]:
    """Exactly there, else below it as a folder, else whatever begins so."""
    folder = place_in_bucket(uri)
    found = lineage.artifacts_at(list(dict.fromkeys((uri, folder, f"{folder}/"))))
    for prefix in () if found else dict.fromkeys((f"{folder}/", uri)):
        begun = (a for a in lineage.find_artifacts(ArtifactQuery(uri_prefix=prefix)) if a.uri.startswith(prefix))
        found = list(islice(begun, None if limit is None else limit + 1))
        if found:
            break
    if not found:
        raise no_uri(lineage, uri)
    return found


def _outputs(lineage: Lineage, start: RunOutput, resolve_run: ResolveRun) -> Sequence[str]:
    """Of all readings the first that holds; else the error of the one that went furthest."""
    far: KfpopsError | None = None
    for reading in start.readings():
        try:
            executions = executions_of(lineage, reading.run, resolve_run)
        except (NotFound, UsageError) as error:
            far = far or error
            continue
        try:
            return _output(lineage, reading, executions)
        except NotFound as error:
            far = error
    raise far or UsageError(f'"{start.text}" lacks a part of RUN/TASK/OUTPUT.')


def _output(lineage: Lineage, reading: Output, executions: Sequence[Execution]) -> Sequence[str]:
    known = {e.id: e for e in executions}
    placed = [(e, place_of(e, known)) for e in executions]
    tasks = tasks_called(placed, reading.task)
    if not tasks:
        raise no_task(reading, [place.task_path for _, place in placed])
    events = [e for e in lineage.events_of_executions([e.id for e, _ in tasks]) if e.kind == "output"]
    found = [e.artifact_id for e in events if e.port == reading.output]
    if found:
        return found
    inner = [e.id for e, _ in steps_inside(placed, tasks)]
    below = [e for e in lineage.events_of_executions(inner) if e.kind == "output"] if inner else []
    found = [e.artifact_id for e in below if e.port == reading.output]
    if not found:
        raise no_output(reading, [e for e, _ in tasks], [e.port for e in (*events, *below)])
    return found
