"""`kfpops lineage search`: artifacts by type, name, property, pipeline, URI and time."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from kfpops.cli.options import MOST, takes_settings
from kfpops.cli.printing import show
from kfpops.cli.progress import Progress
from kfpops.cli.spans import before, span_or_date
from kfpops.settings import Settings


@click.command("search")
@click.option("--type", "type_", default="", metavar="T", help="Only of this type: model, dataset, metrics, system.HTML …")
@click.option("--name", default="", metavar="N", help="Only with this in the name.")
@click.option("--pipeline", default="", metavar="P", help="Only made by runs of this pipeline.")
@click.option("--property", "tests", multiple=True, metavar="'accuracy>0.9'", help="Only with such a property; repeatable.")
@click.option("--uri", default="", metavar="PREFIX", help="Only with a URI that begins so.")
@click.option("--since", callback=span_or_date, metavar="7d", help="Only made since then: 90m, 24h, 7d or a date.")
@click.option("--until", callback=span_or_date, metavar="1d", help="Only made until then: a span ago, or a date.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, MOST), help="How many at most.")
@takes_settings
def command(
    settings: Settings,
    *,
    type_: str,
    name: str,
    pipeline: str,
    tests: tuple[str, ...],
    uri: str,
    since: timedelta | datetime | None,
    until: timedelta | datetime | None,
    limit: int,
) -> int:
    """Find artifacts, newest first, with the task and run that made them.

    Tests of --property know =, !=, <, <=, > and >=; an artifact without the property never fits.
    """
    from kfpops.compose import open_cluster
    from kfpops.lineage.gather.search import gather_search
    from kfpops.lineage.search.present import present_search
    from kfpops.lineage.search.report import search_report
    from kfpops.lineage.search.search import SearchQuery, canonical_type, parse_test
    from kfpops.model.lineage import ArtifactQuery

    parsed = tuple(parse_test(text) for text in tests)
    with Progress("searching the artifacts"):
        cluster = open_cluster(settings)
        span = before(cluster.now, since), before(cluster.now, until)
        wanted = ArtifactQuery(canonical_type(type_), name, uri, parsed, *span)
        result = gather_search(cluster, SearchQuery(wanted, pipeline, limit))
    wide = settings.output == "wide"
    show(settings, lambda: present_search(result, cluster.now, wide=wide), lambda at: search_report(result, at))
    return 0
