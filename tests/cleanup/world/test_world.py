"""The world behaves as KFP does, and it does notice when something live is gone: else it would prove nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cleanup.world.policies import kept_a_week
from tests.cleanup.world.reading import Reader
from tests.cleanup.world.scenarios import SCENARIOS
from tests.cleanup.world.shapes import MAKE, TRAIN, USE, A, P, importing
from tests.cleanup.world.spec import Spec, Task
from tests.cleanup.world.store import covers
from tests.cleanup.world.world import World


def world() -> World:
    made = World()
    made.reader.keeps = kept_a_week(made)
    return made


def delete(made: World, path: str) -> None:
    """What a cleaner does that knows nothing: as `s5cmd rm`."""
    for key in [k for k in made.kfp.store.objects if path in k]:
        written_at = made.kfp.store.objects.pop(key).modified_at
        made.reader.deleted(key, written_at)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_without_a_cleaner_nobody_misses_anything(scenario: object) -> None:
    made = world()
    scenario.build(made)  # type: ignore[attr-defined]
    made.rest()
    made.reader.at_rest()
    assert made.reader.losses == []
    assert made.kfp.finished(A)


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


def _blind_delete(made: World) -> None:
    delete(made, P)


def _before_the_hit_is_published(made: World) -> None:
    number = made.will_run(A, TRAIN)
    for _ in range(4):
        made.step(number)
    delete(made, f"{P}/make")


@pytest.mark.parametrize("act", [_blind_delete, _before_the_hit_is_published])
def test_deleting_under_the_cache_is_noticed(act: Callable[[World], None]) -> None:
    made = world()
    made.had(P, Spec("train", (MAKE,)))
    act(made)
    if not made.actors:
        made.will_run(A, Spec("train", (MAKE, USE)))
    made.rest()
    assert any("POISON" in loss for loss in made.reader.losses)


def test_deleting_a_part_of_what_is_read_is_noticed() -> None:
    made = world()
    made.had(P, Spec("train", (MAKE,)))
    delete(made, "part-1")
    made.will_run(A, TRAIN)
    made.rest()
    assert any("could not read" in loss and "part-1" in loss for loss in made.reader.losses)


def test_deleting_the_files_or_the_log_of_a_kept_run_is_noticed_at_once() -> None:
    made = world()
    made.had(A, TRAIN, 2)
    delete(made, "main.log")
    delete(made, f"{A}/use")
    assert [loss.split()[1] for loss in made.reader.losses] == ["the", "the", f"v2/artifacts/train/{A}/use/" + _salt(made)]


def _salt(made: World) -> str:
    return made.runs[A].places["use"].split("/use/")[1] + "/model"


def test_an_import_anew_after_the_last_look_is_counted_apart() -> None:
    made = world()
    made.had(P, TRAIN)
    made.kfp.delete_run(P)
    uri = f"minio://mlpipeline/{made.runs[P].places['make']}"
    made.reader.looked((uri,))
    made.will_run(A, importing(made, reimport=True))
    while not made.reader.anew:
        made.step(0)
    delete(made, f"{P}/make")
    made.rest()
    assert made.reader.losses == []
    assert made.reader.late


def test_without_a_look_it_is_no_exception() -> None:
    made = world()
    made.had(P, TRAIN)
    made.will_run(A, importing(made, reimport=True))
    while not made.reader.anew:
        made.step(0)
    delete(made, f"{P}/make")
    made.rest()
    assert made.reader.losses
    assert isinstance(made.reader, Reader)
