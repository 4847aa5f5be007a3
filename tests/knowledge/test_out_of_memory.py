"""The truth table of lacking memory."""

from __future__ import annotations

import pytest

from kfpops.knowledge.out_of_memory import Ending, dead_child, verdict


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(Ending("Completed", 0), id="it ended well"),
        pytest.param(Ending("Error", 1, 1), id="the program failed by itself"),
        pytest.param(Ending("Error", 137), id="137 without OOMKilled is someone else's kill"),
        pytest.param(Ending("Error", 1, 137), id="the program was killed, and nobody says for memory"),
        pytest.param(Ending("Error", 1, None, "killed"), id="the same as a direct child of the launcher"),
        pytest.param(
            Ending("Error", 143, None, "terminated", system_oom=True), id="ended politely while the node was short"
        ),
        pytest.param(Ending("Error", 137, system_oom=True, disrupted=True), id="evicted while the node was short"),
    ],
)
def test_no_lack_of_memory(ending: Ending) -> None:
    assert verdict(ending) is None


@pytest.mark.parametrize(
    ("ending", "who"),
    [
        pytest.param(Ending("OOMKilled", 137), "main", id="cgroup v2 kills the whole container"),
        pytest.param(Ending("OOMKilled", 1, 137), "main", id="a Python component on cgroup v1: sh says 137"),
        pytest.param(Ending("OOMKilled", 1, None, "killed"), "main", id="a plain command on cgroup v1"),
        pytest.param(Ending("OOMKilled", 1), "main", id="only the node's message is left"),
        pytest.param(Ending("OOMKilled", 1, 137, child_died=True), "child", id="bash reports a part of a pipe"),
        pytest.param(Ending("OOMKilled", 1, 1), "child", id="the program raised because a worker was gone"),
        pytest.param(Ending("OOMKilled", 3, child_died=True), "child", id="a pod without launcher whose worker died"),
        pytest.param(Ending("OOMKilled", 0), "survived", id="the program went on without its child"),
        pytest.param(Ending("OOMKilled", 137, limited=False), "node", id="no limit: it was the node that had no more"),
        pytest.param(Ending("Error", 137, system_oom=True), "node", id="the node's kernel chose it"),
        pytest.param(Ending("Error", 1, 137, system_oom=True), "node", id="the same below KFP's launcher"),
    ],
)
def test_who_was_killed(ending: Ending, who: str) -> None:
    assert verdict(ending) == who


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("epoch 9: loss -9.25", id="numbers"),
        pytest.param("returned 9 rows", id="a count"),
        pytest.param("exit code 1", id="another exit code"),
        pytest.param(
            "sh: line 4:    23 Killed   python3 -m kfp.dsl.executor_main --x", id="bash speaks of KFP's program itself"
        ),
    ],
)
def test_no_child_died(line: str) -> None:
    assert dead_child([line]) is None


@pytest.mark.parametrize(
    "line",
    [
        "RuntimeError: 1 of 1 workers did not finish, first return code -9",
        "cache warmer returned -9 - continuing without a warm cache",
        "workers ended with [-9]",
        "exitcode  : -9 (pid: 41)",
        "Command '['sort']' died with <Signals.SIGKILL: 9>.",
        "concurrent.futures.process.BrokenProcessPool: A process in the process pool was terminated abruptly",
        "joblib.externals.loky.process_executor.TerminatedWorkerError: ... {SIGKILL(-9)}",
        "RuntimeError: DataLoader worker (pid(s) 77) is killed by signal: Killed.",
        'script.sh: line 1:    23 Killed                  python3 -c "import sys"',
    ],
)
def test_a_child_died(line: str) -> None:
    assert dead_child(["fine", line]) == line


def test_where_the_program_itself_was_killed_only_a_shell_can_tell_of_a_part() -> None:
    report = 'script.sh: line 1:    23 Killed                  python3 -c "import sys"'
    assert dead_child(["restarting a worker after SIGKILL", "fine"], by_shell=True) is None
    assert dead_child(["restarting a worker after SIGKILL", report], by_shell=True) == report
