"""The closure whose size is known: 500 nodes within twelve hops above one artifact, spread over forty runs of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.lineage_shape import BEGIN_MS, COMPLETE, INPUT, OUTPUT, PIPELINES, SESSION, STRUCT

NODES, DEPTH = 500, 12
# Runs of a store of scale 1.
_RUNS = 100_000
# Nodes by their distance: artifacts stand at even ones, executions at odd ones; importers end it, one hop too far.
_LAYERS = (1, 1, 10, 10, 40, 40, 50, 50, 60, 60, 60, 59, 59, 59)
# Here every second artifact has the URI of the one before it, as an imported one has, and is read by nobody.
_SHARED = 6
_SPREAD = 40
Many = Callable[[str, Sequence[Sequence[object]]], None]


def runs_of(scale: float) -> int:
    """How many runs a store has; never fewer than the closure needs."""
    return max(100, int(_RUNS * scale))


@dataclass(frozen=True, slots=True)
class Closure:
    """`runs`: the runs that are made of it and nothing else, the newest first. `start`: the artifact it is above."""

    runs: tuple[int, ...]

    @staticmethod
    def within(runs: int) -> Closure:
        step = max(1, runs // _SPREAD)
        return Closure(tuple(sorted(range(step // 2, runs, step), reverse=True)))

    @property
    def start(self) -> int:
        return self._slot(0)

    def layers(self) -> list[list[int]]:
        """Ids by distance. An artifact and the execution that made it have one number: a slot of a run, newest first."""
        executions, number = [], 0
        for distance in range(1, len(_LAYERS), 2):
            executions.append([self._slot(number + i) for i in range(_LAYERS[distance])])
            number += _LAYERS[distance]
        found = []
        for distance, made in enumerate(executions):
            # The last execution of a layer that is one too short makes two artifacts.
            more = [made[-1] // 10 * 10 + 10] * (_LAYERS[2 * distance] - len(made))
            found += [[*made, *more], [i + 1 for i in made]]
        return found

    def _slot(self, number: int) -> int:
        """Artifact 10r+n of the nine in a run; its execution is 10r+n+1."""
        return 10 * self.runs[number // 9] + number % 9 + 1


def edges(closure: Closure) -> Iterator[tuple[int, int, int]]:
    """Artifact, execution, type of the event."""
    layers = closure.layers()
    for distance in range(0, len(layers), 2):
        artifacts, makers = layers[distance], layers[distance + 1]
        for i, artifact in enumerate(artifacts):
            yield artifact, makers[min(i, len(makers) - 1)], OUTPUT
        if distance:
            readers = layers[distance - 1]
            read = artifacts[::2] if distance == _SHARED else artifacts
            pairs = {(read[i % len(read)], readers[i % len(readers)]) for i in range(max(len(read), len(readers)))}
            yield from ((artifact, reader, INPUT) for artifact, reader in sorted(pairs))


def insert_closure(many: Many, types: Mapping[str, int], closure: Closure) -> None:
    layers = closure.layers()
    shared = layers[_SHARED]
    same = {other: first for first, other in zip(shared[::2], shared[1::2], strict=True)}
    for distance, ids in enumerate(layers):
        if distance % 2:
            kind = "ImporterExecution" if distance == len(layers) - 1 else "ContainerExecution"
            _executions(many, ids, types[f"system.{kind}"])
        else:
            _artifacts(many, ids, types["system.Model"], same)
    times: dict[int, int] = {}
    events = []
    for artifact, execution, type in edges(closure):
        run = (execution - 1) // 10
        times[run] = times.get(run, 0) + 1
        events.append((100 * run + times[run], artifact, execution, type, _at(execution)))
    columns = "id, artifact_id, execution_id, type, milliseconds_since_epoch"
    many(f"INSERT INTO Event ({columns}) VALUES (?, ?, ?, ?, ?)", events)
    many("INSERT INTO EventPath (event_id, is_index_step, step_key) VALUES (?, 0, 'data')", [(e[0],) for e in events])


def _executions(many: Many, ids: Sequence[int], type: int) -> None:
    columns = "id, type_id, last_known_state, create_time_since_epoch, last_update_time_since_epoch"
    rows = [(i, type, COMPLETE, _at(i), _at(i)) for i in ids]
    many(f"INSERT INTO Execution ({columns}) VALUES (?, ?, ?, ?, ?)", rows)
    into = "INSERT INTO ExecutionProperty (execution_id, name, is_custom_property, {0}) VALUES (?, ?, 1, ?)"
    texts = {"display_name": "fit", "task_name": "fit", "pod_name": "fit-pod", "namespace": "kubeflow", "image": ""}
    texts |= {"pod_uid": "9c03cd3f-36af-4d63-87cc-66446d37eb05", "inputs": STRUCT, "outputs": "mlmd-struct::"}
    texts |= {"cache_fingerprint": "5f4b2c4a88ac38a611d1d92c83ef80e9d2c509b28e6f7039347fb173417bf6f1"}
    many(into.format("string_value"), [(i, name, value) for i in ids for name, value in texts.items()])
    many(into.format("int_value"), [(i, "parent_dag_id", (i - 1) // 10 * 10 + 1) for i in ids])
    pairs = [(context, i) for i in ids for context in _contexts((i - 1) // 10)]
    many("INSERT INTO Association (context_id, execution_id) VALUES (?, ?)", pairs)


def _artifacts(many: Many, ids: Sequence[int], type: int, same: Mapping[int, int]) -> None:
    rows = [(i, type, f"minio://mlpipeline/v2/artifacts/fit/{same.get(i, i)}/model", _at(i), _at(i)) for i in ids]
    columns = "id, type_id, uri, state, create_time_since_epoch, last_update_time_since_epoch"
    many(f"INSERT INTO Artifact ({columns}) VALUES (?, ?, ?, 2, ?, ?)", rows)
    into = "INSERT INTO ArtifactProperty (artifact_id, name, is_custom_property, string_value) VALUES (?, ?, 1, ?)"
    many(into, [(i, name, text) for i in ids for name, text in (("display_name", "model"), ("store_session_info", SESSION))])
    pairs = [(context, i) for i in ids for context in _contexts((i - 1) // 10)]
    many("INSERT INTO Attribution (context_id, artifact_id) VALUES (?, ?)", pairs)


def _contexts(run: int) -> tuple[int, int]:
    return run % PIPELINES + 1, PIPELINES + run + 1


def _at(id: int) -> int:
    return BEGIN_MS + (id - 1) // 10 * 1000
