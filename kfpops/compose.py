"""Settings → Cluster: the only place that chooses adapters."""

from __future__ import annotations

import atexit
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from kfpops.ports import Cluster
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.capture.gather import Live
    from kfpops.cluster.connect import Connection

_DEMO = "demo:"


def open_cluster(settings: Settings) -> Cluster:
    """The cluster that the settings mean: a bundle, a scenario of the demo (`demo:NAME`), or a live one.

    What a live cluster opens (port-forwards) is closed when the program ends. Raises `UsageError` for a missing bundle or a
    wrong kubeconfig.
    """
    return _bundle(settings) if settings.bundle else _cluster(_connect(settings), settings)


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
