"""A closure of 100,000 nodes from a store in memory: what the walk itself costs, without any back end.

`python -m benchmarks.lineage_large [NODES]` prints time and peak memory of a wide store, of one as deep as stores
get, and of a walk that a limit stops.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Sequence
from random import Random

from kfpops.lineage.gather import Reach, gather_graph
from kfpops.model.lineage import CACHED, COMPLETE, Artifact, Event, Execution, RunContext
from tests.lineage.memory import MemoryLineage

_TASKS_OF_A_RUN = 20
_INPUTS = 2
TYPE = "system.ContainerExecution"


def store(nodes: int, layers: int) -> MemoryLineage:
    """Artifact 1 leads to nearly all: in each layer half are steps, half what they made from two things of the layer above.

    Every fifth artifact has the URI of another, every seventh step was taken from the cache.
    """
    random, width = Random(4), nodes // 2 // layers
    artifacts, executions, events = [_artifact(1, 1)], [], []
    above: Sequence[int] = (1,)
    for layer in range(layers):
        here = range(2 + layer * width, 2 + (layer + 1) * width)
        for n in here:
            artifacts.append(_artifact(n, n - 1 if n % 5 == 0 else n))
            executions.append(_step(n))
            events += [Event(str(random.choice(above)), str(n), "input", f"in-{i}") for i in range(_INPUTS)]
            events.append(Event(str(n), str(n), "output", "out"))
        above = here
    roots = {e.parent_id for e in executions}
    executions += [Execution(id, "system.DAGExecution", "dag", run_id=f"run-{id}") for id in sorted(roots)]
    return MemoryLineage(artifacts, executions, events, [RunContext(f"run-{id}", "training") for id in sorted(roots)])


def _artifact(n: int, place: int) -> Artifact:
    return Artifact(str(n), "system.Dataset", f"minio://mlpipeline/v2/artifacts/training/{place}/out", "out")


def _step(n: int) -> Execution:
    state, origin = (CACHED, str(n - 1)) if n % 7 == 0 else (COMPLETE, "")
    parent = str(10**9 + n // _TASKS_OF_A_RUN)
    return Execution(str(n), TYPE, "container", state, f"step-{n % 50}", parent_id=parent, cached_from=origin)


def measured(name: str, lineage: MemoryLineage, reach: Reach) -> float:
    """Seconds without, then peak bytes with the tracing of memory, which slows it down."""
    began = time.perf_counter()
    graph = gather_graph(lineage, ["artifact:1"], reach)
    seconds = time.perf_counter() - began
    tracemalloc.start()
    gather_graph(lineage, ["artifact:1"], reach)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    sizes = f"{len(graph.distance):>8,} nodes {len(graph.edges):>8,} edges"
    cut = f", {graph.left:,} left" if graph.truncated else ""
    print(f"{name:<20} {sizes} {seconds:6.2f} s {peak / 2**20:6.0f} MiB{cut}")
    return seconds


def main(nodes: int) -> int:
    wide, deep = store(nodes, 20), store(nodes, 2000)
    took = [
        measured("wide (20 layers)", wide, Reach()),
        measured("deep (2,000 layers)", deep, Reach()),
        measured("wide, limit 1,000", wide, Reach(limit=1000)),
    ]
    return int(max(took) > 5 * nodes / 100_000)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
