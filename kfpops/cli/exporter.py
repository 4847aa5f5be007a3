"""`kfpops exporter`: the metrics of runs for Prometheus, until SIGTERM."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from kfpops.cli.options import takes_settings
from kfpops.cli.serving import log_to_stderr, until_stopped
from kfpops.settings import Settings


@click.command("exporter")
@click.option("--listen", default=":9108", show_default=True, metavar="[HOST]:PORT", help="Where /metrics is served.")
@click.option("--checkpoint", metavar="FILE", help="What was counted so far. Default: below $XDG_STATE_HOME.")
@click.option(
    "--interval", default=15.0, show_default=True, type=click.FloatRange(min=0.5), metavar="SECONDS", help="Between polls."
)
@click.option(
    "--reconcile",
    default=300.0,
    show_default=True,
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    help="Between looks for old runs that run again.",
)
@click.option("--max-series", default=20_000, show_default=True, type=click.IntRange(min=100), help="Budget of series.")
@click.option("--plan", metavar="FILE", help="The last clean-up plan: adds what it counted in the store. May change.")
@takes_settings
def command(
    settings: Settings, listen: str, checkpoint: str | None, max_series: int, plan: str | None, **seconds: float
) -> int:
    """Serve the metrics of runs to Prometheus, until it is stopped.

    The counters go on where they were after a restart as long as the checkpoint is kept: in a pod, on a volume. On a KFP
    with users all namespaces are read, or the one that -n names.
    """
    host, port = _address(listen)
    from kfpops.compose import open_cluster
    from kfpops.exporter.exporter import exporter
    from kfpops.exporter.pace import Pace
    from kfpops.exporter.server import Server
    from kfpops.exporter.wanted import Wanted

    log_to_stderr()
    path = Path(checkpoint).expanduser() if checkpoint else _usual_checkpoint()
    path.parent.mkdir(parents=True, exist_ok=True)
    named = (settings.namespace,) if settings.namespace and not settings.all_namespaces else ()
    pace = Pace(interval=seconds["interval"], reconcile_every=seconds["reconcile"])
    wanted = Wanted(path, named, max_series, Path(plan).expanduser() if plan else None, pace)
    with exporter(open_cluster(settings), wanted) as one, Server(host, port, one.served) as server:
        print(f"Serving http://{host or 'localhost'}:{server.port}/metrics, checkpoint {path}", file=sys.stderr, flush=True)
        return until_stopped(one.loop.run, one.loop.stop)


def _address(listen: str) -> tuple[str, int]:
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise click.UsageError(f"--listen {listen} is no address: write [HOST]:PORT, as 127.0.0.1:9108 or :9108.")
    return host.strip("[]"), int(port)


def _usual_checkpoint() -> Path:
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(state).expanduser() / "kfpops" / "exporter.sqlite"
