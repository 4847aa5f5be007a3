"""Shell completion of what only the cluster knows. It asks for little, waits two seconds at most, and never complains."""

from __future__ import annotations

import logging
from dataclasses import replace

import click
from click.shell_completion import CompletionItem

from kfpops.cli.options import settings_of
from kfpops.errors import KfpopsError

_RUNS = 50
_SECONDS = 2.0


def complete_run(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of the newest runs, and ids once some of one is typed."""
    before = logging.root.manager.disable
    logging.disable()
    try:
        return _runs(ctx, incomplete)
    except (KfpopsError, OSError):
        return []
    finally:
        logging.disable(before)


def _runs(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    from kfpops.compose import open_cluster

    cluster = open_cluster(replace(settings_of(ctx), request_timeout=_SECONDS))
    if cluster.pipelines is None:
        return []
    runs = list(cluster.pipelines.runs(cluster.namespace, limit=_RUNS))
    names = {r.name: CompletionItem(r.name, help=r.state.lower()) for r in runs if r.name.startswith(incomplete)}
    ids = [CompletionItem(r.id, help=r.name) for r in runs if incomplete and r.id.startswith(incomplete)]
    return [*names.values(), *ids]
