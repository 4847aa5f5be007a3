"""`kfpops cleanup undo`: take a plan back, as far as it can be taken back."""

from __future__ import annotations

from pathlib import Path

import click

from kfpops.cli.carrying import PLAN, carry_out
from kfpops.cli.options import takes_settings
from kfpops.settings import Settings


@click.command("undo")
@click.argument("plan", type=PLAN)
@click.option("--journal", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Default: PLAN.journal")
@takes_settings
def command(settings: Settings, plan: Path, journal: Path | None) -> int:
    """Take a plan back: what is marked and still there is live again.

    In a bucket with versions, what was deleted comes back too. Elsewhere it is gone, as are runs that were deleted in KFP:
    then the exit code is 5.
    """
    from kfpops.cleanup.apply.apply import undo_plan
    from kfpops.cleanup.apply.status import journal_of

    return carry_out(settings, plan, journal or journal_of(plan), wait=True, what=undo_plan)
