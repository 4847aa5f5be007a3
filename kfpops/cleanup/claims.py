"""What each run claims: it keeps what is its own, gives it up by a rule or the budget, or has been deleted in KFP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from kfpops.cleanup.budget import Shortfall, within_budget
from kfpops.cleanup.inventory import ArtifactFact, Inventory, RunFact
from kfpops.cleanup.policy.claim import gives_up, keeper
from kfpops.cleanup.policy.policy import Policy
from kfpops.cleanup.policy.retention import Say, says
from kfpops.cleanup.sight import Sight
from kfpops.cleanup.verdict import Label, Reason


class Claim(NamedTuple):
    """`goes`: the run does not keep it. `label` and `reason` are those of what only this run has to do with."""

    goes: bool
    label: Label
    reason: Reason
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Claims:
    """`over`: runs that the budget gives up, with the rule's name. `workflows`: Argo's workflow names → their runs.

    `shortfalls`: budgets that cannot be met.
    """

    sight: Sight
    over: Mapping[str, str]
    workflows: Mapping[str, tuple[str, ...]]
    shortfalls: tuple[Shortfall, ...] = ()

    def find(self, run_id: str) -> RunFact | None:
        """The run of an id, whose letters may be large or small."""
        return self.sight.find(run_id)

    def of(self, run_id: str) -> Claim | None:
        """What the run claims as a whole; None when nobody knows such a run. A pin holds for one that nobody knows, too."""
        run = self.find(run_id)
        if run is None:
            return Claim(False, "live", "pinned") if run_id.lower() in self.sight.pinned else None
        always = self._always(run)
        if always:
            return always
        if not run.known:
            return _deleted(run)
        given_up = self._given_up(run)
        if given_up is None:
            return _kept(keeper(self.sight.said(run), None))
        if run.retryable and not self.evicted(run_id):
            return Claim(False, "live", "may-be-retried")
        return given_up

    def on(self, run: RunFact, artifact: ArtifactFact) -> Claim:
        """What the run claims of an artifact that it has to do with."""
        always = self._always(run)
        if always:
            return always
        said = self.sight.said(run)
        keeps = keeper(said, artifact)
        if not run.known:
            return _kept(keeps) if keeps else _deleted(run)
        if keeps is None and run.id in self.over:
            return Claim(True, "expired", "over-budget", self.over[run.id])
        gone = gives_up(said, artifact)
        if gone is None:
            return _kept(keeps)
        whole = gone.whole and gives_up(said, None) is not None
        return Claim(True, "expired", "run-expired" if whole else "artifact-expired", gone.rule)

    def evicted(self, run_id: str) -> bool:
        """Whether it is deleted in KFP before anything of it goes: then no cache entry of it is hit, and no retry comes."""
        run = self.find(run_id)
        if run is None or not self.sight.evicts or not run.known or self._always(run):
            return False
        return self._given_up(run) is not None

    def _always(self, run: RunFact) -> Claim | None:
        reason = self.sight.always(run)
        return Claim(False, "live", reason) if reason else None

    def _given_up(self, run: RunFact) -> Claim | None:
        said = self.sight.said(run)
        gone = gives_up(said, None)
        if gone is not None:
            return Claim(True, "expired", "run-expired", gone.rule)
        if run.id in self.over and keeper(said, None) is None:
            return Claim(True, "expired", "over-budget", self.over[run.id])
        return None


_RUN_KEPT: Final = Claim(False, "live", "run-kept")
_RUN_DELETED: Final = Claim(True, "orphan", "run-deleted")
_FAILED_AND_DELETED: Final = Claim(True, "orphan", "run-failed-and-deleted")


def _kept(keeps: Say | None) -> Claim:
    return Claim(False, "live", "rule-keeps", keeps.rule) if keeps else _RUN_KEPT


def _deleted(run: RunFact) -> Claim:
    return _FAILED_AND_DELETED if run.failed or run.state == "FAILED" else _RUN_DELETED


def claims_of(inventory: Inventory, policy: Policy, now: float) -> Claims:
    """`now`: our clock, by which the ages of runs are reckoned. Goes through all artifacts when the policy has a budget."""
    runs = inventory.runs
    pins = frozenset(pin.target.lower() for pin in inventory.pins if "://" not in pin.target)
    budgeted = within_budget(runs, inventory.artifacts if policy.budget else (), policy, now, inventory.pins)
    sight = Sight(runs, says(runs, policy, now), pins, policy.grace, now, policy.cache == "evict")
    return Claims(sight, budgeted.runs, _by_workflow(runs.values()), budgeted.shortfalls)


def _by_workflow(runs: Iterable[RunFact]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for run in runs:
        if run.workflow:
            found[run.workflow] = (*found.get(run.workflow, ()), run.id)
    return found
