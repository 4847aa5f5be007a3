"""Which kind of clean-up a reason belongs to: what a plan is summed up by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kfpops.cleanup.plan.entry import Kind
from kfpops.cleanup.verdict import Reason

KIND_OF: Final[Mapping[Reason, Kind]] = {
    "run-expired": "run-artifacts",
    "artifact-expired": "run-artifacts",
    "over-budget": "run-artifacts",
    "run-deleted": "orphans",
    "run-failed-and-deleted": "orphans",
    "run-unknown": "orphans",
    "logs-of-deleted-run": "argo-logs",
    "logs-of-expired-run": "argo-logs",
    "partial-output": "partial-outputs",
    "upload-abandoned": "uploads",
    "noncurrent-version": "versions",
    "marker-of-nothing": "versions",
}
"""Every reason why something may go."""
