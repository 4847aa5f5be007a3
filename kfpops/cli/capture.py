"""`kfpops capture [run RUN] --output FILE`: a redacted bundle of everything the commands would read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

import click

from kfpops.cli.completing import complete_run
from kfpops.cli.options import takes_settings
from kfpops.cli.resolving import resolved
from kfpops.settings import Settings


@click.command("capture")
@click.argument("what", metavar="[run RUN]", nargs=-1, shell_complete=complete_run)
@click.option("-o", "--output", "target", required=True, metavar="FILE", help="A new .tar.gz, .zip or folder.")
@partial(takes_settings, without="--output")
def command(settings: Settings, what: tuple[str, ...], target: str) -> int:
    """Write a redacted bundle of everything the commands would read.

    With `run RUN`: only of this run and what surrounds it. Every command reads the bundle with --from FILE.
    """
    if what and (len(what) != 2 or what[0] != "run"):
        raise click.UsageError("Say `kfpops capture --output FILE` or `kfpops capture run RUN --output FILE`.")
    if settings.bundle:
        raise click.UsageError("A capture is taken of a cluster, not of a bundle: leave --from out.")
    from kfpops.capture.gather import gather
    from kfpops.capture.write import About, write
    from kfpops.compose import open_live
    from kfpops.render.words import count

    live = open_live(settings)
    cluster = live.cluster
    runs = (resolved(cluster, what[1])[0],) if what else ()
    about = About(cluster.kfp_namespace, cluster.namespace, runs)
    written = write(gather(live, runs, _teller()), Path(target), about, lambda: datetime.now(timezone.utc))
    print(f"{written.path}: {count(written.files, 'file')}, {count(written.bytes, 'byte')} before packing.", file=sys.stderr)
    for gap in written.gaps:
        print(f"not in it: {gap.source}: {gap.why}", file=sys.stderr)
    return 0


def _teller() -> Callable[[str], object]:
    """Says what is being read, on terminals only."""
    if not sys.stderr.isatty():
        return lambda text: None
    return lambda text: print(f"reading {text} …", file=sys.stderr)
