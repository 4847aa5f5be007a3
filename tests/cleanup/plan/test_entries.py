from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.cleanup.plan.entries import blocks, opened
from kfpops.cleanup.plan.read import read_plan
from kfpops.errors import PlanRefused, UsageError
from tests.cleanup.plan.samples import a_plan, an_entry


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        opened(tmp_path / "plan.jsonl")


def test_blocks_are_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    a_plan(path, [an_entry(f"{number:06}") for number in range(9_000)])
    entries = read_plan(path).entries
    with opened(path) as file:
        found = list(blocks(file, entries))
    assert len(found) > 1
    assert all(block.endswith(b"\n") for block in found)
    assert b"".join(found) == path.read_bytes()[entries.start : entries.end]


def test_a_file_that_shrinks_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    a_plan(path, [an_entry(f"{number:06}") for number in range(20_000)])
    rows = iter(read_plan(path).entries)
    next(rows)
    path.write_bytes(path.read_bytes()[:2_000_000])
    with pytest.raises(PlanRefused, match="has changed while it was read"):
        sum(1 for _ in rows)
