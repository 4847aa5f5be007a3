"""`kfpops lineage impact`: if this changes or goes, what breaks, and what would it cost to make it again?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from kfpops.cli.options import MOST, takes_settings
from kfpops.cli.printing import show
from kfpops.cli.progress import Progress
from kfpops.cli.resolving import resolved
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.lineage.gather.resolve import ResolveRun
    from kfpops.ports import Lineage


@click.command("impact")
@click.argument("what", nargs=-1, required=True, metavar="X | run RUN")
@click.option("--pins", "pins_file", metavar="FILE", help="Models in use: URIs, artifact ids or RUN/TASK/OUTPUT.")
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="Only so many hops away. Default: all.")
@click.option("--limit", default=20_000, show_default=True, type=click.IntRange(1, MOST), help="How many nodes at most.")
@takes_settings
def command(settings: Settings, what: tuple[str, ...], pins_file: str | None, depth: int | None, limit: int) -> int:
    """Say what breaks if something changes or goes, and what it would cost to make it again.

    X is an artifact's id, a URI or its beginning, or RUN/TASK/OUTPUT. Told are all runs, steps, artifacts and cache hits
    that descend from it, and the models in use: those of --pins, of KServe's InferenceServices, and of InferenceServices,
    Deployments and StatefulSets with the annotation or label kfpops.io/artifact.
    """
    if len(what) > 2 or (what[0] == "run") != (len(what) == 2):
        raise click.UsageError("Say `kfpops lineage impact X` or `kfpops lineage impact run RUN`.")
    from kfpops.compose import open_cluster
    from kfpops.knowledge.pins import read_pins
    from kfpops.lineage.gather import Reach, gather_lineage, lineage_of
    from kfpops.lineage.gather.impact import gather_around
    from kfpops.lineage.impact.impact import impact
    from kfpops.lineage.impact.present import present_impact
    from kfpops.lineage.impact.report import impact_report
    from kfpops.lineage.start import parse_run, parse_start

    pins = read_pins(pins_file) if pins_file else ()
    start = parse_run(what[1]) if len(what) == 2 else parse_start(what[0])
    with Progress(f"reading what descends from {' '.join(what)}"):
        cluster = open_cluster(settings)
        find_run = partial(resolved, cluster)
        graph = gather_lineage(cluster, start, Reach(up=False, depth=depth, limit=limit), find_run)
        lineage = lineage_of(cluster)
        found = impact(graph, gather_around(cluster, lineage, graph, pins, partial(_artifacts, lineage, find_run)))
    wide = settings.output == "wide"
    show(settings, lambda: present_impact(found, cluster.now, wide=wide), lambda at: impact_report(found, at))
    return 0


def _artifacts(lineage: Lineage, find_run: ResolveRun, text: str) -> Sequence[str]:
    """Ids of the artifacts that a pin or mark names."""
    from kfpops.lineage.gather import find_start
    from kfpops.lineage.graph import ARTIFACT, id_of
    from kfpops.lineage.start import parse_start

    nodes = find_start(lineage, parse_start(text), find_run)
    return [id_of(node) for node in nodes if node.startswith(f"{ARTIFACT}:")]
