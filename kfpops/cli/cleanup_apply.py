"""`kfpops cleanup apply`: carry a plan out, or go on where an earlier apply was."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kfpops.cli.carrying import PLAN, carry_out
from kfpops.cli.options import takes_settings
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.cleanup.apply.outcome import Result


@click.command("apply")
@click.argument("plan", type=PLAN)
@click.option("--journal", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Default: PLAN.journal")
@click.option("--no-wait", is_flag=True, help="Do not wait for runs or the quarantine: end with 5 and be called again.")
@click.option("--yes", is_flag=True, help="Do not ask. Needed where nobody can be asked.")
@takes_settings
def command(settings: Settings, plan: Path, journal: Path | None, no_wait: bool, yes: bool) -> int:
    """Delete what a plan lets go, as far as it still may go.

    Called again it goes on where it was; called after its end it does nothing. Whatever is needed by now stays.
    """
    from kfpops.cleanup.apply.apply import apply_plan
    from kfpops.cleanup.apply.status import journal_of, read_status

    journal = journal or journal_of(plan)
    if not yes:
        _ask(read_status(plan, journal), plan)
    return carry_out(settings, plan, journal, wait=not no_wait, what=apply_plan)


def _ask(status: Result, plan: Path) -> None:
    """Raises `UsageError` where nobody can be asked."""
    from kfpops.cleanup.words import size

    planned = status.planned
    if status.state.phase in ("finished", "undone") or not planned.objects:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("Nobody can be asked here whether to delete it. Say --yes.")
    runs = f", and {len(status.plan.header.evictions)} runs in KFP" if status.plan.header.evictions else ""
    what = f"{status.left:,} objects ({size(planned.bytes)}){runs}"
    click.confirm(f"Delete {what}, as far as they still may go?", abort=True, err=True)
