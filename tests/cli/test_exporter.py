from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.fakes import a_cluster
from tests.metrics.world.kfp import Kfp
from tests.metrics.world.ports import WorldPipelines


@pytest.mark.parametrize("listen", ["9108", ":x", ":70000", "host:"])
def test_an_address_that_is_none(kfpops: CommandLine, listen: str) -> None:
    printed = kfpops("exporter", "--from", "demo:oom", "--listen", listen)
    assert printed.code == 2
    assert "[HOST]:PORT" in printed.err


class Process:
    """The command as it is run in a pod."""

    def __init__(self, checkpoint: Path) -> None:
        arguments = ("--from", "demo:oom", "--listen", "127.0.0.1:0", "--checkpoint", str(checkpoint))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kfpops", "exporter", *arguments], stderr=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        assert self.process.stderr is not None
        found = re.search(r"http://127.0.0.1:(\d+)/metrics", self.process.stderr.readline())
        assert found
        self.url = f"http://127.0.0.1:{found[1]}"

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=5) as answer:
            return str(answer.read().decode())

    def wait(self) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                self.get("/readyz")
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError("never ready")

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


def test_serves_until_it_is_stopped_and_goes_on_after_a_kill(tmp_path: Path) -> None:
    one = Process(tmp_path / "c")
    one.wait()
    first = one.get("/metrics")
    assert "kfp_api_up 1" in first
    assert one.get("/healthz") == "ok\n"
    assert one.end(signal.SIGKILL) == -signal.SIGKILL
    again = Process(tmp_path / "c")
    again.wait()
    second = again.get("/metrics")
    assert _finished(second) == _finished(first) != []
    assert again.end(signal.SIGTERM) == 0


def test_a_second_one_on_the_same_checkpoint_is_refused(tmp_path: Path, kfpops: CommandLine) -> None:
    kfpops.cluster = a_cluster(pipelines=WorldPipelines(kfp=Kfp()))
    one = Process(tmp_path / "c")
    printed = kfpops("exporter", "--from", "demo:oom", "--listen", "127.0.0.1:0", "--checkpoint", str(tmp_path / "c"))
    assert printed.code == 4
    assert one.end(signal.SIGINT) == 130


def _finished(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("kfp_runs_finished_total") and not line.endswith(" 0")]
