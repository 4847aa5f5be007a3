"""What was decided of an object, and why: the closed list of reasons to keep something and to let it go."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Label: TypeAlias = Literal["live", "protected", "foreign", "orphan", "unreferenced", "expired", "abandoned"]
"""live: something needs it · protected: never a cleaner's business · foreign: not KFP's, or nobody knows whose ·
orphan: of a run that is gone · unreferenced: below a run that exists, but nothing names it · expired: a rule gives it up ·
abandoned: an incomplete upload, an old version, a marker of nothing.
"""

Reason: TypeAlias = Literal[
    # Why something stays.
    "outside-roots", "protected-prefix", "own-files", "not-run-shaped", "owner-unknown",
    "run-unfinished", "run-kept", "rule-keeps", "taken-from-cache", "imported", "read", "attributed",
    "cache-entry", "may-be-retried", "pinned", "served", "tagged", "young", "logs-of-kept-run", "logs-owner-unknown",
    "unreferenced", "kind-not-asked", "current-version",
    # Why something may go.
    "run-expired", "artifact-expired", "over-budget", "run-deleted", "run-failed-and-deleted", "run-unknown",
    "logs-of-deleted-run", "logs-of-expired-run", "partial-output", "upload-abandoned", "noncurrent-version",
    "marker-of-nothing",
]  # fmt: skip


class Verdict(NamedTuple):
    """`goes`: it may be deleted. `who`: the run, pin or artifact that keeps it, or whose it was. `rule`: of the policy.

    An object of a kind that the policy does not ask for stays with the label and `who` of what it is, and the reason
    `kind-not-asked`.
    """

    goes: bool
    label: Label
    reason: Reason
    who: str = ""
    rule: str = ""
