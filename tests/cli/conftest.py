"""The command line in this process, on a cluster of fakes."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from kfpops.cli import door
from kfpops.ports import Cluster
from kfpops.settings import Settings
from tests.fakes import a_cluster


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
