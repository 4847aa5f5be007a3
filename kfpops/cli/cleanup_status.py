"""`kfpops cleanup status`: how far is a plan, and how much has it freed?"""

from __future__ import annotations

from pathlib import Path

import click

from kfpops.cli.carrying import PLAN
from kfpops.cli.options import takes_settings
from kfpops.cli.printing import show
from kfpops.settings import Settings


@click.command("status")
@click.argument("plan", type=PLAN, required=False)
@click.option("--journal", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Default: PLAN.journal")
@takes_settings
def command(settings: Settings, plan: Path | None, journal: Path | None) -> int:
    """Say how far a plan is and how much it has freed.

    It reads the plan and its journal, and asks no server. Without PLAN: the plan in this folder that was worked on last.
    """
    from kfpops.cleanup.apply.present import present_outcome
    from kfpops.cleanup.apply.report import outcome_report
    from kfpops.cleanup.apply.status import journal_of, latest_plan, read_status

    plan = plan or latest_plan(Path())
    result = read_status(plan, journal or journal_of(plan))
    show(settings, lambda: present_outcome(result), lambda at: outcome_report(result, at))
    return 0
