"""How far a plan is, from its file and its journal alone: no server is asked, and nothing is locked."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kfpops.cleanup.apply.journal import read_journal
from kfpops.cleanup.apply.outcome import Result
from kfpops.cleanup.apply.state import state_of
from kfpops.cleanup.plan.read import read_plan
from kfpops.errors import UsageError

_JOURNAL: Final = ".journal"


def journal_of(plan: Path) -> Path:
    """Where a plan's journal is unless somebody says otherwise."""
    return plan.with_name(f"{plan.name}{_JOURNAL}")


def read_status(plan_path: Path, journal: Path) -> Result:
    """Raises as `read_plan` does, and `PlanRefused` for a journal of another plan. A plan without a journal is new."""
    plan = read_plan(plan_path)
    state = state_of(read_journal(journal, plan.sha256))
    waits = state.waits_for if state.phase == "waiting" else None
    return Result(plan, state, str(journal), waits_for=waits)


def latest_plan(folder: Path) -> Path:
    """The plan of the journal there that was written last. Raises `UsageError` when there is none."""
    journals = sorted(folder.glob(f"*{_JOURNAL}"), key=lambda path: path.stat().st_mtime, reverse=True)
    plans = [path.with_name(path.name.removesuffix(_JOURNAL)) for path in journals]
    found = next((plan for plan in plans if plan.is_file()), None)
    if found is None:
        raise UsageError("No plan in this folder was ever applied.", "Name one: kfpops cleanup status PLAN")
    return found
