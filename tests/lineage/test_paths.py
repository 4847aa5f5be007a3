"""What lies between the starts and other nodes."""

from __future__ import annotations

import pytest

from kfpops.lineage.gather import Reach, gather_graph
from kfpops.lineage.graph import Graph
from kfpops.lineage.paths import between
from tests.lineage.worlds import Recorder


def world() -> Recorder:
    """e2 splits into a1, a2; e3 trains a3 from a1; run two has e2 from the cache as e5 and trains a4 from a1 by e6."""
    store = Recorder()
    root, one, two, model = (store.run("one"), *(store.artifact() for _ in range(3)))
    split = store.task(root, "split", outputs={"one": one, "two": two})
    store.task(root, "train", {"one": one}, {"model": model})
    again = store.run("two")
    store.cached(again, split)
    store.task(again, "train", {"one": one}, {"model": store.artifact()})
    return store


def graph_of(start: str, up: bool = True, down: bool = True) -> Graph:
    return gather_graph(world().lineage(), start.split(), Reach(up, down))


@pytest.mark.parametrize(
    "start, to, found",
    [
        pytest.param("artifact:1", "", "", id="nothing leads to nothing"),
        pytest.param("artifact:1", "artifact:404", "", id="what is not in the graph"),
        pytest.param("execution:2", "artifact:2", "artifact:2 execution:2", id="not by way of what re-used a brother"),
        pytest.param("artifact:1", "artifact:3", "artifact:1 artifact:3 execution:3", id="down: not the other run's"),
        pytest.param("artifact:3", "execution:2", "artifact:1 artifact:3 execution:2 execution:3", id="up"),
        pytest.param("execution:5", "execution:2", "execution:2 execution:5", id="a cache hit and its origin"),
        pytest.param("artifact:1", "execution:5", "artifact:1 execution:5", id="what re-used the start"),
        pytest.param("artifact:1", "artifact:1", "artifact:1", id="a start is its own path"),
    ],
)
def test_between(start: str, to: str, found: str) -> None:
    assert " ".join(sorted(between(graph_of(start), to.split()))) == found


def test_between_goes_by_shared_uris_and_ends_in_cycles() -> None:
    store = world()
    for id in ("2", "4"):
        store.alter_artifact(id, uri="s3://b/x")
    store.went("input", "2", {"back": "4"})
    graph = gather_graph(store.lineage(), ["execution:6"], Reach(False, True))
    assert {"artifact:4", "execution:2", "artifact:3"} <= between(graph, ["artifact:3"])
