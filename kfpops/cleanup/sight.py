"""What is known of the runs beside the rules: by this alone it is decided which keep their own whatever the rules say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kfpops.cleanup.inventory import RunFact, find_run
from kfpops.cleanup.policy.claim import gives_up
from kfpops.cleanup.policy.fits import ended
from kfpops.cleanup.policy.retention import Say
from kfpops.cleanup.verdict import Reason


@dataclass(frozen=True, slots=True)
class Sight:
    """`says`: the rules on the runs that they speak of. `pinned`: run ids in small letters. `now`: our clock.

    `evicts`: the policy's `cache` is `evict`.
    """

    runs: Mapping[str, RunFact]
    says: Mapping[str, tuple[Say, ...]]
    pinned: frozenset[str]
    grace: float
    now: float
    evicts: bool = False

    def find(self, run_id: str) -> RunFact | None:
        """The run of an id, whose letters may be large or small."""
        return find_run(self.runs, run_id)

    def said(self, run: RunFact) -> tuple[Say, ...]:
        return self.says.get(run.id, ())

    def always(self, run: RunFact) -> Reason | None:
        """Why it claims its own whatever the policy says. One that began after KFP was asked looks deleted: it is young."""
        if not run.finished:
            return "run-unfinished"
        if run.id.lower() in self.pinned:
            return "pinned"
        at = ended(run)
        return "young" if at is not None and not self.now - at >= self.grace else None

    def gone(self, run: RunFact) -> bool:
        """Whether a rule gives it up whole, and it is deleted in KFP for that."""
        return self.evicts and run.known and gives_up(self.said(run), None) is not None
