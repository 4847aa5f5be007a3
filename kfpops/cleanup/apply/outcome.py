"""What came of an apply, an undo, or of nothing yet: the values that are shown and reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kfpops.cleanup.apply.state import State, Sum
from kfpops.cleanup.plan.read import Plan
from kfpops.errors import KfpopsError


@dataclass(frozen=True, slots=True)
class Result:
    """`waits_for`: runs that must end first; () when only the quarantine is not over; None when nothing is waited for.

    `stopped`: what ended it early, though something had been changed. Of an undo: `restored` objects that it brought back by
    removing their delete markers, `gone` objects (and old versions, and uploads) that nobody can bring back, `lost`
    artifacts that are not whole any more. `locked_by`: what kept others out.
    """

    plan: Plan
    state: State
    journal: str
    waits_for: Sequence[str] | None = None
    stopped: KfpopsError | None = None
    restored: int = 0
    gone: int = 0
    lost: int = 0
    locked_by: Sequence[str] = ()

    @property
    def planned(self) -> Sum:
        goes = self.plan.footer.goes.values()
        return Sum(sum(one.objects for one in goes), sum(one.bytes for one in goes))

    @property
    def left(self) -> int:
        """Objects of the plan of which nothing final is known."""
        return self.planned.objects - self.state.done.count

    @property
    def exit_code(self) -> int:
        """0 when nothing is left to do; 5 when something is, could not be taken back, or is needed and not whole."""
        if self.state.phase == "undone":
            return 5 if self.lost or self.gone or self.state.evicting else 0
        return 0 if self.state.phase in ("new", "finished") and not self.state.to_unmark else 5
