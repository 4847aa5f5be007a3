"""`kfpops cache explain`: why a run's tasks were, or were not, taken from the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kfpops.cli.completing import complete_run
from kfpops.cli.options import accepts_connection, takes_settings
from kfpops.cli.printing import show
from kfpops.cli.progress import Progress
from kfpops.errors import NotFound
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.ports import Cluster


def group(**connection: Any) -> None:
    """Say why tasks were, or were not, taken from KFP's cache."""


command = click.group("cache")(accepts_connection(group, hidden=True))


@command.command("explain")
@click.argument("run", metavar="RUN", shell_complete=complete_run)
@click.option("--task", default="", metavar="T", help="Only this task: its name, or its path.")
@click.option("--against", default="", metavar="RUN", help="Compare misses with this run, not with the nearest.")
@takes_settings
def explain_command(settings: Settings, run: str, task: str, against: str) -> int:
    """Say why the tasks of a run were, or were not, taken from the cache.

    RUN is its id, a unique beginning of the id, or its name.
    More than a few tasks have a line each; -v and -o wide tell all of each.
    Exit code 1 when something that was taken from the cache is not in the object store any more.
    """
    from kfpops.cache.explain import explain
    from kfpops.cache.gather import gather_cache
    from kfpops.cache.present import present
    from kfpops.cache.report import cache_report
    from kfpops.compose import open_cluster

    with Progress(f"reading the run {run}"):
        cluster = open_cluster(settings)
        other = _run_id(cluster, against) if against else ""
        explanation = explain(gather_cache(cluster, _run_id(cluster, run), task=task, against=other))
    full = bool(settings.verbosity) or settings.output == "wide"
    show(settings, lambda: present(explanation, full=full), lambda at: cache_report(explanation, at))
    return 1 if explanation.must_act else 0


def _run_id(cluster: Cluster, text: str) -> str:
    """The run's id. Of a run that KFP has deleted the lineage store still tells, by its whole id."""
    from kfpops.cli.resolving import resolved
    from kfpops.diagnose.gather.resolve import is_run_id

    try:
        return resolved(cluster, text)[0]
    except NotFound:
        if is_run_id(text):
            return text.lower()
        raise
