"""Who works with a plan's file right now."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.cleanup.plan.holding import applied, replaced
from kfpops.errors import PlanRefused


def test_a_plan_that_is_not_there_stops_nobody(tmp_path: Path) -> None:
    with replaced(tmp_path / "plan.jsonl"), applied(tmp_path / "plan.jsonl"):
        assert list(tmp_path.iterdir()) == []


def test_one_after_the_other_is_fine(tmp_path: Path) -> None:
    plan = _plan(tmp_path)
    with applied(plan), applied(plan):
        pass
    with replaced(plan):
        pass
    with applied(plan):
        assert plan.read_text() == "old"


def test_what_is_being_applied_is_not_replaced(tmp_path: Path) -> None:
    plan = _plan(tmp_path)
    with applied(plan), pytest.raises(PlanRefused, match="being applied"), replaced(plan):
        pytest.fail("it was let in")


def test_what_is_being_replaced_is_not_applied(tmp_path: Path) -> None:
    plan = _plan(tmp_path)
    with replaced(plan), pytest.raises(PlanRefused, match="being replaced"), applied(plan):
        pytest.fail("it was let in")


def test_a_plan_that_was_replaced_while_it_was_opened_is_not_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    plan = _plan(tmp_path)

    def slowly(file: int, how: int) -> None:
        new = tmp_path / "new"
        new.write_text("new")
        new.replace(plan)

    monkeypatch.setattr(fcntl, "flock", slowly)
    with pytest.raises(PlanRefused, match="was replaced"), applied(plan):
        pytest.fail("it was let in")


def test_without_locks_in_the_file_system_nobody_is_kept_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno
    import fcntl

    def no_locks(file: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    plan = _plan(tmp_path)
    with applied(plan), replaced(plan):
        assert plan.read_text() == "old"


def _plan(folder: Path) -> Path:
    path = folder / "plan.jsonl"
    path.write_text("old")
    return path
