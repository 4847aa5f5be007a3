"""One closure in a process of its own, upwards: `lineage_walk sql|grpc|ml-metadata ADDRESS ARTIFACT DEPTH [LIMIT]`.

Prints as JSON: `first` seconds from loading what it needs and connecting to the finished graph; `again` seconds of the same
in the same process, `cpu` those of a core in it; `nodes`, the largest distance, and whether it was cut.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

Found = tuple[int, int, bool]


def main() -> None:
    way, address, start, depth, *limit = sys.argv[1:]

    def walk() -> Found:
        if way == "ml-metadata":
            return _by_ml_metadata(address, int(start), int(depth))
        return _by_kfpops(way, address, start, int(depth) or None, int(limit[0]) if limit else None)

    once = _timed(walk)
    # A limit is for closures so large that once is enough.
    first, (again, cpu, found) = once[0], once if limit else _timed(walk)
    nodes, distance, truncated = found
    print(
        json.dumps({"first": first, "again": again, "cpu": cpu, "nodes": nodes, "depth": distance, "truncated": truncated})
    )


def _timed(walk: Callable[[], Found]) -> tuple[float, float, Found]:
    began, spent = time.perf_counter(), time.process_time()
    found = walk()
    return time.perf_counter() - began, time.process_time() - spent, found


def _by_kfpops(way: str, address: str, start: str, depth: int | None, limit: int | None) -> Found:
    from kfpops.cluster.mlmd.place import at_url
    from kfpops.cluster.mlmd_database import open_database
    from kfpops.lineage.gather import Reach, gather_graph
    from kfpops.lineage.graph import artifact_node
    from kfpops.settings import Settings

    lineage = at_url(Settings(metadata_url=f"grpc://{address}")) if way == "grpc" else open_database(address)
    graph = gather_graph(lineage, [artifact_node(start)], Reach(down=False, depth=depth, limit=limit))
    lineage.close()
    return len(graph.distance), max(graph.distance.values()), graph.truncated


def _by_ml_metadata(address: str, start: int, depth: int) -> Found:
    """The same closure with ml-metadata's own client as its users write it: level by level, many ids in one call.

    Without what our graph has besides: names of runs and paths of tasks.
    """
    from ml_metadata.metadata_store import metadata_store
    from ml_metadata.proto import metadata_store_pb2 as messages

    host, _, port = address.rpartition(":")
    store = metadata_store.MetadataStore(messages.MetadataStoreClientConfig(host=host, port=int(port)))
    distance = 0
    artifacts = {a.id: a for a in store.get_artifacts_by_id([start])}
    executions: dict[int, object] = {}
    level = list(artifacts)
    while True:
        for artifact in [artifacts[i] for i in level]:
            siblings = [a for a in store.get_artifacts_by_uri(artifact.uri) if a.id not in artifacts]
            artifacts.update((a.id, a) for a in siblings)
            level += [a.id for a in siblings]
        if distance == depth:
            break
        makers = _makers(store, messages, level)
        new = [e for e in makers if e.id not in executions]
        if not new:
            break
        executions.update((e.id, e) for e in new)
        distance += 1
        events = store.get_events_by_execution_ids([e.id for e in new])
        level = sorted({e.artifact_id for e in events if e.type == messages.Event.INPUT} - set(artifacts))
        if distance == depth or not level:
            break
        artifacts.update((a.id, a) for a in store.get_artifacts_by_id(level))
        distance += 1
    return len(artifacts) + len(executions), distance, False


def _makers(store: object, messages: object, artifacts: list[int]) -> list:  # type: ignore[type-arg]
    """The executions that really made them: not those that a cache hit is."""
    events = [e for e in store.get_events_by_artifact_ids(artifacts) if e.type == messages.Event.OUTPUT]  # type: ignore[attr-defined]
    found = store.get_executions_by_id(sorted({e.execution_id for e in events}))  # type: ignore[attr-defined]
    return [e for e in found if e.last_known_state != messages.Execution.CACHED]  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
