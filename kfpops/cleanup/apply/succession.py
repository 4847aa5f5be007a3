"""A new plan in the place of an older one: what was begun is not overwritten, what has ended goes aside with its journal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from kfpops.cleanup.apply.journal import read_journal
from kfpops.cleanup.apply.state import State, state_of
from kfpops.cleanup.apply.status import journal_of
from kfpops.cleanup.plan.holding import replaced
from kfpops.cleanup.plan.read import read_header
from kfpops.errors import KfpopsError, PlanRefused

KEPT: Final = 10
"""How many plans that were carried out, or undone, stay beside the newest, with their journals."""
_UNFINISHED: Final = ("evicting", "waiting", "deleting")
_ID_LENGTH: Final = 8


def refuse_unfinished(plan: Path) -> State:
    """What the journal beside this plan tells: nothing when there is none.

    Raises `PlanRefused` when it tells of an apply that has begun and not ended: without its plan nobody could go on with
    it, or take it back, and artifacts that it marked would stay so.
    """
    journal = journal_of(plan)
    state = state_of(read_journal(journal))
    if state.phase not in _UNFINISHED:
        return state
    elsewhere = "Or write the new plan to another file: --output."
    if not plan.exists():
        told = f"{journal} tells of an apply that has not ended, and its plan {plan} is not there"
        raise PlanRefused(f"No plan was made: {told}.", f"Put that plan back to go on with it or undo it. {elsewhere}")
    ways = f"`kfpops cleanup apply {plan}` goes on with it, `kfpops cleanup undo {plan}` takes it back."
    raise PlanRefused(f"No plan was made: the apply of {plan} has begun and not ended.", f"{ways} {elsewhere}")


@contextmanager
def making_way(plan: Path) -> Iterator[Path | None]:
    """Around the moment at which a new plan gets this name: the older one is put aside when its journal tells of its end.

    Gives the older plan's new path, with its journal beside it (`journal_of`), so that `status` and `undo` still find
    both; None when nothing was put aside. Raises as `refuse_unfinished` does, and while somebody applies it.
    """
    with replaced(plan):
        ended = refuse_unfinished(plan).plan
        yield _put_aside(plan, ended) if ended else None


def _put_aside(plan: Path, ended: str) -> Path:
    """The plan first: a journal without its plan is put aside by the next one, a plan without its journal would be new."""
    aside = plan.with_name(f"{plan.name}.{ended[:_ID_LENGTH]}")
    with suppress(KfpopsError, FileNotFoundError):
        if read_header(plan).id == ended:
            plan.replace(aside)
    journal_of(plan).replace(journal_of(aside))
    _forget_older(plan)
    return aside


def _forget_older(plan: Path) -> None:
    named = re.compile(re.escape(plan.name) + r"\.[0-9a-f]{8}\.journal")
    journals = [path for path in plan.parent.iterdir() if named.fullmatch(path.name)]
    for journal in sorted(journals, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        journal.with_suffix("").unlink(missing_ok=True)
        journal.unlink(missing_ok=True)
