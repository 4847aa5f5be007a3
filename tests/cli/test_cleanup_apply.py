"""`kfpops cleanup apply`, `undo` and `status`, on a small world in memory."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from kfpops.errors import PlanRefused
from tests.cleanup.apply.small import Small, two_runs
from tests.cli.conftest import CommandLine
from tests.schemas import validates


@dataclass
class Applying:
    """The command line on a small world whose plan lets run a go."""

    line: CommandLine
    world: Small
    plan: str

    def __call__(self, command: str, *more: str) -> tuple[int, str, str]:
        printed = self.line("cleanup", command, self.plan, *more)
        return printed.code, printed.out, printed.err


@pytest.fixture
def applying(kfpops: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Applying:
    world, _ = two_runs(tmp_path)
    changing = SimpleNamespace(open_changes=lambda settings, say: (world.cluster(), world.changes()))
    monkeypatch.setitem(sys.modules, "kfpops.compose", changing)
    monkeypatch.setattr("time.time", lambda: world.now.timestamp())
    plan = world.plan("a", evict=["a"], made_at="2026-11-20T11:00:00Z", expires_at="2099-01-01T00:00:00Z")
    return Applying(kfpops, world, str(plan))


def test_a_pipe_must_say_yes(applying: Applying) -> None:
    code, _, err = applying("apply")
    assert (code, "Say --yes" in err, applying.world.calls) == (2, True, [])


def test_a_plan_that_is_not_there(kfpops: CommandLine) -> None:
    assert kfpops("cleanup", "apply", "/nowhere/plan", "--yes").code == 2


def test_an_edited_plan_is_refused(applying: Applying) -> None:
    with Path(applying.plan).open("a") as file:
        file.write("{}\n")
    code, _, err = applying("apply", "--yes")
    assert (code, "plan" in err, applying.world.calls) == (4, True, [])


def test_what_keeps_a_plan_from_being_carried_out_is_4(applying: Applying) -> None:
    applying.world.holders.add("minio://mlpipeline")
    code, _, err = applying("apply", "--yes")
    assert (code, "Another apply" in err) == (4, True)


def test_nothing_is_asked_of_a_server_for_the_status(applying: Applying) -> None:
    code, out, _ = applying("status")
    assert (code, out.splitlines()[0]) == (0, "Nothing was done yet: 3 objects (30B) may go.")
    assert applying.world.calls == []


def test_it_is_done_and_said(applying: Applying) -> None:
    code, out, _ = applying("apply", "--yes")
    assert (code, out.splitlines()[0]) == (0, "Done: 3 objects deleted, 30B freed.")
    assert "1 run was deleted, with the cache entries" in out
    assert applying("apply", "--yes")[0] == 0
    assert applying("status")[1].splitlines()[0] == "Done: 3 objects deleted, 30B freed."


def test_what_is_left_is_5(applying: Applying) -> None:
    applying.world.refused = {applying.world.key("a")}
    code, out, _ = applying("apply", "--yes")
    assert (code, "AccessDenied" in out) == (5, True)
    assert out.splitlines()[0] == "Not done: 2 objects deleted, 20B freed, 1 object left."
    assert "kfpops cleanup apply" in out


def test_waiting_without_waiting(applying: Applying) -> None:
    applying.world.run("c", age=0.1, state="RUNNING")
    code, out, _ = applying("apply", "--yes", "--no-wait")
    assert (code, out.startswith("Not yet deleted: 1 run has to end first")) == (5, True)


def test_undo_says_what_is_lost(applying: Applying) -> None:
    assert applying("undo")[0] == 0
    applying("apply", "--yes")
    code, out, err = applying("undo")
    assert code == 5
    assert out.startswith("Undone: 0 artifacts live again, 3 objects gone for good, 2 artifacts not whole")
    assert "nobody can bring that back" in err


@pytest.mark.parametrize(
    "steps", [("status",), ("apply",), ("apply", "status"), ("apply", "undo"), ("apply", "undo", "status")]
)
def test_the_json_is_valid(applying: Applying, steps: tuple[str, ...]) -> None:
    for step in steps:
        _, out, _ = applying(step, "-o", "json", *(["--yes"] if step == "apply" else []))
        validates(out)
    assert json.loads(out)["plan"]["id"] == "p1"


def test_the_plan_that_was_worked_on_last(applying: Applying, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert applying.line("cleanup", "status").code == 2
    applying("apply", "--yes")
    assert applying.line("cleanup", "status").out.startswith("Done: 3 objects deleted")
    Path(applying.plan).unlink()
    assert applying.line("cleanup", "status").code == 2


def test_a_bundle_is_refused() -> None:
    from kfpops.compose import open_changes
    from kfpops.settings import Settings

    with pytest.raises(PlanRefused, match="copy"):
        open_changes(Settings(bundle="demo:healthy"))
