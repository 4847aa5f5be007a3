"""`kfpops cleanup`: what may go, why, and carrying it out."""

from __future__ import annotations

from typing import Any

from kfpops.cli.lazy import lazy_group
from kfpops.cli.options import accepts_connection

SUBCOMMANDS = {
    "plan": ("kfpops.cli.cleanup_plan", "Write down what may go, and why; nothing is deleted."),
    "why": ("kfpops.cli.cleanup_why", "Say why something stays, or what takes it."),
    "apply": ("kfpops.cli.cleanup_apply", "Delete what a plan lets go, as far as it still may go."),
    "undo": ("kfpops.cli.cleanup_undo", "Take a plan back: what is marked and still there is live again."),
    "status": ("kfpops.cli.cleanup_status", "Say how far a plan is and how much it has freed."),
    "lifecycle": ("kfpops.cli.cleanup_lifecycle", "Say what the buckets' own rules do, and what they will break."),
}


def group(**connection: Any) -> None:
    """Say what no run, cache entry or pin needs any more, and delete it.

    `plan` writes down what may go, to be reviewed; `apply` deletes what was reviewed and still holds.
    """


command = lazy_group("cleanup", SUBCOMMANDS)(accepts_connection(group, hidden=True))
