"""`kfpops lineage`: where did it come from, what used it, what would break, what changed?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from kfpops.cli.completing import complete_run
from kfpops.cli.lazy import lazy_group
from kfpops.cli.lineage_options import Asked, asks_lineage
from kfpops.cli.options import accepts_connection
from kfpops.cli.printing_graph import show_graph
from kfpops.cli.progress import Progress
from kfpops.cli.resolving import resolved
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.lineage.start import Start

SHORT = {
    "impact": "Say what breaks if something changes or goes, and what it would cost to make it again.",
    "diff": "Say what differs between two runs, and where they part.",
    "search": "Find artifacts, newest first, with the task and run that made them.",
}
SUBCOMMANDS = {name: (f"kfpops.cli.lineage_{name}", short) for name, short in SHORT.items()}


def group(**connection: Any) -> None:
    """Say where something came from and what used it.

    Also what would break without it, what differs between two runs, and what there is.
    """


command = lazy_group("lineage", SUBCOMMANDS)(accepts_connection(group, hidden=True))


@command.command("artifact")
@click.argument("what", metavar="X")
@asks_lineage
def artifact_command(settings: Settings, asked: Asked, what: str) -> int:
    """Say where an artifact came from and what used it.

    X is its id (7), its URI or the beginning of one, or RUN/TASK/OUTPUT; execution:12 starts from an execution.
    """
    from kfpops.lineage.start import parse_start

    return _answer(settings, asked, parse_start(what), what)


@command.command("run")
@click.argument("run", metavar="RUN", shell_complete=complete_run)
@asks_lineage
def run_command(settings: Settings, asked: Asked, run: str) -> int:
    """Say what a run took from elsewhere, what it made, and what used that.

    RUN is its id, a unique beginning of the id, or its name.
    """
    from kfpops.lineage.start import parse_run

    return _answer(settings, asked, parse_run(run), f"run {run}", whole_run=True)


def _answer(settings: Settings, asked: Asked, start: Start, what: str, *, whole_run: bool = False) -> int:
    from kfpops.compose import open_cluster
    from kfpops.lineage.filters import filtered
    from kfpops.lineage.gather import gather_lineage, with_run
    from kfpops.lineage.show.present import present
    from kfpops.lineage.show.report import report

    with Progress(f"reading the lineage of {what}"):
        cluster = open_cluster(settings)
        graph = gather_lineage(cluster, start, asked.reach(), partial(resolved, cluster))
        graph = with_run(cluster, graph) if whole_run else graph
    kept = filtered(graph, asked.filters(cluster.now))
    document = partial(present, graph, cluster.now, asked.view(graph.run_id, wide=settings.output == "wide"), kept)
    show_graph(settings, document, lambda at: report(kept.graph, at, kept.fits), kept.graph)
    return 0
