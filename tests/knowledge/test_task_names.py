"""What a task's name means in a run: its path, a part of it, or what the UI shows."""

from __future__ import annotations

import pytest

from kfpops.knowledge.task_names import steps_inside, tasks_called
from kfpops.model.lineage import Execution, ExecutionKind, Place


def placed(path: str, name: str = "", kind: ExecutionKind = "container") -> tuple[Execution, Place]:
    plain = path.replace("[0]", "").replace("[1]", "")
    return Execution(path, "t", kind, task=plain.rpartition("/")[2], name=name), Place("r", path, plain)


RUN = [
    placed("load", "Load the data"),
    placed("for-loop-1", kind="dag"),
    placed("for-loop-1[0]", kind="dag"),
    placed("for-loop-1[0]/fit"),
    placed("for-loop-1[1]/fit"),
    placed("group", kind="dag"),
    placed("group/load-2"),
]


@pytest.mark.parametrize(
    "task, found",
    [
        pytest.param("absent", [], id="no task is called so"),
        pytest.param("oad", [], id="a part of a name is no name"),
        pytest.param("load", ["load"], id="a whole path"),
        pytest.param("for-loop-1[1]/fit", ["for-loop-1[1]/fit"], id="one iteration"),
        pytest.param("for-loop-1/fit", ["for-loop-1[0]/fit", "for-loop-1[1]/fit"], id="all iterations"),
        pytest.param("fit", ["for-loop-1[0]/fit", "for-loop-1[1]/fit"], id="the end of a path"),
        pytest.param("Load the data", ["load"], id="the name that the UI shows"),
    ],
)
def test_tasks(task: str, found: list[str]) -> None:
    assert [execution.id for execution, _ in tasks_called(RUN, task)] == found


def test_what_stands_inside() -> None:
    assert steps_inside(RUN, RUN[:1]) == []
    assert [execution.id for execution, _ in steps_inside(RUN, [RUN[5]])] == ["group/load-2"]
