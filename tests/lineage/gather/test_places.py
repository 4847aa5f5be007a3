"""Runs and paths of executions, read from ancestors that are no nodes of the graph."""

from __future__ import annotations

from kfpops.lineage.gather.places import gather_places
from kfpops.lineage.gather.rows import Rows
from kfpops.model.lineage import Place
from tests.lineage.worlds import Recorder


def places_of(store: Recorder, *ids: str) -> tuple[dict[str, Place], int]:
    port = store.lineage()
    rows = Rows(port)
    rows.read_executions(ids)
    return dict(gather_places(rows, ids)), port.asked["executions"]


def test_an_ancestor_that_is_gone_leaves_the_run_unknown() -> None:
    store = Recorder()
    inner = store.dag(store.run("r"), "inner")
    step = store.task(inner, "train")
    store.forget(execution=inner)
    assert places_of(store, step)[0][step] == Place("", "train", "train")


def test_an_execution_that_no_run_holds() -> None:
    store = Recorder()
    assert places_of(store, store.execution(kind="other"))[0] == {"1": Place()}


def test_a_circle_of_parents_ends() -> None:
    store = Recorder()
    store.execution(task="a", parent_id="2"), store.execution(task="b", parent_id="1")
    assert places_of(store, "1")[0]["1"].run_id == ""


def test_a_run_that_the_back_end_tells_wins_over_a_broken_chain() -> None:
    store = Recorder()
    step = store.execution(task="train", parent_id="404", run_id="r")
    assert places_of(store, step)[0][step] == Place("r", "train", "train")


def test_loops_are_told_with_their_iteration_and_each_level_is_one_request() -> None:
    store = Recorder()
    loop = store.dag(store.run("r"), "for-loop-2")
    steps = [store.task(store.dag(loop, "for-loop-2", n), "train") for n in range(20)]
    places, asked = places_of(store, *steps)
    assert places[steps[3]] == Place("r", "for-loop-2[3]/train", "for-loop-2/train")
    assert asked == 4, "the steps, their iterations, the loop, the root"
