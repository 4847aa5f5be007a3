"""Settings → Cluster, and what changes it: the only place that chooses adapters."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from kfpops.errors import NoKubeconfig, PlanRefused, UsageError
from kfpops.model.diagnosis import Source
from kfpops.ports import Bucket, Changes, Cluster, Lineage
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.capture.gather import Live
    from kfpops.cluster.connect import Connection

_DEMO = "demo:"


def open_cluster(settings: Settings) -> Cluster:
    """The cluster that the settings mean: a bundle, a scenario of the demo (`demo:NAME`), or a live one.

    What a live cluster opens (port-forwards) is closed when the program ends. Raises `UsageError` for a missing bundle or a
    wrong kubeconfig. Without any kubeconfig a lineage store that the settings name is still there.
    """
    if settings.bundle:
        bundle = _bundle(settings)
        return bundle if bundle.lineage else replace(bundle, lineage=_named_lineage(settings))
    try:
        connection = _connect(settings)
    except NoKubeconfig as error:
        lineage = _named_lineage(settings)
        if lineage is None:
            raise
        return _without_cluster(settings, lineage, error)
    return _cluster(connection, settings)


def _named_lineage(settings: Settings) -> Lineage | None:
    from kfpops.cluster.offline import named_lineage

    lineage = named_lineage(settings)
    if lineage is not None:
        atexit.register(lineage.close)
    return lineage


def _without_cluster(settings: Settings, lineage: Lineage, why: NoKubeconfig) -> Cluster:
    from kfpops.cluster.kfp_place import USUAL_NAMESPACE
    from kfpops.cluster.offline import NoKubernetes

    home = settings.kfp_namespace or USUAL_NAMESPACE
    return Cluster(
        source=Source("cluster", ""),
        namespace=settings.namespace or home,
        home=lambda: home,
        now=datetime.now(timezone.utc),
        kubernetes=NoKubernetes(why),
        pipelines=None,
        store=None,
        lineage=lineage,
    )


def _bundle(settings: Settings) -> Cluster:
    from kfpops.capture.open import open_cluster as open_bundle

    name = settings.bundle
    if name.startswith(_DEMO):
        from kfpops.sandbox.scenarios import find_scenario

        path = find_scenario(name.removeprefix(_DEMO)).recording
    else:
        path = Path(name).expanduser()
    return open_bundle(path, namespace=settings.namespace, kfp_namespace=settings.kfp_namespace, name=name)


def open_live(settings: Settings) -> Live:
    """A live cluster, with its servers' answers as they come beside its ports: what a capture is taken of."""
    from kfpops.capture.gather import Live

    connection = _connect(settings)
    return Live(_cluster(connection, settings), connection.kubernetes, connection.pipelines)


def open_changes(settings: Settings, say: Callable[[str], None] | None = None) -> tuple[Cluster, Changes]:
    """A live cluster, with the ports that change something in it. `say` is told what a user should know of the lock.

    Raises `PlanRefused` for a bundle: nothing can be changed in one.
    """
    if settings.bundle:
        raise PlanRefused("A bundle cannot be cleaned up: it is a copy.", "Leave out --from.")
    connection = _connect(settings)
    return _cluster(connection, settings), connection.open_changes(say or (lambda text: None))


def with_inventory(cluster: Cluster, uri: str, folder: Path) -> Cluster:
    """The same cluster, in which the bucket of an S3 Inventory is listed by the inventory; other buckets as before.

    `uri`: its manifest, `s3://bucket/…/manifest.json` or a path. What is read of it lies below `folder`, as long as it is
    used. Raises `UsageError` for an inventory by which nothing may be deleted.
    """
    from kfpops.cluster.inventory_files.bucket import ListedBucket
    from kfpops.cluster.inventory_files.fetch import Downloads
    from kfpops.cluster.inventory_files.listing import InventoryListing

    opened = cluster.bucket
    if opened is None:
        raise UsageError("There is no object store here that an inventory could be of.", "Name one with --store-endpoint.")
    listing = InventoryListing(uri, cluster.store if isinstance(cluster.store, Downloads) else None, folder)

    def bucket(of: str) -> Bucket:
        live = opened(of)
        return ListedBucket(live, listing) if live.name == listing.bucket else live

    return replace(cluster, bucket=bucket)


def _connect(settings: Settings) -> Connection:
    from kfpops.cluster.connect import connect

    connection = connect(settings, os.environ)
    atexit.register(connection.close)
    return connection


def _cluster(connection: Connection, settings: Settings) -> Cluster:
    from kfpops.cluster.kfp_place import USUAL_NAMESPACE

    return Cluster(
        source=connection.source,
        namespace=connection.namespace or settings.kfp_namespace or USUAL_NAMESPACE,
        home=connection.kfp_namespace,
        now=datetime.now(timezone.utc),
        kubernetes=connection.kubernetes,
        pipelines=connection.pipelines,
        store=connection.store,
        lineage=connection.lineage,
        bucket=connection.open_bucket,
        writes_lineage=connection.writes_lineage,
        identity=connection.identity,
    )
