"""Readers notice when something live is gone, whatever it was that deleted it: else the proof would prove nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cleanup.world.deleting import deleted
from tests.cleanup.world.policies import kept_a_week
from tests.cleanup.world.shapes import MAKE, TRAIN, USE, A, P, importing, place_of
from tests.cleanup.world.spec import Spec
from tests.cleanup.world.store import ROOT
from tests.cleanup.world.world import World


def world() -> World:
    made = World()
    made.reader.keeps = kept_a_week(made)
    return made


def delete(made: World, path: str) -> None:
    """What a cleaner does that knows nothing: as `s5cmd rm`."""
    for key in [k for k in made.kfp.store.objects if path in k]:
        written_at = made.kfp.store.objects.pop(key).modified_at
        deleted(made.reader, key, written_at)


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
    assert [loss.split()[1] for loss in made.reader.losses] == ["the", "the", f"{ROOT}/train/{A}/use/" + _salt(made)]


def _salt(made: World) -> str:
    return made.runs[A].places["use"].split("/use/")[1] + "/model"


def test_an_import_anew_after_the_last_look_is_counted_apart() -> None:
    made = world()
    made.had(P, TRAIN)
    made.kfp.delete_run(P)
    uri = place_of(made, P, "make")
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
