"""`kfpops cleanup lifecycle`: what the buckets' own rules do, and what of it would hurt."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from kfpops.cli.options import accepts_connection, takes_settings
from kfpops.cli.printing import show
from kfpops.cli.progress import Progress
from kfpops.settings import Settings


def group(**connection: Any) -> None:
    """Say what the buckets' own rules do, and what they will break."""


command = click.group("lifecycle")(accepts_connection(group, hidden=True))


@command.command("show")
@click.argument("buckets", metavar="[BUCKET]...", nargs=-1)
@takes_settings
def show_command(settings: Settings, buckets: tuple[str, ...]) -> int:
    """Show the lifecycle rules of buckets in words.

    BUCKET is a URI (minio://mlpipeline). Default: the buckets of KFP's pipeline roots.
    """
    from kfpops.cleanup.gather.lifecycle import gather_rules
    from kfpops.cleanup.lifecycle.installation import notes
    from kfpops.cleanup.lifecycle.present import present_rules
    from kfpops.cleanup.lifecycle.report import lifecycle_report
    from kfpops.compose import open_cluster

    with Progress("reading the buckets' rules"):
        cluster = open_cluster(settings)
        installed, rules, _ = gather_rules(cluster, buckets)
    told = notes(installed, rules)
    show(settings, lambda: present_rules(rules, told), lambda at: lifecycle_report(cluster.source, rules, told, at, None))
    return 0


@command.command("check")
@click.option("--pins", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="What must stay.")
@takes_settings
def check_command(settings: Settings, pins: Path | None) -> int:
    """Say which rules will delete something that is in use, what that breaks, and when.

    Rules know ages and prefixes, not runs: a step that is taken from the cache then "succeeds" with an empty input.
    Exit code 1 when something that is in use is in danger; 3 when nothing is as far as could be read, but not all could.
    """
    from kfpops.cleanup.gather.lifecycle import gather_check
    from kfpops.cleanup.lifecycle.present import present_check
    from kfpops.cleanup.lifecycle.report import lifecycle_report
    from kfpops.compose import open_cluster

    with Progress("reading what is in use"), TemporaryDirectory() as folder:
        cluster = open_cluster(settings)
        found = gather_check(cluster, pins.read_text(encoding="utf-8") if pins else "", Path(folder))
    wide = settings.output == "wide"
    show(
        settings,
        lambda: present_check(found, cluster.now, wide=wide),
        lambda at: lifecycle_report(cluster.source, found.buckets, found.notes, at, found),
    )
    return 1 if found.must_act else 3 if found.incomplete else 0
