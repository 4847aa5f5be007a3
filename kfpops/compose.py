"""Settings → Cluster: the only place that chooses adapters."""

from __future__ import annotations

import atexit
import os
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from kfpops.errors import NoKubeconfig
from kfpops.model.diagnosis import Source
from kfpops.ports import Cluster, Lineage
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
    )
