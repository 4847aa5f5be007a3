"""The command line in this process, on a cluster of fakes."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from kfpops.cli import door
from kfpops.ports import Cluster
from kfpops.settings import Settings
from tests.cli.lineage_world import ApiServer, kubeconfig, odd, usual
from tests.fakes import a_cluster
from tests.mlmd_store import Mlmd, serving


@dataclass(frozen=True)
class Printed:
    code: int
    out: str
    err: str


@dataclass
class CommandLine:
    """`cluster` is what the next command finds, or raises when it is an error; `opened`: the settings it came with."""

    capsys: pytest.CaptureFixture[str]
    cluster: Cluster | BaseException = field(default_factory=a_cluster)
    opened: list[Settings] = field(default_factory=list)

    def open_cluster(self, settings: Settings) -> Cluster:
        self.opened.append(settings)
        if isinstance(self.cluster, BaseException):
            raise self.cluster
        return self.cluster

    def __call__(self, *arguments: str) -> Printed:
        self.capsys.readouterr()
        code = door.run(arguments)
        printed = self.capsys.readouterr()
        return Printed(code, printed.out, printed.err)


@pytest.fixture
def kfpops(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    for name in [n for n in os.environ if n.startswith("KFPOPS_") and n != "KFPOPS_WRITE_GOLDEN"] + ["COLUMNS", "NO_COLOR"]:
        monkeypatch.delenv(name, raising=False)
    line = CommandLine(capsys)
    monkeypatch.setitem(sys.modules, "kfpops.compose", SimpleNamespace(open_cluster=line.open_cluster))  # type: ignore[arg-type]
    return line


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return usual().write(tmp_path_factory.mktemp("usual") / "mlmd.db")


@pytest.fixture(scope="module")
def store(file: Path) -> Mlmd:
    return Mlmd(file)


@pytest.fixture(scope="module")
def odd_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return odd(tmp_path_factory.mktemp("odd") / "mlmd.db")


@pytest.fixture
def line(kfpops: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[CommandLine]:
    """With the real way to a cluster, of which nothing answers."""
    monkeypatch.delitem(sys.modules, "kfpops.compose")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KUBECONFIG", kubeconfig(tmp_path, "http://127.0.0.1:9"))
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    yield kfpops
    # What -vv has set up writes to a stream that ends with the test.
    logger = logging.getLogger("kfpops")
    logger.handlers.clear()
    logger.setLevel(logging.NOTSET)


@pytest.fixture
def served(store: Mlmd) -> Iterator[tuple[str, str]]:
    with serving(store) as mlmd:
        yield "--metadata-url", f"grpc://{mlmd.address}"


@pytest.fixture
def with_kfp(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: CommandLine) -> Iterator[None]:
    server = ApiServer(frozenset({"proxy", "services", "pods"}))
    monkeypatch.setenv("KUBECONFIG", kubeconfig(tmp_path, server.url))
    yield
    server.close()
