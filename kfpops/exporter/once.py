"""Everything read once, and given out once: for a look, or for a textfile that node-exporter picks up."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from kfpops import __version__
from kfpops.errors import Unreachable, UsageError, reason_of
from kfpops.exporter.checkpoint import Checkpoint
from kfpops.exporter.exposition import Body, Exposition
from kfpops.exporter.ingest import Ingest
from kfpops.exporter.last_plan import LastPlan
from kfpops.exporter.own_series import OwnSeries
from kfpops.exporter.publishing import Publishing
from kfpops.exporter.scrapes import Scrapes
from kfpops.exporter.tasks import Tasks
from kfpops.exporter.told import Told
from kfpops.exporter.wanted import Wanted
from kfpops.metrics import api, own
from kfpops.metrics.catalog import FAMILIES
from kfpops.metrics.gather.namespaces import polled
from kfpops.metrics.gather.naming import Names
from kfpops.metrics.gather.pipelines import count
from kfpops.metrics.gather.poll import Known, poll
from kfpops.metrics.gather.reconcile import reconcile
from kfpops.metrics.gather.schedules import schedules
from kfpops.ports import Cluster, Pipelines

_log = logging.getLogger(__name__)
_LOOK_BACK = timedelta(days=30)


def read_once(cluster: Cluster, wanted: Wanted, write: Callable[[Body], None]) -> None:
    """`write` is given the body; what it held at its first value is shown with its own the next time.

    Raises what the ports raise, and `BadPlan`: half of it would be wrong. `wanted.checkpoint` of a time before keeps what
    KFP has deleted since; of a new one the counters are what KFP still has.
    """
    if cluster.pipelines is None:
        raise UsageError("There is no KFP API here that could be read.", "Name one with --kfp-url.")
    with Checkpoint.open(wanted.checkpoint, FAMILIES, wanted.budget) as checkpoint:
        exposition, mine = Exposition(FAMILIES), OwnSeries()
        names = Names(cluster.pipelines, cluster.home)
        ingest = Ingest(checkpoint, exposition, names, Tasks(cluster.lineage, mine, time.monotonic), lambda: cluster.now)
        lists, home = cluster.pipelines, cluster.home
        sources = (partial(schedules, lists, cluster.kubernetes, home=home), partial(count, lists, home=home))
        told = Told(exposition, sources, LastPlan(wanted.plan) if wanted.plan else None)
        told.look_at_plan()
        for namespace in polled(cluster, cluster.pipelines, wanted.namespaces):
            _read(cluster, cluster.pipelines, namespace, checkpoint, ingest)
            _tell(told, namespace)
        ingest.show_all()
        ingest.show_active(checkpoint.open_runs())
        ingest.show_percentiles()
        _say_of_itself(mine, checkpoint, cluster.now)
        publishing = Publishing(checkpoint, exposition, ingest, mine, Scrapes())
        publishing.publish()
        write(exposition.body())
        ingest.sent(publishing.waiting)


def _read(cluster: Cluster, pipelines: Pipelines, namespace: str, checkpoint: Checkpoint, ingest: Ingest) -> None:
    cursor = checkpoint.cursor(namespace)
    if cursor is None:
        ingest.hold(namespace)
    known = Known(cluster.now, {namespace: cursor} if cursor else {}, checkpoint.open_runs())
    for page in poll(pipelines, (namespace,), known):
        ingest.take(page)
    ingest.release(namespace)
    if cursor is not None:
        now = Known(cluster.now, {}, checkpoint.open_runs())
        for page in reconcile(pipelines, (namespace,), now, cluster.now - _LOOK_BACK):
            ingest.take(page)


def _tell(told: Told, namespace: str) -> None:
    """What cannot be read is left out: what is counted of runs is whole without it."""
    for read in told.reads(namespace):
        try:
            read()
        except Unreachable as error:
            _log.warning("Some metrics are left out: %s", reason_of(error))


def _say_of_itself(mine: OwnSeries, checkpoint: Checkpoint, now: datetime) -> None:
    mine.put(own.BUILD, 1.0, __version__)
    mine.put(own.POLLED, now.timestamp())
    mine.put(own.FOLDED, float(checkpoint.folded))
    mine.put(api.UP, 1.0)
