"""Killed at any call, write or sync, an apply goes on where it was and ends as if nothing had happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.cleanup.apply.journal import read_journal
from kfpops.cleanup.apply.record import Begun
from tests.cleanup.apply.small import Killed, kill_at, states, two_runs


@pytest.mark.parametrize("torn", [False, True], ids=["the disk keeps what was written", "the last line is torn"])
def test_killed_anywhere_it_goes_on_and_ends_alike(tmp_path: Path, *, torn: bool) -> None:
    points = 0
    for number in range(1, 200):
        folder = tmp_path / str(number)
        folder.mkdir()
        world, plan = two_runs(folder)
        world.at = kill_at(world, number)
        journal = folder / "plan.jsonl.journal"
        try:
            world.apply(plan)
        except Killed as killed:
            points += 1
            if torn and str(killed) == "sync" and journal.exists():
                journal.write_bytes(journal.read_bytes()[:-7])
        else:
            break
        world.at = lambda name: None
        world.holders.clear()
        assert world.apply(plan).exit_code == 0
        assert list(world.objects) == [world.key("b")]
        assert states(world) == {"1": "DELETED", "2": "DELETED", "3": "LIVE"}
        assert sum(isinstance(record, Begun) for record in read_journal(journal)) in (1, 2)
    assert points > 25
