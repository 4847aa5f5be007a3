"""`kfpops metrics`: the metrics of runs once, to look at them or for node-exporter's textfile collector."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kfpops.cli.options import takes_settings
from kfpops.cli.progress import Progress
from kfpops.errors import UsageError
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.exporter.exposition import Body


@click.command("metrics")
@click.option("--textfile", metavar="FILE", help="Write there, as a whole, for node-exporter: /…/textfile/kfpops.prom")
@click.option("--checkpoint", metavar="FILE", help="Keep what was counted: counters do not fall when KFP deletes runs.")
@click.option("--openmetrics", is_flag=True, help="Print OpenMetrics, with exemplars.")
@click.option("--plan", metavar="FILE", help="The last clean-up plan: adds what it counted in the store.")
@takes_settings
def command(settings: Settings, textfile: str | None, checkpoint: str | None, openmetrics: bool, plan: str | None) -> int:
    """Print the metrics of runs once, as Prometheus reads them.

    Without --checkpoint the counters are those of the runs that KFP still has.
    """
    if textfile and openmetrics:
        raise click.UsageError("node-exporter reads no OpenMetrics: leave out --openmetrics.")
    if textfile and not textfile.endswith(".prom"):
        raise click.UsageError(f"node-exporter reads files that end in .prom, so it would not see {textfile}.")
    from kfpops.compose import open_cluster
    from kfpops.exporter.exposition import Format
    from kfpops.exporter.once import read_once
    from kfpops.exporter.wanted import Wanted

    def write(body: Body) -> None:
        text = body.text(Format.OPENMETRICS if openmetrics else Format.TEXT)
        if textfile:
            _replace(Path(textfile).expanduser(), text)
        else:
            sys.stdout.write(text.decode())

    with ExitStack() as stack, Progress("reading the runs"):
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kfpops-metrics-"))
        path = Path(checkpoint).expanduser() if checkpoint else Path(folder) / "checkpoint"
        named = (settings.namespace,) if settings.namespace and not settings.all_namespaces else ()
        read_once(open_cluster(settings), Wanted(path, named, plan=Path(plan).expanduser() if plan else None), write)
    return 0


def _replace(path: Path, text: bytes) -> None:
    """The old file is there until the new one is whole. Readable by all: node-exporter is another user."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(text)
        beside.chmod(0o644)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
