"""The exporter put together: a cluster, a checkpoint, the loop that reads the one into the other, and the server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial

from kfpops import __version__
from kfpops.errors import UsageError
from kfpops.exporter.checkpoint import Checkpoint
from kfpops.exporter.exposition import Exposition
from kfpops.exporter.ingest import Ingest
from kfpops.exporter.last_plan import LastPlan
from kfpops.exporter.loop import Loop, Parts, Times
from kfpops.exporter.own_series import OwnSeries
from kfpops.exporter.publishing import Publishing
from kfpops.exporter.scrapes import Scrapes
from kfpops.exporter.server import Served
from kfpops.exporter.tasks import Tasks
from kfpops.exporter.timed import Timed
from kfpops.exporter.told import Told
from kfpops.exporter.wanted import Wanted
from kfpops.metrics import api, own
from kfpops.metrics.catalog import FAMILIES
from kfpops.metrics.gather.namespaces import polled
from kfpops.metrics.gather.naming import Names
from kfpops.metrics.gather.pipelines import count
from kfpops.metrics.gather.schedules import schedules
from kfpops.ports import Cluster


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True, slots=True)
class Exporter:
    """`loop.run()` reads; `served` is what a `Server` takes."""

    loop: Loop
    exposition: Exposition
    served: Served


@contextmanager
def exporter(cluster: Cluster, wanted: Wanted, times: Times | None = None) -> Iterator[Exporter]:
    """Raises `UsageError` for a cluster without KFP's API, `Busy` when another exporter has the checkpoint."""
    pipelines = cluster.pipelines
    if pipelines is None:
        raise UsageError("There is no KFP API here that could be polled.", "Name one with --kfp-url.")
    times = times or Times(utc_now, time.monotonic)
    with Checkpoint.open(wanted.checkpoint, FAMILIES, wanted.budget) as checkpoint:
        mine, scrapes, exposition = OwnSeries(), Scrapes(), Exposition(FAMILIES)
        mine.put(own.BUILD, 1.0, __version__)
        lists = Timed(pipelines, partial(_took, mine), times.seconds)
        tasks = Tasks(cluster.lineage, mine, times.seconds)
        ingest = Ingest(checkpoint, exposition, Names(lists, cluster.home), tasks, times.now)
        publishing = Publishing(checkpoint, exposition, ingest, mine, scrapes)
        sources = (
            partial(schedules, lists, cluster.kubernetes, home=cluster.home),
            partial(count, lists, home=cluster.home),
        )
        told = Told(exposition, sources, LastPlan(wanted.plan) if wanted.plan else None)
        named = partial(polled, cluster, pipelines, wanted.namespaces)
        loop = Loop(Parts(lists, named, checkpoint, ingest, publishing, told, mine), wanted.pace, times)
        yield Exporter(loop, exposition, _served(loop, exposition, scrapes, times.seconds))


def _took(mine: OwnSeries, method: str, seconds: float) -> None:
    mine.observe(api.REQUESTS, seconds, method)


def _served(loop: Loop, exposition: Exposition, scrapes: Scrapes, seconds: Callable[[], float]) -> Served:
    def sent(who: str, revision: int) -> None:
        scrapes.took(who, revision, seconds())
        loop.woken.set()

    def why_not_ready() -> str:
        return "" if loop.ready.is_set() else "KFP was not read as a whole yet"

    def why_not_healthy() -> str:
        idle = seconds() - loop.last_step
        return f"the loop has done nothing for {idle:.0f} s" if idle > loop.patience else ""

    return Served(exposition.body, sent, why_not_healthy, why_not_ready)
