"""A new plan in the place of an older one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kfpops.cleanup.apply.journal import read_journal
from kfpops.cleanup.apply.status import journal_of, read_status
from kfpops.cleanup.apply.succession import KEPT, making_way, refuse_unfinished
from kfpops.errors import PlanRefused
from tests.cleanup.apply.small import ALL, Killed, Small, states, two_runs


def test_nothing_is_put_aside_where_no_plan_lies(tmp_path: Path) -> None:
    with making_way(tmp_path / "plan.jsonl") as aside:
        assert aside is None
    assert list(tmp_path.iterdir()) == []


def test_a_plan_that_nobody_applied_is_written_over(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    before = set(tmp_path.iterdir())
    with making_way(plan) as aside:
        world.plan("a", id="second00")
    assert (aside, set(tmp_path.iterdir())) == (None, before)


def test_a_journal_that_died_before_its_first_line_was_whole_is_none(tmp_path: Path) -> None:
    _, plan = two_runs(tmp_path)
    journal_of(plan).write_text('{"kind":"beg')
    with making_way(plan) as aside:
        assert aside is None


@pytest.mark.parametrize(
    "call", [pytest.param(refuse_unfinished, id="before"), pytest.param(lambda p: _enter(p), id="at its end")]
)
def test_a_plan_whose_apply_has_not_ended_stays(tmp_path: Path, call: Callable[[Path], object]) -> None:
    """Dead after the first artifacts were marked: only with this plan can they be deleted, or be LIVE again."""
    world, plan = _begun(tmp_path)
    was = plan.read_bytes()
    with pytest.raises(PlanRefused, match="has begun and not ended") as refused:
        call(plan)
    assert refused.value.exit_code == 4
    assert f"kfpops cleanup undo {plan}" in refused.value.hint
    assert f"kfpops cleanup apply {plan}" in refused.value.hint
    assert "--output" in refused.value.hint
    assert plan.read_bytes() == was
    assert world.undo(plan).state.phase == "undone"
    assert set(states(world).values()) == {"LIVE"}


def test_a_journal_without_its_plan_stays_too(tmp_path: Path) -> None:
    _, plan = _begun(tmp_path)
    plan.unlink()
    with pytest.raises(PlanRefused, match=r"its plan .* is not there"):
        refuse_unfinished(plan)
    assert journal_of(plan).exists()


def test_while_it_is_applied_it_is_not_replaced(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    tried: list[str] = []

    def at(name: str) -> None:
        if not tried:
            with pytest.raises(PlanRefused) as refused:
                _enter(plan)
            tried.append(refused.value.message)

    world.at = at
    world.apply(plan)
    assert "is being applied" in tried[0]


@pytest.mark.parametrize("end", ["apply", "undo"])
def test_what_has_ended_is_put_aside_with_its_journal(tmp_path: Path, end: str) -> None:
    world, plan = two_runs(tmp_path) if end == "apply" else _begun(tmp_path)
    ended = getattr(world, end)(plan).state.phase
    with making_way(plan) as aside:
        world.plan("a", id="second00")
    assert aside is not None
    assert aside.name == "plan.jsonl.p1"
    assert read_status(aside, journal_of(aside)).state.phase == ended
    assert not journal_of(plan).exists()
    assert read_status(plan, journal_of(plan)).state.phase == "new"


def test_the_next_plan_is_applied_then(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    world.apply(plan)
    with making_way(plan):
        world.plan(id="second00")
    assert world.apply(plan).state.phase == "finished"
    assert len(world.objects) < ALL
    assert "LIVE" in states(world).values()


def test_a_death_between_the_two_renames_leaves_a_pair(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    world.apply(plan)
    plan.replace(tmp_path / "plan.jsonl.p1")
    with making_way(plan) as aside:
        world.plan("a", id="second00")
    assert aside == tmp_path / "plan.jsonl.p1"
    assert read_status(aside, journal_of(aside)).state.phase == "finished"


def test_the_oldest_are_forgotten_and_nothing_else(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    world.plan("a", id="f" * 32)
    world.apply(plan)
    for number in range(KEPT):
        old = tmp_path / f"plan.jsonl.{number:08x}"
        old.write_text("plan")
        journal_of(old).write_text("journal")
        os.utime(journal_of(old), (number, number))
    strangers = [
        tmp_path / name for name in ("plan.jsonl.backup", "plan.jsonl.backup.journal", "other.jsonl.00000000.journal")
    ]
    for stranger in strangers:
        stranger.write_text("mine")
    with making_way(plan):
        pass
    left = {path.name for path in tmp_path.glob("plan.jsonl.????????.journal")}
    assert left == {f"plan.jsonl.{id}.journal" for id in ("ffffffff", *(f"{n:08x}" for n in range(1, KEPT)))}
    assert not (tmp_path / "plan.jsonl.00000000").exists()
    assert all(stranger.read_text() == "mine" for stranger in strangers)


def _begun(folder: Path) -> tuple[Small, Path]:
    """A world in which an apply died right after it had marked artifacts."""
    world, plan = two_runs(folder)

    def at(name: str) -> None:
        if name == "set MARKED_FOR_DELETION, done":
            raise Killed(name)

    world.at = at
    with pytest.raises(Killed):
        world.apply(plan)
    world.at = lambda name: None
    world.holders.clear()
    assert any(True for _ in read_journal(journal_of(plan)))
    return world, plan


def _enter(plan: Path) -> None:
    with making_way(plan):
        pytest.fail("the older plan would have been lost")
