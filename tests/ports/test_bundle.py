"""A bundle is put through the ports' suite."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kfpops.capture.open import open_cluster
from kfpops.ports import Cluster, Kubernetes, Pipelines, Store
from tests.ports import conformance
from tests.ports.packed import write_bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    return open_cluster(write_bundle(tmp_path_factory.mktemp("bundle")))


@pytest.mark.parametrize("check", conformance.KUBERNETES)
def test_kubernetes(check: Callable[[Kubernetes], None], bundle: Cluster) -> None:
    check(bundle.kubernetes)


@pytest.mark.parametrize("check", conformance.PIPELINES)
def test_pipelines(check: Callable[[Pipelines], None], bundle: Cluster) -> None:
    assert bundle.pipelines is not None
    check(bundle.pipelines)


@pytest.mark.parametrize("check", conformance.STORE)
def test_store(check: Callable[[Store], None], bundle: Cluster) -> None:
    assert bundle.store is not None
    check(bundle.store)
