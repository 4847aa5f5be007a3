"""`kfpops lineage diff`: what differs between two runs, and where they part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kfpops.cli.completing import complete_run
from kfpops.cli.options import takes_settings
from kfpops.cli.printing import show
from kfpops.cli.progress import Progress
from kfpops.errors import NotFound
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.ports import Cluster


@click.command("diff")
@click.argument("a", metavar="A", shell_complete=complete_run)
@click.argument("b", metavar="B", shell_complete=complete_run)
@takes_settings
def command(settings: Settings, a: str, b: str) -> int:
    """Say what differs between two runs, and where they part.

    A and B are runs: an id, a unique beginning of an id, or a name. Of a run that was deleted give the whole id: its lineage
    stays. Compared are parameters, image and code, artifacts and their content, metrics and durations.
    """
    from kfpops.compose import open_cluster
    from kfpops.lineage.diff.diff import compare_runs
    from kfpops.lineage.diff.first import first_difference
    from kfpops.lineage.diff.present import present_diff
    from kfpops.lineage.diff.report import diff_report
    from kfpops.lineage.gather.diff import gather_diff

    with Progress("reading the lineage of both runs"):
        cluster = open_cluster(settings)
        facts = gather_diff(cluster, _run_id(cluster, a), _run_id(cluster, b))
        compared = compare_runs(facts)
        first = first_difference(compared)
    wide = settings.output == "wide"
    show(settings, lambda: present_diff(compared, first, wide=wide), lambda at: diff_report(compared, first, at))
    return 0


def _run_id(cluster: Cluster, text: str) -> str:
    """A whole id need not be known to the KFP API: lineage outlives its run."""
    from kfpops.cli.resolving import resolved
    from kfpops.diagnose.gather.resolve import is_run_id

    try:
        return resolved(cluster, text)[0]
    except NotFound:
        if not is_run_id(text):
            raise
        return text.lower()
