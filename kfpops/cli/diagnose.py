"""`kfpops diagnose run|pod|namespace`: why it fails or waits, and what to change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from kfpops.cli.completing import complete_run
from kfpops.cli.options import accepts_connection, takes_settings
from kfpops.cli.printing import show
from kfpops.cli.progress import Progress
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.diagnose.facts import Facts
    from kfpops.ports import Cluster


def group(**connection: Any) -> None:
    """Say why a run fails or waits, and what to change.

    The same for a single pod, and for all that is wrong in a namespace.
    Exit code 1 when something is wrong, 0 when nothing is.
    """


command = click.group("diagnose")(accepts_connection(group, hidden=True))


@command.command("run")
@click.argument("run", metavar="RUN", shell_complete=complete_run)
@takes_settings
def run_command(settings: Settings, run: str) -> int:
    """Say why a run fails or waits. RUN is its id, a unique beginning of the id, or its name."""
    from kfpops.diagnose.gather import gather_run

    return _answer(settings, f"reading the run {run}", lambda cluster: gather_run(cluster, run))


@command.command("pod")
@click.argument("pod", metavar="POD")
@takes_settings
def pod_command(settings: Settings, pod: str) -> int:
    """Say why a pod fails or waits, whether it belongs to a run or not."""
    from kfpops.diagnose.gather import gather_pod

    return _answer(settings, f"reading the pod {pod}", lambda cluster: gather_pod(cluster, pod))


@command.command("namespace")
@click.argument("namespace_", metavar="[NS]", required=False, default="")
@takes_settings
def namespace_command(settings: Settings, namespace_: str) -> int:
    """Group all that is wrong in a namespace by cause. Without NS: the namespace of --namespace, or all with -A."""
    from kfpops.diagnose.gather import gather_namespace

    wanted = None if settings.all_namespaces else namespace_
    where = "all namespaces" if wanted is None else f"the namespace {wanted}" if wanted else "the namespace"
    return _answer(settings, f"reading {where}", lambda c: gather_namespace(c, c.namespace if wanted == "" else wanted))


def _answer(settings: Settings, doing: str, gather: Callable[[Cluster], Facts]) -> int:
    from kfpops.compose import open_cluster
    from kfpops.diagnose.causes import all_causes
    from kfpops.diagnose.engine import diagnose
    from kfpops.diagnose.present import BRIEF, FULL, present
    from kfpops.diagnose.report import report

    with Progress(doing):
        diagnosis = diagnose(gather(open_cluster(settings)), all_causes())
    detail = FULL if settings.verbosity else BRIEF
    show(settings, lambda: present(diagnosis, detail), lambda at: report(diagnosis, at))
    return 1 if diagnosis.findings else 0
