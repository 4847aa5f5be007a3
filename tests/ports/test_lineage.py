"""Every back end of lineage is put through the same suite: a bundle, ML Metadata's RPC and database, KFP's own API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from kfpops.capture.lineage import BundleLineage
from kfpops.capture.open import open_bundle
from kfpops.cluster.kfp_lineage import KfpLineage
from kfpops.cluster.kfp_route import KfpRoute
from kfpops.cluster.mlmd.place import at_url
from kfpops.cluster.mlmd_database import open_database
from kfpops.ports import Lineage
from kfpops.settings import Settings
from tests.capture.bundles import folder
from tests.cluster.kfp_lineage_stub import KfpLineageStub, native
from tests.mlmd_store import Mlmd, needs_mlmd, serving
from tests.mlmd_web import bridge
from tests.ports import lineage_conformance as suite
from tests.ports.lineage_world import FIRST, LOOP, SECOND, THIRD, WIDE, Known, World, a_world

Opened = Callable[[World, Path], AbstractContextManager[Lineage]]


@contextmanager
def in_bundle(world: World, path: Path) -> Iterator[Lineage]:
    world.write_bundle(folder(path / "bundle", {}, scope={"everything": True}))
    yield BundleLineage(open_bundle(path / "bundle"))


@contextmanager
def over_kfps_api(world: World, path: Path) -> Iterator[Lineage]:
    server = KfpLineageStub(world.rows)
    try:
        yield KfpLineage(KfpRoute([server.http]), "kubeflow")
    finally:
        server.close()


@contextmanager
def over_grpc(world: World, path: Path) -> Iterator[Lineage]:
    with serving(Mlmd(world.rows.write(path / "mlmd.db"))) as served:
        port = at_url(Settings(metadata_url=f"grpc://{served.address}", request_timeout=20.0))
        yield port
        port.close()


@contextmanager
def over_grpc_web(world: World, path: Path) -> Iterator[Lineage]:
    with bridge(Mlmd(world.rows.write(path / "mlmd.db"))) as served:
        port = at_url(Settings(metadata_url=served.address, request_timeout=20.0))
        yield port
        port.close()


@contextmanager
def in_database(world: World, path: Path) -> Iterator[Lineage]:
    port = open_database(f"sqlite:///{world.rows.write(path / 'mlmd.db')}")
    yield port
    port.close()


MLMD: dict[str, Opened] = {
    "bundle": in_bundle,
    "mlmd-grpc": over_grpc,
    "mlmd-grpc-web": over_grpc_web,
    "mlmd-database": in_database,
}
NEED_MLMD = tuple(name for name in MLMD if name != "bundle")
ALL: dict[str, Opened] = {**MLMD, "kfp-api": over_kfps_api}


def back_ends(names: Iterable[str]) -> list[ParameterSet]:
    return [pytest.param(name, marks=needs_mlmd if name in NEED_MLMD else ()) for name in names]


@pytest.fixture(scope="module")
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Lineage]]:
    with ALL[request.param](a_world(), tmp_path_factory.mktemp("world")) as port:
        yield request.param, port


def known(name: str) -> Known:
    if name == "kfp-api":
        return Known(a_world().ids, native, exact=False)
    return Known(a_world().ids, lambda id: id.partition(":")[2])


@pytest.mark.parametrize("check", suite.CHECKS)
@pytest.mark.parametrize("opened", back_ends(ALL), indirect=True)
def test_a_back_end(check: suite.Check, opened: tuple[str, Lineage]) -> None:
    check(opened[1], known(opened[0]))
    assert opened[1].health().back_end == opened[0]


@pytest.mark.parametrize("check", suite.EXACT)
@pytest.mark.parametrize("opened", back_ends(MLMD), indirect=True)
def test_a_back_end_of_ml_metadata(check: suite.Check, opened: tuple[str, Lineage]) -> None:
    check(opened[1], known(opened[0]))


@pytest.mark.parametrize("check", suite.EMPTY)
@pytest.mark.parametrize("name", back_ends(ALL))
def test_an_empty_store(check: suite.Check, name: str, tmp_path: Path) -> None:
    with ALL[name](World(), tmp_path) as port:
        check(port, known(name))


@pytest.mark.parametrize("opened", back_ends(NEED_MLMD), indirect=True)
def test_back_ends_of_ml_metadata_give_the_same_values(opened: tuple[str, Lineage], tmp_path: Path) -> None:
    with in_bundle(a_world(), tmp_path) as bundle:
        assert suite.everything(opened[1]) == suite.everything(bundle)
        runs = [FIRST, SECOND, THIRD, LOOP, WIDE]
        assert list(opened[1].runs(runs)) == list(bundle.runs(runs))
        for run_id in runs:
            assert list(opened[1].executions_of_run(run_id)) == list(bundle.executions_of_run(run_id))
