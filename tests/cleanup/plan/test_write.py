from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kfpops.cleanup.plan.read import read_plan
from kfpops.cleanup.plan.write import PlanFile, check_target, lines_of
from kfpops.errors import PlanRefused, UsageError
from tests.cleanup.plan.samples import ENTRIES, a_header, a_plan, an_entry, tally_of


def test_a_plan_that_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    with PlanFile(tmp_path / "plan.jsonl", a_header()) as file:
        file.add(lines_of(ENTRIES))
    assert list(tmp_path.iterdir()) == []


def test_until_it_is_finished_the_plan_before_it_stays(tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    a_plan(path)
    before = path.read_bytes()
    with PlanFile(path, a_header(id="p2")) as file:
        assert path.read_bytes() == before
        file.finish(tally_of(()).footer())
    assert b'"id":"p2"' in path.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["plan.jsonl"]


@pytest.mark.parametrize(
    "name, words",
    [
        pytest.param("policy.yaml", "is no plan; it is not overwritten", id="a file that would be lost"),
        pytest.param("folder", "is a folder", id="a folder"),
        pytest.param("nowhere/plan.jsonl", "There is no folder", id="a folder that is not there"),
    ],
)
def test_what_a_plan_must_not_replace(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "policy.yaml").write_text("kinds: {}\n")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match=words):
        check_target(tmp_path / name)


def test_an_empty_file_may_be_written(tmp_path: Path) -> None:
    (tmp_path / "plan.jsonl").touch()
    a_plan(tmp_path / "plan.jsonl")


def test_the_lines(tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    footer = a_plan(path)
    lines = path.read_bytes().splitlines(keepends=True)
    header, *entries, last = map(json.loads, lines)
    assert header["schema"] == "kfpops/cleanup-plan/v1"
    assert [e["key"] for e in entries] == [e.key for e in ENTRIES]
    assert "version_id" not in entries[0]
    assert last["sha256"] == hashlib.sha256(b"".join(lines[:-1])).hexdigest() == footer.sha256
    assert last["goes"] == {"run-deleted": {"objects": 3, "bytes": 129}}
    assert last["keeps"]["run-kept"] == {"objects": 2, "bytes": 128}
    assert last["listed"] == {"objects": 6, "bytes": 262}


def test_parts_are_copied_whole(tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.write_bytes(lines_of(ENTRIES))
    with PlanFile(tmp_path / "plan.jsonl", a_header()) as file:
        file.copy(part)
        file.finish(tally_of(ENTRIES).footer())
    a_plan(tmp_path / "other.jsonl")
    assert (tmp_path / "plan.jsonl").read_bytes() == (tmp_path / "other.jsonl").read_bytes()


def test_a_key_that_is_no_text_cannot_be_a_line() -> None:
    with pytest.raises(UnicodeEncodeError):
        lines_of([an_entry("\udcff")])


_KILLED = """
import os, signal, sys
from pathlib import Path
from kfpops.cleanup.plan.write import PlanFile
from tests.cleanup.plan.samples import a_header
with PlanFile(Path(sys.argv[1]), a_header()) as file:
    while True:
        file.add(b"x" * 100 + b"\\n")
        if any(part.stat().st_size for part in Path(sys.argv[1]).parent.glob(".*.part")):
            os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(path: Path) -> Path:
    """A process begins a plan and is killed in the middle: what it leaves."""
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", _KILLED, str(path)], cwd=root, check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = path.parent.glob(".plan.jsonl.*.part")
    return left


def test_what_a_killed_writer_left_is_no_plan_and_goes_with_the_next(tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    left = killed(path)
    assert left.stat().st_size > 0
    with pytest.raises(PlanRefused, match="cut off"):
        read_plan(left)
    for other in (".plan.jsonl.notes.part", ".plan.jsonl.abcd1234", "plan.jsonl.abcd1234.part"):
        (tmp_path / other).touch()
    a_plan(path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        ".plan.jsonl.abcd1234",
        ".plan.jsonl.notes.part",
        "plan.jsonl",
        "plan.jsonl.abcd1234.part",
    ]
    assert len(list(read_plan(path).entries)) == len(ENTRIES)


def test_what_another_is_writing_now_stays(tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    with PlanFile(path, a_header(id="slow")) as slow:
        a_plan(path)
        slow.finish(tally_of(()).footer())
    assert read_plan(path).header.id == "slow"
