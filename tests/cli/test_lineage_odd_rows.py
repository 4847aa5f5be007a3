"""`lineage` and `cache` on rows that no KFP writes, and as processes: nothing hangs, steers a terminal or tells a secret."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.lineage_asking import COMMANDS, FORMATS, GRAPHS, at, is_refusal
from tests.cli.lineage_world import (
    EMPTY,
    ODD,
    SECRET,
)
from tests.mlmd_store import Faults, Mlmd, Served, needs_mlmd, serving
from tests.mlmd_web import bridge
from tests.schemas import validates

pytestmark = needs_mlmd


ODDITIES = [
    *((("lineage", "artifact", str(id)), GRAPHS) for id in range(1, 7)),
    *((("lineage", "artifact", f"execution:{id}"), GRAPHS) for id in (3, 5, 7, 9, 10, 11)),
    (("lineage", "run", ODD), GRAPHS),
    (("lineage", "impact", "4"), FORMATS),
    (("lineage", "impact", "run", ODD), FORMATS),
    (("lineage", "search"), FORMATS),
    (("lineage", "diff", ODD, ODD), FORMATS),
    (("cache", "explain", ODD), FORMATS),
]


TERMINAL = frozenset({*GRAPHS} - {"html", "yaml"})
"""Where nothing may steer the terminal; YAML keeps what turns the direction, and a page is for a browser."""


@pytest.mark.parametrize("words, formats", ODDITIES, ids=[" ".join(words) for words, _ in ODDITIES])
def test_rows_that_no_kfp_writes(
    line: CommandLine, odd_file: Path, words: tuple[str, ...], formats: tuple[str, ...]
) -> None:
    for format in formats:
        printed = line("--metadata-db", f"sqlite:///{odd_file}", *words, "-o", format)
        assert (printed.code, printed.err) == (0, ""), format
        assert SECRET not in printed.out, format
        if format in TERMINAL:
            assert not set(printed.out) & set("\x1b\x07\x9b\r\u202e"), format
        if format == "json":
            validates(printed.out)


@pytest.mark.parametrize("words", [words for words, _ in ODDITIES], ids=" ".join)
def test_all_ways_to_the_store_say_the_same(line: CommandLine, odd_file: Path, words: tuple[str, ...]) -> None:
    kept = Mlmd(odd_file)
    with serving(kept) as mlmd, bridge(kept) as web:
        ways = at(mlmd.address), ("--metadata-url", web.address), ("--metadata-db", f"sqlite:///{odd_file}")
        assert len({line(*way, *words).out for way in ways}) == 1


def test_what_is_gone_and_what_is_empty(line: CommandLine, odd_file: Path) -> None:
    way = ("--metadata-db", f"sqlite:///{odd_file}")
    is_refusal(line(*way, "lineage", "artifact", "7777"), 2, "No artifact has the id 7777.", "The newest artifact is 7.")
    is_refusal(line(*way, "lineage", "artifact", "execution:8888"), 2, "No execution has the id 8888.")
    near = line(*way, "lineage", "artifact", "s3://plain/y")
    is_refusal(near, 2, "artifact:7  s3://plain/x?Signature=[redacted]")
    assert SECRET not in near.err
    is_refusal(line(*way, "lineage", "run", EMPTY), 2, f"nothing of run {EMPTY}")
    assert line(*way, "cache", "explain", EMPTY).out.startswith("The run has no task with a container.\n")
    assert "have no row any more" in " ".join(line(*way, "lineage", "artifact", "5").out.split())


@pytest.fixture
def slow(store: Mlmd) -> Iterator[tuple[str, str]]:
    with serving(store, Faults(latency=0.5)) as mlmd:
        yield at(mlmd.address)


@pytest.fixture
def stuck(store: Mlmd) -> Iterator[Served]:
    """Answers so late that whoever asks is still waiting when it is looked at."""
    with serving(store, Faults(latency=5.0)) as mlmd:
        yield mlmd


def begun(way: tuple[str, str], *words: str, **streams: Any) -> subprocess.Popen[str]:
    """The command as a process of its own."""
    command = (sys.executable, "-m", "kfpops", *way, *words)
    return subprocess.Popen(command, text=True, **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams})


@pytest.mark.usefixtures("line")
def test_processes(served: tuple[str, str], slow: tuple[str, str], stuck: Served) -> None:
    """A reader who leaves early is fine, Ctrl-C is 130, progress is for terminals. Side by side, since they take time."""
    terminal, its_end = os.openpty()
    with ExitStack() as ends:
        interrupted = ends.enter_context(begun(at(stuck.address), *COMMANDS["artifact"]))
        watched = ends.enter_context(begun(slow, *COMMANDS["search"], "-o", "json", stderr=its_end, env={**os.environ}))
        closed = ends.enter_context(begun(served, *COMMANDS["run"], preexec_fn=lambda: os.close(1)))
        full = ends.enter_context(Path("/dev/full").open("w"))
        unwritten = ends.enter_context(begun(served, *COMMANDS["run"], stdout=full))
        left = ends.enter_context(begun(served, *COMMANDS["run"], "-o", "json"))
        assert left.stdout is not None
        left.stdout.close()
        while not stuck.asked and interrupted.poll() is None:
            time.sleep(0.05)
        interrupted.send_signal(signal.SIGINT)
        out, err = interrupted.communicate(timeout=30)
        assert (interrupted.returncode, out, err.strip()) == (130, "", "Interrupted.")
        assert left.stderr is not None
        assert (left.wait(60), left.stderr.read()) == (0, "")
        assert "Traceback" not in closed.communicate(timeout=60)[1]
        assert unwritten.communicate(timeout=60)[1].startswith("Error: The output cannot be written: No space left")
        assert unwritten.returncode == 2
        out, _ = watched.communicate(timeout=60)
        assert watched.returncode == 0
        validates(out)
    os.close(its_end)
    assert b"searching the artifacts" in os.read(terminal, 10_000)
    os.close(terminal)
