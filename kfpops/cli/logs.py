"""`kfpops logs`: the user container's log, live, from the archive, whichever still exists."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from kfpops.cli.completing import complete_run
from kfpops.cli.options import takes_settings
from kfpops.cli.resolving import resolved
from kfpops.errors import KfpopsError
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.logs.steps import LoggedStep
    from kfpops.ports import Cluster

_EVERY = 2.0


@click.command("logs")
@click.argument("run", metavar="RUN", shell_complete=complete_run)
@click.option("--task", default="", metavar="T", help="Only this task (its whole path, or its last part).")
@click.option("--attempt", type=click.IntRange(min=0), metavar="N", help="Only this attempt; the first is 0.")
@click.option("-f", "--follow", is_flag=True, help="Go on while the step runs.")
@click.option(
    "--tail", default=1_000, show_default=True, type=click.IntRange(min=1), metavar="N", help="Last lines of each."
)
@takes_settings
def command(settings: Settings, run: str, task: str, attempt: int | None, follow: bool, tail: int) -> int:
    """Print the logs of a run's steps, from wherever they still are.

    RUN is its id, a unique beginning of the id, or its name.
    """
    from kfpops.compose import open_cluster
    from kfpops.logs.gather import gather_steps
    from kfpops.logs.steps import chosen

    cluster = open_cluster(settings)
    run_id, namespace = resolved(cluster, run)
    steps = chosen(gather_steps(cluster, run_id, namespace), task, attempt)
    if not steps:
        print("No step of the run has begun, so there is no log.", file=sys.stderr)
    errors = [error for step in steps if (error := _print(cluster, run_id, step, tail, follow, len(steps) > 1))]
    for error in errors[: len(errors) if len(errors) < len(steps) else 0]:
        print(f"{error.message} {error.hint}", file=sys.stderr)
    if steps and len(errors) == len(steps):
        raise errors[0]
    return 0


def _print(cluster: Cluster, run_id: str, step: LoggedStep, tail: int, on: bool, several: bool) -> KfpopsError | None:
    """Print one log; the error when there is none. It is text of the user's program, so it is made safe first."""
    from kfpops.knowledge.redaction import redact
    from kfpops.logs.gather import follow, read_log
    from kfpops.render.layout import safe

    try:
        log = read_log(cluster, run_id, step, tail)
    except KfpopsError as error:
        return error
    head = f"==> {step.label}: {step.pod} ({log.source}{', beginning left out' if log.cut else ''})"
    print(head, file=sys.stdout if several else sys.stderr)
    lines = tuple(log.text.splitlines())
    for line in lines:
        print(safe(redact(line)))
    for line in follow(cluster, run_id, step, lines, lambda: time.sleep(_EVERY)) if on else ():
        print(safe(redact(line)), flush=True)
    return None
