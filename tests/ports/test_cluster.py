"""The adapters of a cluster are put through the ports' suite."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kfpops.cluster.connect import Connection
from kfpops.ports import Kubernetes, Pipelines, Store
from tests.ports import conformance
from tests.ports.live import WorldServer, connection


@pytest.fixture
def cluster() -> Iterator[Connection]:
    server = WorldServer()
    with connection(server) as made:
        yield made
    server.close()


@pytest.mark.parametrize("check", conformance.KUBERNETES)
def test_kubernetes(check: Callable[[Kubernetes], None], cluster: Connection) -> None:
    check(cluster.kubernetes)


@pytest.mark.parametrize("check", conformance.PIPELINES)
def test_pipelines(check: Callable[[Pipelines], None], cluster: Connection) -> None:
    check(cluster.pipelines)


@pytest.mark.parametrize("check", conformance.STORE)
def test_store(check: Callable[[Store], None], cluster: Connection) -> None:
    check(cluster.store)
