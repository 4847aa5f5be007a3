from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from kfpops.exporter.checkpoint import Checkpoint
from tests.exporter.checkpoint.crashes import check_history
from tests.exporter.checkpoint.killed import STEPS, world
from tests.exporter.checkpoint.worlds import FAMILIES, a_batch, at, kept, kept_truth, shown, truth

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("seed", range(8))
def test_whatever_a_kill_leaves_on_the_disk_is_the_truth(tmp_path: Path, seed: int) -> None:
    assert check_history(tmp_path, seed, 6) >= 24


def test_an_exporter_that_is_killed_again_and_again_comes_to_the_truth(tmp_path: Path) -> None:
    path, random, kills = tmp_path / "checkpoint.db", Random(5), 0
    for _ in range(12):
        command = [sys.executable, "-m", "tests.exporter.checkpoint.killed", str(path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert child.stdout.readline()
            time.sleep(random.random() * 0.1)
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
        kills += child.returncode == -signal.SIGKILL
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            cursor = checkpoint.cursor("")
            if cursor is not None and cursor >= at(STEPS - 1):
                break
    runs = world(STEPS)[1]
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        assert kills >= 3
        checkpoint.ingest(a_batch(checkpoint, runs))
        assert shown(checkpoint) == truth(runs)
        assert kept(checkpoint) == kept_truth(runs)
