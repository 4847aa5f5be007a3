"""`kfpops runs`: the runs, newest first, with state, duration, and for bad ones the cause in three words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import click

from kfpops.cli.options import takes_settings
from kfpops.cli.printing import show
from kfpops.cli.progress import Progress
from kfpops.cli.spans import before, span_or_date
from kfpops.model.diagnosis import State
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.model.run import Run
    from kfpops.ports import Cluster

STATES = ("failed", "waiting", "running", "succeeded", "cancelled")
# Says only that the log, which a glance may not have read, must be asked.
_UNEXPLAINED = "process/exit-code"


@click.command("runs")
@click.option("--state", type=click.Choice(STATES), help="Only runs in this state.")
@click.option("--since", callback=span_or_date, metavar="24h", help="Only runs made since then: 90m, 24h, 7d or a date.")
@click.option("--pipeline", default="", metavar="NAME", help="Only runs of this pipeline.")
@click.option("--experiment", default="", metavar="NAME", help="Only runs of this experiment.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1), help="How many at most.")
@takes_settings
def command(
    settings: Settings, state: State | None, since: timedelta | datetime | None, pipeline: str, experiment: str, limit: int
) -> int:
    """List the runs, newest first, with the cause of the bad ones.

    The cause is what a glance tells; `kfpops diagnose run` looks closer.
    """
    from kfpops.compose import open_cluster
    from kfpops.runs.gather import gather_runs
    from kfpops.runs.listing import Query
    from kfpops.runs.present import present
    from kfpops.runs.report import runs_report

    with Progress("reading the runs"):
        cluster = open_cluster(settings)
        namespace = None if settings.all_namespaces else cluster.namespace
        query = Query(namespace, state, pipeline, experiment, before(cluster.now, since), limit)
        listing = gather_runs(cluster, query, partial(_explain, namespace))
    wide = settings.output == "wide"
    show(settings, lambda: present(listing, wide=wide), lambda at: runs_report(listing, at))
    return 0


def _explain(namespace: str | None, cluster: Cluster, runs: Sequence[Run]) -> Mapping[str, str]:
    """The first cause of each run, from a glance."""
    from kfpops.diagnose.causes import all_causes
    from kfpops.diagnose.engine import diagnose
    from kfpops.diagnose.gather.glance import glance_at_runs

    found: dict[str, str] = {}
    for finding in diagnose(glance_at_runs(cluster, runs, namespace), all_causes()).findings:
        for run_id in finding.runs:
            if finding.cause != _UNEXPLAINED:
                found.setdefault(run_id, finding.cause)
    return found
