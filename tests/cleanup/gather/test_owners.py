"""Executions find their run through the DAGs above them, in few requests and with little memory."""

from __future__ import annotations

from kfpops.cleanup.gather.owners import Owners
from kfpops.model.lineage import Execution
from tests.cleanup.gather.lines import root, step
from tests.lineage.memory import MemoryLineage


def a_store(runs: int = 1, steps: int = 3) -> MemoryLineage:
    """Each run a root, a group in it, and steps in the group; ids 1000 apart."""
    made: list[Execution] = []
    for run in range(runs):
        base = 1000 * (run + 1)
        made += [root(str(base), f"run-{run}"), step(str(base + 1), str(base), kind="dag", task="group")]
        made += [step(str(base + 10 + n), str(base + 1), inputs={"n": n, "long": "x" * 99}) for n in range(steps)]
    return MemoryLineage(known_executions=tuple(made))


def test_what_has_no_row_is_left_out() -> None:
    assert Owners(a_store()).of(["77", "1010"]).keys() == {"1010"}


def test_a_chain_that_breaks_leads_to_no_run() -> None:
    owners = Owners(MemoryLineage(known_executions=(step("5", "4"), step("6", ""), step("7", "8"), step("8", "7"))))
    found = owners.of(["5", "6", "7"])
    assert {id: place.run_id for id, (_, place) in found.items()} == {"5": "", "6": "", "7": ""}


def test_a_step_belongs_to_the_run_of_the_root_above() -> None:
    found = Owners(a_store()).of(["1010", "1000"])
    (execution, place), (_, top) = found["1010"], found["1000"]
    assert (place.run_id, place.task_path, top.run_id) == ("run-0", "group/load", "run-0")
    assert execution.inputs == {"n": 0}, "only what can be a number of accelerators is kept"


def test_one_request_for_each_level() -> None:
    store = a_store(runs=50)
    found = Owners(store).of([str(1000 * (run + 1) + 10 + n) for run in range(50) for n in range(3)])
    assert {place.run_id for _, place in found.values()} == {f"run-{n}" for n in range(50)}
    assert store.asked["executions"] == 3


def test_what_was_read_lately_is_not_asked_for_again() -> None:
    store = a_store()
    owners = Owners(store)
    owners.of(["1010"])
    asked = store.asked["executions"]
    owners.of(["1010"])
    owners.of(["1000"])
    assert store.asked["executions"] == asked
    owners.of(["1011"])
    assert store.asked["executions"] == asked + 1, "its parents are known"


def test_little_is_kept_and_the_answers_stay_right() -> None:
    store = a_store(runs=40)
    owners = Owners(store, most=5)
    for _ in range(2):
        for run in range(40):
            found = owners.of([str(1000 * (run + 1) + 10 + n) for n in range(3)])
            assert {place.run_id for _, place in found.values()} == {f"run-{run}"}
            assert len(owners._known) <= 5


def test_rows_that_somebody_else_read() -> None:
    store = a_store()
    found = Owners(store).placed(store.executions(["1010", "1011"]))
    assert {place.run_id for _, place in found.values()} == {"run-0"}
