"""Which traceback ended the program."""

from __future__ import annotations

import pytest

from kfpops.knowledge.traceback_end import Tracebacks, judge
from tests.log_samples import caught, uncaught

SCRIPT = 'Traceback (most recent call last):\n  File "/app/train.py", line 9, in <module>\n    main()\nKeyError: 1\n'
FUNCTION = 'Traceback (most recent call last):\n  File "/app/train.py", line 7, in main\n    work()\nValueError: 2\n'


def _judge(
    text: str,
    *,
    started: bool = True,
    finished: bool = False,
    status: int | None = 1,
    killed: bool = False,
    cut: bool = False,
) -> Tracebacks:
    return judge(text.splitlines(), cut=cut, started=started, finished=finished, status=status, killed=killed)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        pytest.param("nothing wrong\n", {}, id="no traceback"),
        pytest.param(caught("ImportError: x") + "using the slow reader\n", {}, id="caught, and the program went on"),
        pytest.param(caught("ImportError: x"), {"status": 0}, id="the program ended well"),
        pytest.param(caught("ImportError: x"), {"status": None, "finished": True}, id="the component came to its end"),
        pytest.param(caught("ImportError: x"), {"status": 137}, id="the program was killed"),
        pytest.param(caught("ImportError: x"), {"status": None, "killed": True}, id="the program was killed, says Go"),
        pytest.param(SCRIPT + "x" * 20_000, {"started": False}, id="a script printed it and much more"),
        pytest.param(SCRIPT + "then\n", {"started": False, "status": 3}, id="a script printed it and chose another status"),
        pytest.param(SCRIPT + "worker failed, trying again\n", {}, id="another program's, which the component survived"),
        pytest.param("Exception in thread Thread-1 (work):\n" + FUNCTION + "main done\n", {}, id="another thread's"),
        pytest.param("Exception ignored in: <function X.__del__>\n" + FUNCTION, {}, id="one that Python ignored"),
    ],
)
def test_tracebacks_that_ended_nothing(text: str, more: dict[str, bool]) -> None:
    found = _judge(text, **more)
    assert found.ended is None
    assert (found.logged is None) == ("Traceback" not in text)


@pytest.mark.parametrize(
    ("text", "more", "name", "certain"),
    [
        pytest.param(uncaught("KeyError: 'a'"), {}, "KeyError", True, id="uncaught"),
        pytest.param(
            uncaught("KeyError: 'a'") + "row of output\n" * 900, {}, "KeyError", True, id="stdout comes at the end"
        ),
        pytest.param(
            caught("ImportError: x") + "going on\n" + uncaught("KeyError: 'a'"),
            {}, "KeyError", True, id="one was caught before",
        ),
        pytest.param(
            uncaught("KeyError: 'a'") + caught("ImportError: x") + "going on\n",
            {}, "KeyError", True, id="the caught one stood in stdout and comes later",
        ),
        pytest.param(uncaught("KeyError: 'a'"), {"status": 134}, "KeyError", True, id="a library aborts afterwards"),
        pytest.param(SCRIPT + "flushed\n", {"started": False}, "KeyError", True, id="a script's own end"),
        pytest.param(SCRIPT, {"started": False, "status": None}, "KeyError", True, id="a script without a launcher"),
        pytest.param(FUNCTION, {}, "ValueError", False, id="printed by a handler as the last word"),
        pytest.param(FUNCTION.split("\n", 1)[1] + "x\n", {"cut": True}, "ValueError", False, id="its head is cut off"),
    ],
)  # fmt: skip
def test_the_one_that_ended_the_program(text: str, more: dict[str, bool], name: str, certain: bool) -> None:
    found = _judge(text, **more).ended
    assert found is not None
    assert (found.name, found.certain) == (name, certain)


def test_what_was_only_logged_is_kept() -> None:
    found = _judge(caught("ImportError: x") + "going on\n" + uncaught("KeyError: 'a'"))
    assert found.logged is not None
    assert found.logged.name == "ImportError"


def test_loguru_prints_all_frames_of_what_it_caught() -> None:
    text = uncaught("KeyError: 'a'").replace('  File "/tmp', '> File "/tmp') + "going on\n"
    assert _judge(text).ended is None


def test_a_command_that_failed_goes_back_to_its_own_traceback() -> None:
    report = uncaught("subprocess.CalledProcessError: Command '['python', 'train.py']' returned non-zero exit status 1.")
    found = _judge(SCRIPT + report).ended
    assert found is not None
    assert (found.name, found.link, found.origin.name) == ("CalledProcessError", "child", "KeyError")


def test_a_spawned_process_that_failed_goes_back_to_its_own_traceback() -> None:
    inner = (
        'Traceback (most recent call last):\n  File "/x/site-packages/torch/multiprocessing/spawn.py", line 69, in _wrap\n'
    )
    report = uncaught("torch.multiprocessing.spawn.ProcessRaisedException: ")
    text = f"{report}\n-- Process 0 terminated with the following error:\n{inner}    fn(i, *args)\nValueError: bad shard\n"
    found = _judge(text).ended
    assert found is not None
    assert found.origin.summary == "ValueError: bad shard"


def test_a_notebook_cell_that_failed_goes_back_to_its_own_exception() -> None:
    cell = "-------\nimport foo\n-------\n\n-------\nModuleNotFoundError    Traceback (most recent call last)\n"
    end = "Cell In[1], line 1\n----> 1 import foo\n\nModuleNotFoundError: No module named 'foo'\n"
    report = uncaught("nbclient.exceptions.CellExecutionError: An error occurred while executing the following cell:")
    found = _judge(report + cell + end).ended
    assert found is not None
    assert found.origin.summary == "ModuleNotFoundError: No module named 'foo'"


def test_many_tracebacks_are_read_in_one_pass() -> None:
    found = _judge((caught("ValueError: retry") + "again\n") * 20_000 + uncaught("KeyError: 'a'")).ended
    assert found is not None
    assert found.name == "KeyError"
