"""Partial outputs: what lies below a kept, finished run, and no artifact names: what an interrupted upload leaves."""

from __future__ import annotations

from kfpops.cleanup.claims import Claims
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.policy.policy import Kinds
from kfpops.cleanup.verdict import Verdict


def unnamed(run: Mark, claims: Claims, kinds: Kinds) -> Verdict:
    """`run`: the mark of the run around it. A retry of the run would take, or write again, what lies there: it stays."""
    if kinds.partial is None:
        return Verdict(False, "unreferenced", "unreferenced", run.who)
    found = claims.find(run.who)
    if found is None or (found.retryable and found.known):
        return Verdict(False, "unreferenced", "may-be-retried", run.who)
    return Verdict(True, "unreferenced", "partial-output", run.who)
