"""Reasons and kinds in words, as people read them in a plan and in an answer to `why`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kfpops.knowledge.quantity import format_bytes

REASONS: Final[Mapping[str, str]] = {
    "outside-roots": "it lies below none of the pipeline roots",
    "protected-prefix": "it is below KFP's own prefix pipelines/, which is never touched",
    "own-files": "it is kfpops's own",
    "not-run-shaped": "it does not lie where KFP puts what a run writes",
    "owner-unknown": "it belongs to nobody that is known",
    "run-unfinished": "its run has not finished",
    "run-kept": "KFP has its run, and no rule gives it up",
    "rule-keeps": "a rule keeps its run",
    "taken-from-cache": "another run took it from the cache",
    "imported": "another run imported it",
    "read": "another run read it",
    "attributed": "the lineage store counts it among a run's artifacts",
    "cache-entry": "the cache can still hand it out",
    "may-be-retried": "a retry of its run would take it",
    "pinned": "it is pinned",
    "served": "a model server uses it",
    "tagged": "it is tagged to be kept",
    "young": "it is younger than the grace",
    "logs-of-kept-run": "it is a log of a run that stays",
    "logs-owner-unknown": "it is a log of a workflow that nobody knows",
    "unreferenced": "it is named by no artifact, but its run stays",
    "kind-not-asked": "it could go, but the policy does not ask for its kind",
    "current-version": "it is the current version",
    "run-expired": "a rule gives up its run",
    "artifact-expired": "a rule gives it up",
    "over-budget": "its namespace is over its budget",
    "run-deleted": "its run was deleted in KFP",
    "run-failed-and-deleted": "its run failed and was deleted in KFP",
    "run-unknown": "neither KFP nor the lineage store knows its run",
    "logs-of-deleted-run": "it is a log of a run that was deleted",
    "logs-of-expired-run": "it is a log of a run that a rule gives up",
    "partial-output": "it was left by a finished run; no artifact names it",
    "upload-abandoned": "it is an upload that nobody completed",
    "noncurrent-version": "it is an old version",
    "marker-of-nothing": "it is a delete marker with nothing behind it",
}
"""Every `Reason`, as what is true of an object: "It stays: its run has not finished."."""

CLAIMS: Final[Mapping[str, str]] = {
    "run-unfinished": "it has not finished",
    "run-kept": "KFP has it, and no rule gives it up",
    "rule-keeps": "a rule keeps it",
    "may-be-retried": "a rule gives it up, but it may be retried",
    "pinned": "it is pinned",
    "young": "it is younger than the grace",
    "run-expired": "a rule gives it up",
    "artifact-expired": "a rule gives the artifact up",
    "over-budget": "it is given up, because its namespace is over its budget",
    "run-deleted": "it was deleted in KFP",
    "run-failed-and-deleted": "it failed, and was deleted in KFP",
}
"""What a run claims, by the same reasons, as what is true of the run."""

KINDS: Final[Mapping[str, str]] = {
    "run-artifacts": "artifacts of runs",
    "orphans": "left by deleted runs",
    "argo-logs": "archived logs",
    "uploads": "incomplete uploads",
    "versions": "old versions",
    "partial-outputs": "partial outputs",
}


def size(number: int) -> str:
    """`3.4GiB`, `812B`."""
    return f"{format_bytes(number)}B"
