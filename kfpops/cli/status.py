"""`kfpops status`: what is installed, what can be read with these rights, what cannot and what that costs."""

from __future__ import annotations

import click

from kfpops.cli.options import takes_settings
from kfpops.cli.printing import show
from kfpops.cli.progress import Progress
from kfpops.settings import Settings


@click.command("status")
@takes_settings
def command(settings: Settings) -> int:
    """Say what is installed and what can be read with these rights.

    What cannot be read is named with the right it needs and what is lost without it.
    """
    from kfpops.compose import open_cluster
    from kfpops.status.gather import gather_status
    from kfpops.status.present import present
    from kfpops.status.report import status_report

    with Progress("asking every source"):
        status = gather_status(open_cluster(settings))
    show(settings, lambda: present(status), lambda at: status_report(status, at))
    return 0
