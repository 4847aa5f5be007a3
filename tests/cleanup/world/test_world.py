"""The world behaves as KFP and its store do, as far as clean-up has to do with them."""

from __future__ import annotations

import pytest

from tests.cleanup.world.policies import kept_a_week
from tests.cleanup.world.resting import at_rest
from tests.cleanup.world.scenarios import SCENARIOS, Scenario
from tests.cleanup.world.shapes import MAKE, TRAIN, A, P, importing
from tests.cleanup.world.spec import Spec, Task
from tests.cleanup.world.store import Store, covers
from tests.cleanup.world.world import World


def world() -> World:
    made = World()
    made.reader.keeps = kept_a_week(made)
    return made


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_without_a_cleaner_nobody_misses_anything(scenario: Scenario) -> None:
    made = world()
    scenario.build(made)
    made.rest()
    at_rest(made.reader)
    assert made.reader.losses == []
    assert all(made.kfp.finished(run_id) for run_id in made.runs)


def test_a_hit_shares_artifacts_and_writes_no_cache_row() -> None:
    made = world()
    made.had(P, TRAIN)
    rows = list(made.kfp.cache)
    made.had(A, TRAIN, 1)
    assert made.runs[A].outputs == made.runs[P].outputs
    assert made.kfp.cache == rows
    assert {e.state for e in made.kfp.executions.values() if e.task == "make"} == {"COMPLETE", "CACHED"}


def test_deleting_a_run_takes_its_cache_rows_and_leaves_bytes_and_lineage() -> None:
    made = world()
    made.had(P, TRAIN)
    before = set(made.kfp.store.objects)
    assert made.kfp.delete_run(P)
    assert made.kfp.cache == []
    assert set(made.kfp.store.objects) == before
    assert made.kfp.look_up("f-make") is None
    assert P in made.kfp.contexts


def test_a_pod_of_a_deleted_run_writes_no_cache_row() -> None:
    made = world()
    number = made.will_run(A, Spec("train", (MAKE,)))
    while "part-1" not in "".join(made.kfp.store.objects):
        made.step(number)
    made.kfp.delete_run(A)
    made.rest()
    assert made.kfp.cache == []


@pytest.mark.parametrize("state, reimport, same", [("LIVE", False, True), ("LIVE", True, False), ("DELETED", False, False)])
def test_an_importer_takes_a_row_only_if_it_is_live(state: str, reimport: bool, same: bool) -> None:
    made = world()
    made.had(P, TRAIN)
    row = made.runs[P].outputs["make"]
    found = made.kfp.artifacts[row]
    made.kfp.artifacts[row] = type(found)(found.id, found.type, found.uri, found.name, state)
    made.had(A, importing(made, reimport=reimport), 1)
    assert (made.runs[A].outputs["bring"] == row) is same


def test_a_retry_takes_what_is_finished_and_writes_the_rest_to_the_same_place() -> None:
    made = world()
    run = made.had(P, Spec("train", (MAKE, Task("use", "", ("model",), ("make",), fails=True))))
    place, made_before = run.places["use"], run.outputs["make"]
    for _ in run.retry():
        pass
    assert run.places["use"] == place
    assert run.outputs["make"] == made_before
    assert [n for k, n in made.kfp.store.puts.items() if covers(place, k)] == [2]


def test_a_store_with_versions_hides_what_is_deleted_and_gives_it_back() -> None:
    store = Store(versioned=True)
    store.put("mlpipeline/a", "one", 1.0)
    store.put("mlpipeline/a", "two", 2.0)
    marker = store.remove("mlpipeline/a", 3.0)
    assert "mlpipeline/a" not in store.objects
    assert store.can_come_back("mlpipeline/a")
    assert store.remove_version("mlpipeline/a", marker)
    assert store.objects["mlpipeline/a"].modified_at == 2.0
    assert [row.is_latest for row in store.versions["mlpipeline/a"]] == [False, True]


def test_without_its_newest_version_an_object_is_the_one_before() -> None:
    store = Store(versioned=True)
    store.put("mlpipeline/a", "one", 1.0)
    store.put("mlpipeline/a", "two", 2.0)
    assert store.remove_version("mlpipeline/a", store.versions["mlpipeline/a"][-1].version_id)
    assert store.objects["mlpipeline/a"].modified_at == 1.0
    assert not store.remove_version("mlpipeline/a", "another")
