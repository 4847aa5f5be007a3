"""What a generated run looks like, as offsets in small tables, and the statements that multiply it by the runs.

Run `r` has the artifacts 10r+1 … 10r+10, the executions 10r+1 (its DAG) … 10r+10 and the events 100r+1 … 100r+100. Of nine
steps three were taken from the cache: they put out artifacts of the run before.
Others read the twelve artifacts before theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

TYPES: Mapping[str, tuple[str, ...]] = {
    "context": ("system.Pipeline", "system.PipelineRun"),
    "execution": ("system.DAGExecution", "system.ContainerExecution", "system.ImporterExecution"),
    "artifact": ("system.Artifact", "system.Dataset", "system.Metrics", "system.Model"),
}
PIPELINES = 50
EVENTS = 100
BEGIN_MS = 1_790_000_000_000
INPUT, OUTPUT = 3, 4
COMPLETE, CACHED = 3, 5
# {"gib": 1.5}, as the C++ store keeps it.
STRUCT = "mlmd-struct::ChAKA2dpYhIJEQAAAAAAAPg/"
SESSION = (
    '{"Provider":"minio","Params":{"accessKeyKey":"accesskey","disableSSL":"true","endpoint":"seaweedfs.kubeflow:9000",'
    '"fromEnv":"false","maxRetries":"5","region":"minio","secretKeyKey":"secretkey","secretName":"mlpipeline-minio-artifact"}}'
)
_MADE = {1: (1, 2), 2: (3,), 4: (4, 5), 5: (6,), 7: (7, 8), 8: (9, 10)}
Types = Mapping[str, int]
Rows = Sequence[Sequence[object]]


def _steps(types: Types) -> Rows:
    """Offset, type, state, whether it is a step."""
    steps = [(n + 1, types["system.ContainerExecution"], COMPLETE if n in _MADE else CACHED, 1) for n in range(1, 10)]
    return [(1, types["system.DAGExecution"], 2, 0), *steps]


def _artifacts(types: Types) -> Rows:
    """Offset, type, name of the output."""
    names = ("system.Model", "system.Dataset", "system.Metrics", "system.Artifact")
    return [(k, types[names[k % 4]], names[k % 4].removeprefix("system.").lower()) for k in range(1, 11)]


def _events(types: Types) -> Rows:
    """Number, offset of the artifact (below 1: of runs before), offset of the execution, type of the event."""
    found = []
    for n in range(1, 10):
        made = _MADE.get(n)
        read = [made[0] - back for back in range(1, 13)] if made else [0, -1, -2, -3]
        found += [(artifact, n + 1, INPUT) for artifact in read]
        found += [(artifact, n + 1, OUTPUT) for artifact in made or (n - 10, n - 9)]
    assert len(found) == EVENTS
    return [(number, *event) for number, event in enumerate(found, 1)]


HELPERS: Mapping[str, tuple[tuple[str, ...], Callable[[Types], Rows]]] = {
    "bench_step": (("k INTEGER", "type INTEGER", "state INTEGER", "is_step INTEGER"), _steps),
    "bench_artifact": (("k INTEGER", "type INTEGER", "output VARCHAR(20)"), _artifacts),
    "bench_event": (("k INTEGER", "artifact INTEGER", "execution INTEGER", "type INTEGER"), _events),
    "bench_pipeline": (("p INTEGER",), lambda types: [(p,) for p in range(PIPELINES)]),
    "bench_two": (("n INTEGER",), lambda types: [(0,), (1,)]),
}

_RUN = "'00000000-0000-4000-8000-' || substr('00000000000' || r, -12)"
_PIPELINE = f"'pipeline-' || (r % {PIPELINES})"
_ROOT = f"'minio://mlpipeline/v2/artifacts/' || {_PIPELINE} || '/' || {_RUN}"
_TIMES = "create_time_since_epoch, last_update_time_since_epoch"
_AT = f"{BEGIN_MS} + r * 1000"
_CONTEXT = f"{PIPELINES} + r + 1"
_STEP = "bench_run, bench_step WHERE {within} AND (closed = 0 OR is_step = 0)"
_ARTIFACT = "bench_run, bench_artifact WHERE {within} AND closed = 0"


def _quoted(text: str) -> str:
    """As it may stand in a statement below: their braces mean something."""
    return text.replace("{", "{{").replace("}", "}}")


def _texts(table: str, key: str, values: Mapping[str, str], rows: str) -> list[str]:
    """A statement for each property that is a text."""
    into = f"INSERT INTO {table}Property ({table.lower()}_id, name, is_custom_property, string_value)"
    return [f"{into} SELECT {key}, '{name}', 1, {value} FROM {rows}" for name, value in values.items()]


_OF_A_STEP = {
    "display_name": "'step-' || k",
    "task_name": "'step-' || k",
    "pod_name": "'train-' || r || '-system-container-impl-' || (3000000000 + k)",
    "pod_uid": "'9c03cd3f-36af-4d63-' || (1000 + k) || '-' || substr('00000000000' || r, -12)",
    "namespace": "'kubeflow'",
    "image": "''",
    "inputs": f"'{STRUCT}'",
    "outputs": "'mlmd-struct::'",
    "cache_fingerprint": "'5f4b2c4a88ac38a611d1d92c83ef80e9d2c509b28e6f70393' || (1000000000000000 + 10 * r + k)",
}

STATEMENTS: tuple[str, ...] = (
    f"INSERT INTO Context (id, type_id, name, {_TIMES}) SELECT p + 1, {{pipeline}}, 'pipeline-' || p, {BEGIN_MS}, {BEGIN_MS}"
    " FROM bench_pipeline, bench_run WHERE {within} AND r = 0",
    f"INSERT INTO Context (id, type_id, name, {_TIMES}) SELECT {_CONTEXT}, {{pipelinerun}}, {_RUN}, {_AT}, {_AT}"
    " FROM bench_run WHERE {within}",
    f"INSERT INTO ParentContext (context_id, parent_context_id) SELECT {_CONTEXT}, r % {PIPELINES} + 1 FROM bench_run"
    " WHERE {within}",
    *_texts("Context", _CONTEXT, {"namespace": "'kubeflow'", "pipeline_root": _ROOT}, "bench_run WHERE {within}"),
    f"INSERT INTO Execution (id, type_id, last_known_state, name, {_TIMES}) SELECT 10 * r + k, type, state,"
    f" CASE WHEN is_step = 0 THEN 'run/' || {_RUN} END, {_AT} + k, {_AT} + k FROM {_STEP}",
    *_texts("Execution", "10 * r + k", _OF_A_STEP, f"{_STEP} AND is_step = 1"),
    "INSERT INTO ExecutionProperty (execution_id, name, is_custom_property, int_value)"
    f" SELECT 10 * r + k, 'parent_dag_id', 1, 10 * r + 1 FROM {_STEP} AND is_step = 1",
    *_texts("Execution", "10 * r + k", {"cached_execution_id": "10 * r + k - 11"}, f"{_STEP} AND state = {CACHED}"),
    *_texts("Execution", "10 * r + 1", {"display_name": "''", "task_name": "''"}, "bench_run WHERE {within}"),
    f"INSERT INTO Artifact (id, type_id, uri, state, {_TIMES}) SELECT 10 * r + k, type, {_ROOT} || '/step-' || k || '/' ||"
    f" output, 2, {_AT}, {_AT} FROM {_ARTIFACT}",
    *_texts("Artifact", "10 * r + k", {"display_name": "output", "store_session_info": f"'{_quoted(SESSION)}'"}, _ARTIFACT),
    "INSERT INTO ArtifactProperty (artifact_id, name, is_custom_property, double_value)"
    f" SELECT 10 * r + k, 'accuracy', 1, (r % 1000) / 1000.0 FROM {_ARTIFACT} AND type = {{metrics}}",
    "INSERT INTO Event (id, artifact_id, execution_id, type, milliseconds_since_epoch)"
    f" SELECT 100 * r + k, 10 * r + artifact, 10 * r + execution, type, {_AT} + k FROM bench_run, bench_event"
    " WHERE {within} AND closed = 0 AND 10 * r + artifact > 0",
    "INSERT INTO EventPath (event_id, is_index_step, step_key) SELECT 100 * r + k, 0, 'data' FROM bench_run, bench_event"
    " WHERE {within} AND closed = 0 AND 10 * r + artifact > 0",
    *(
        f"INSERT INTO {table} (context_id, {key}) SELECT CASE WHEN n = 0 THEN r % {PIPELINES} + 1 ELSE {_CONTEXT} END,"
        f" 10 * r + k FROM bench_two, {rows}"
        for table, key, rows in (("Association", "execution_id", _STEP), ("Attribution", "artifact_id", _ARTIFACT))
    ),
)
"""`{within}`: which runs; other braces: ids of types."""
