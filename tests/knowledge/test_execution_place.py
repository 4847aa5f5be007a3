"""Where an execution stands: paths through loops and sub-pipelines, and chains that break."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kfpops.knowledge.execution_place import ancestors_of, place_of
from kfpops.model.lineage import Execution, Place

ROOT = Execution("1", "system.DAGExecution", "dag", run_id="run-a")
LOOP = Execution("2", "system.DAGExecution", "dag", task="for-loop-2", parent_id="1")
THIRD = Execution("3", "system.DAGExecution", "dag", task="for-loop-2", parent_id="2", iteration=2)
INNER = Execution("4", "system.DAGExecution", "dag", task="clean", parent_id="3")
STEP = Execution("5", "system.ContainerExecution", "container", task="train", parent_id="4")
OWN_LOOP = Execution("6", "system.ContainerExecution", "container", task="train", parent_id="1", iteration=0)
KNOWN = {e.id: e for e in (ROOT, LOOP, THIRD, INNER, STEP, OWN_LOOP)}


@pytest.mark.parametrize(
    ("execution", "place"),
    [
        pytest.param(Execution("9", "x"), Place(), id="an execution of another writer"),
        pytest.param(Execution("9", "x", task="t", parent_id="77"), Place("", "t", "t"), id="its parent's row is gone"),
        pytest.param(Execution("9", "x", task="t", parent_id="9"), Place("", "t", "t"), id="its own parent"),
        pytest.param(ROOT, Place("run-a"), id="the root"),
        pytest.param(LOOP, Place("run-a", "for-loop-2", "for-loop-2"), id="a loop as a whole"),
        pytest.param(THIRD, Place("run-a", "for-loop-2[2]", "for-loop-2"), id="an iteration"),
        pytest.param(STEP, Place("run-a", "for-loop-2[2]/clean/train", "for-loop-2/clean/train"), id="a step within"),
        pytest.param(OWN_LOOP, Place("run-a", "train[0]", "train"), id="a step that is its own iteration"),
        pytest.param(
            Execution("9", "x", task="t", parent_id="5", run_id="run-b"),
            Place("run-b", "for-loop-2[2]/clean/train/t", "for-loop-2/clean/train/t"),
            id="what a back end tells of its run counts",
        ),
    ],
)
def test_place(execution: Execution, place: Place) -> None:
    assert place_of(execution, KNOWN) == place


def test_ancestors_are_read_once_for_each_level_and_what_is_known_is_not_read() -> None:
    asked: list[list[str]] = []

    def read(ids: Sequence[str]) -> list[Execution]:
        asked.append(list(ids))
        return [KNOWN[id] for id in ids if id in KNOWN]

    lost = Execution("9", "x", parent_id="77")
    found = ancestors_of((STEP, OWN_LOOP, lost), {"3": THIRD}, read)
    assert asked == [["4", "1", "77"], ["2"]]
    assert found == {"4": INNER, "1": ROOT, "2": LOOP}


def test_ancestors_in_a_circle_end() -> None:
    there, back = Execution("1", "x", parent_id="2"), Execution("2", "x", parent_id="1")
    rows = {"1": there, "2": back}
    assert ancestors_of((there,), {}, lambda ids: [rows[id] for id in ids]) == rows
    assert place_of(there, rows).run_id == ""
