"""Attempts of one task, and conditions that kept tasks from running."""

from __future__ import annotations

import pytest

from kfpops.cache.gather.reading import Reading
from kfpops.cache.gather.tasks import attempts_of, closed_by
from kfpops.cache.step import Step
from kfpops.model.lineage import Execution, Place
from tests.cache.world import World


def step(id: str, path: str, run: str = "run") -> Step:
    return Step(Execution(id, "system.ContainerExecution", "container"), Place(run, path, path))


@pytest.mark.parametrize(
    "steps, found",
    [
        pytest.param([], {}, id="nothing ran"),
        pytest.param([step("1", "a"), step("2", "b")], {"1": ("1",), "2": ("2",)}, id="two tasks"),
        pytest.param([step("1", "l[0]/a"), step("2", "l[1]/a")], {"1": ("1",), "2": ("2",)}, id="two iterations"),
        pytest.param([step("1", ""), step("2", "")], {"1": ("1",), "2": ("2",)}, id="tasks without a name"),
        pytest.param([step("1", "a", ""), step("2", "a", "")], {"1": ("1",), "2": ("2",)}, id="what is around them is lost"),
        pytest.param(
            [step("1", "a"), step("2", "b"), step("3", "a")], {"3": ("1", "3"), "2": ("2",)}, id="in the place of the first"
        ),
    ],
)
def test_attempts(steps: list[Step], found: dict[str, tuple[str, ...]]) -> None:
    assert list(attempts_of(steps).items()) == list(found.items())


def dag(id: str, task: str, state: str, parent: str = "1", iteration: int | None = None) -> Execution:
    return Execution(id, "system.DAGExecution", "dag", state, task, parent_id=parent, iteration=iteration)


ROOT = Execution("1", "system.DAGExecution", "dag", "RUNNING", run_id="run")


@pytest.mark.parametrize(
    "dags, closed",
    [
        pytest.param([], None, id="no DAG has been written"),
        pytest.param([dag("2", "if", "RUNNING")], None, id="the condition was true"),
        pytest.param([dag("2", "else", "CANCELED")], None, id="another condition was false"),
        pytest.param([dag("2", "if", "RUNNING"), dag("3", "if", "CANCELED")], None, id="it was false once, not each time"),
        pytest.param([dag("2", "if", "CANCELED")], "if", id="it was false"),
        pytest.param([dag("2", "if", "CANCELED"), dag("3", "in", "CANCELED", "2")], "if", id="the outermost is named"),
        pytest.param([dag("2", "if", "RUNNING"), dag("3", "in", "CANCELED", "2")], "if/in", id="one within it was false"),
    ],
)
def test_conditions(dags: list[Execution], closed: str | None) -> None:
    found = closed_by(Reading(World().cluster()), [ROOT, *dags], ["if/in/train", "train"])
    assert found == ({"if/in/train": closed} if closed else {})


def test_a_condition_in_a_loop() -> None:
    loop = [dag("2", "loop", "RUNNING"), *(dag(str(3 + n), "loop", "RUNNING", "2", n) for n in range(2))]
    false = [dag(str(6 + n), "if", "CANCELED", str(3 + n)) for n in range(2)]
    reading = Reading(World().cluster())
    assert closed_by(reading, [ROOT, *loop, *false], ["loop/if/train"]) == {"loop/if/train": "loop/if"}
