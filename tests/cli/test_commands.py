"""runs, status, logs, completion: the thin commands around their features."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from kfpops.cli.printing import colored, page_width
from kfpops.cli.progress import Progress
from kfpops.errors import Unreachable
from kfpops.settings import Settings
from tests.builders import RUN_ID, a_node, a_pod, terminated
from tests.cli.conftest import CommandLine
from tests.fakes import FakeKubernetes, FakePipelines, a_cluster
from tests.golden import matches_golden
from tests.runs.samples import GROUPS, RUNS, a_run
from tests.schemas import validates

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def with_runs(kfpops: CommandLine) -> CommandLine:
    failed = a_run(2, state="FAILED")
    pod = a_pod(
        phase="Failed",
        statuses=(terminated(137, "OOMKilled"),),
        limits={"memory": "400Mi"},
        metadata={"labels": {"pipeline/runid": failed.id, "workflows.argoproj.io/workflow": "train-x7k2p"}},
    )
    pipelines = FakePipelines((RUNS[0], failed, *RUNS[2:]), groups=GROUPS)
    logs = {pod.metadata.name: "hello\n\x1b[31mworld\x1b[0m"}
    kfpops.cluster = a_cluster(FakeKubernetes((pod, a_node()), logs), pipelines)
    return kfpops


def test_runs_with_the_cause_of_the_bad_ones(with_runs: CommandLine) -> None:
    printed = with_runs("runs")
    assert (printed.code, printed.err) == (0, "")
    matches_golden(printed.out, GOLDEN / "runs.txt")


def test_runs_as_json(with_runs: CommandLine) -> None:
    printed = with_runs("runs", "--state", "failed", "--since", "24h", "-o", "json")
    validates(printed.out)
    assert [r["cause"] for r in json.loads(printed.out)["runs"]] == ["memory/oom-killed"]


@pytest.mark.parametrize("since", ["yesterday", "24", "h", "-3h"])
def test_a_span_that_is_none_is_2(with_runs: CommandLine, since: str) -> None:
    printed = with_runs("runs", f"--since={since}")
    assert printed.code == 2
    assert "neither a span such as 90m, 24h or 7d nor a date" in printed.err


@pytest.mark.parametrize("since, number", [("90m", 1), ("2w", 4), ("2026-11-21", 2), ("2026-11-20T00:00:00Z", 3)])
def test_spans_and_dates(with_runs: CommandLine, since: str, number: int) -> None:
    assert len(json.loads(with_runs("runs", "--since", since, "-o", "json").out)["runs"]) == number


def test_status(with_runs: CommandLine) -> None:
    printed = with_runs("status")
    assert printed.code == 0
    matches_golden(printed.out, GOLDEN / "status.txt")
    validates(with_runs("status", "-o", "json").out)


def test_logs_are_made_safe_for_the_terminal(with_runs: CommandLine) -> None:
    run_id = a_run(2).id
    printed = with_runs("logs", run_id)
    assert printed.code == 0
    assert printed.out == "hello\nworld\n"
    assert "pod log" in printed.err


def test_logs_tail(with_runs: CommandLine) -> None:
    assert with_runs("logs", a_run(2).id, "--tail", "1").out == "world\n"


def test_logs_of_an_unknown_task(with_runs: CommandLine) -> None:
    printed = with_runs("logs", a_run(2).id, "--task", "nonsense")
    assert printed.code == 2
    assert 'no task "nonsense"' in printed.err


def test_logs_without_kfp_need_a_whole_id(kfpops: CommandLine) -> None:
    kfpops.cluster = a_cluster(pipelines=FakePipelines(broken=Unreachable("It refused the connection.")))
    assert kfpops("logs", RUN_ID).code == 0
    assert kfpops("logs", "nightly").code == 3


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completion_scripts(kfpops: CommandLine, shell: str) -> None:
    printed = kfpops("completion", shell)
    assert printed.code == 0
    assert "_KFPOPS_COMPLETE" in printed.out


def completed(kfpops: CommandLine, monkeypatch: pytest.MonkeyPatch, words: str) -> list[str]:
    monkeypatch.setenv("_KFPOPS_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
    return re.findall(r"^plain,(.*)$", kfpops().out, re.MULTILINE)


def test_completion_of_commands_and_run_names(with_runs: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert completed(with_runs, monkeypatch, "kfpops st") == ["status"]
    assert completed(with_runs, monkeypatch, "kfpops diagnose run nightly-2026-11-2") == ["nightly-2026-11-21"]
    assert completed(with_runs, monkeypatch, "kfpops logs 0000001e") == [RUNS[2].id]


def test_completion_uses_the_options_before_it_and_waits_little(
    with_runs: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    completed(with_runs, monkeypatch, "kfpops --context prod diagnose run -n team-a ni")
    assert with_runs.opened[-1] == Settings(context="prod", namespace="team-a", request_timeout=2.0)


def test_completion_is_silent_when_nothing_answers(kfpops: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    kfpops.cluster = Unreachable("It refused the connection.")
    assert completed(kfpops, monkeypatch, "kfpops diagnose run ni") == []


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_silent_when_it_is_quick_and_off_terminals() -> None:
    quick, pipe = _Terminal(), io.StringIO()
    with Progress("reading", quick, patience=5):
        pass
    with Progress("reading", pipe, patience=0):
        pass
    assert quick.getvalue() == ""
    assert pipe.getvalue() == ""


def test_progress_tells_and_cleans_up() -> None:
    terminal = _Terminal()
    with Progress("reading the run x", terminal, patience=0):
        while not terminal.getvalue():
            pass
    assert terminal.getvalue() == "\r\x1b[2Kreading the run x … 0 s\r\x1b[2K"


def test_width_and_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "140")
    assert page_width(Settings()) == 80
    assert page_width(Settings(output="wide")) == 140
    assert colored(Settings())
    assert not colored(Settings(color=False))
    monkeypatch.setenv("COLUMNS", "60")
    assert page_width(Settings()) == 60
    monkeypatch.setenv("TERM", "dumb")
    assert not colored(Settings())
