"""Printed tracebacks, line by line, in every form they come in."""

from __future__ import annotations

import pytest

from kfpops.knowledge.traceback import Traceback
from kfpops.knowledge.traceback_end import find_tracebacks

PLAIN = """\
Traceback (most recent call last):
  File "/app/train.py", line 9, in <module>
    main()
  File "/app/train.py", line 4, in main
    print(columns["currency"])
          ~~~~~~~^^^^^^^^^^^^
KeyError: 'currency'
"""
CHAIN = """\
Traceback (most recent call last):
  File "/usr/lib/python3.11/socket.py", line 962, in getaddrinfo
    for res in _socket.getaddrinfo(host, port, family, type, proto, flags):
socket.gaierror: [Errno -2] Name or service not known

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/train.py", line 9, in <module>
    urlopen(url)
urllib.error.URLError: <urlopen error [Errno -2] Name or service not known>
"""
GROUP = """\
  + Exception Group Traceback (most recent call last):
  |   File "/app/train.py", line 11, in <module>
  |     main()
  |   File "/app/train.py", line 10, in main
  |     raise ExceptionGroup("2 tasks failed", errs)
  | ExceptionGroup: 2 tasks failed (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/app/train.py", line 8, in main
    |     try: f()
    |          ^^^
    | ValueError: bad row 1
    +---------------- 2 ----------------
    | Traceback (most recent call last):
    |   File "/app/train.py", line 8, in main
    |     try: f()
    | KeyError: 'x'
    +------------------------------------
"""
REMOTE = '''\
concurrent.futures.process._RemoteTraceback:
"""
Traceback (most recent call last):
  File "/app/pool.py", line 3, in work
    return 1/x
ZeroDivisionError: division by zero
"""

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/pool.py", line 6, in <module>
    print(list(p.map(work,[1,0])))
ZeroDivisionError: division by zero
'''


def _all(text: str, cut: bool = False) -> list[Traceback]:
    return [p.traceback for p in find_tracebacks(text.splitlines(), cut)]


def _one(text: str, cut: bool = False) -> Traceback:
    (found,) = _all(text, cut)
    return found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty log"),
        pytest.param("Traceback (most recent call last):\n", id="a header and nothing else"),
        pytest.param(
            'Traceback (most recent call last):\n  File "/app/x.py", line 1, in f\n', id="cut before the exception"
        ),
        pytest.param(
            "log: the text 'Traceback (most recent call last):' was not found\nKeyError: 'x'\n", id="a mention of it"
        ),
        pytest.param('{"error": "Traceback (most recent call last):\\n  File \\"x\\"", "n": 1}\n', id="inside of JSON"),
        pytest.param('  File "/app/x.py", line 1\nall is well\n', id="a lonely frame"),
        pytest.param("KeyError: 'x'\nValueError\n", id="exceptions without a traceback"),
    ],
)
def test_no_traceback(text: str) -> None:
    assert _all(text) == []


def test_a_plain_one() -> None:
    found = _one(PLAIN)
    assert (found.exception, found.message) == ("KeyError", "'currency'")
    assert [(f.line, f.function, f.code) for f in found.frames] == [
        (9, "<module>", "main()"),
        (4, "main", 'print(columns["currency"])'),
    ]
    assert found.user_frame == found.frames[1]
    assert found.text[-1] == "KeyError: 'currency'"


@pytest.mark.parametrize(
    ("line", "exception", "message"),
    [
        ("MemoryError", "MemoryError", ""),
        ("AssertionError", "AssertionError", ""),
        ("zlib.error: Error -3 while decompressing", "zlib.error", "Error -3 while decompressing"),
        ("ephemeral_component.f.<locals>.Boom: x: y", "ephemeral_component.f.<locals>.Boom", "x: y"),
        ("grpc._channel._InactiveRpcError: <call", "grpc._channel._InactiveRpcError", "<call"),
        ("KeyError: ''", "KeyError", "''"),
    ],
)
def test_classes_and_messages(line: str, exception: str, message: str) -> None:
    found = _one(f'Traceback (most recent call last):\n  File "/app/x.py", line 1, in f\n    g()\n{line}\n')
    assert (found.exception, found.message) == (exception, message)


@pytest.mark.parametrize(
    ("prefix", "next_prefix"),
    [
        pytest.param("[rank0]: ", "[rank0]: ", id="torchrun's rank"),
        pytest.param("2026-11-21 09:55:20,101 ERROR ", "2026-11-21 09:55:20,102 ERROR ", id="a time stamp that moves"),
        pytest.param("(train_fn pid=123) ", "(train_fn pid=123) ", id="ray's process"),
    ],
)
def test_prefixes_of_every_line(prefix: str, next_prefix: str) -> None:
    first, *rest = PLAIN.splitlines()
    mixed = [prefix + first, "epoch 3 goes on", *(next_prefix + line for line in rest)]
    found = _one("\n".join(mixed))
    assert (found.exception, len(found.frames)) == ("KeyError", 2)


def test_a_prefix_of_the_header_alone() -> None:
    assert _one("50%|#####     | 5/10 " + PLAIN).name == "KeyError"
    assert _one("[KFP Executor 2026-11-21 09:55:20,750 ERROR]: failed\n" + PLAIN).name == "KeyError"


def test_a_chain_has_the_final_exception_and_what_it_goes_back_to() -> None:
    found = _one(CHAIN)
    assert (found.name, found.link) == ("URLError", "context")
    assert found.cause is not None
    assert (found.cause.exception, found.cause.message) == ("socket.gaierror", "[Errno -2] Name or service not known")


def test_a_worker_process_s_traceback_is_the_cause() -> None:
    found = _one(REMOTE)
    assert (found.link, found.message) == ("cause", "division by zero")
    assert found.cause is not None
    assert (found.cause.message, found.cause.frames[0].function) == ("division by zero", "work")


def test_a_group_goes_back_to_its_first_member() -> None:
    found = _one(GROUP)
    assert (found.name, found.link) == ("ExceptionGroup", "group")
    assert found.origin.summary == "ValueError: bad row 1"


def test_two_tracebacks_one_after_the_other_are_two() -> None:
    assert [t.name for t in _all(PLAIN + "going on\n" + CHAIN)] == ["KeyError", "URLError"]


def test_a_cut_beginning() -> None:
    tail = PLAIN.split("\n", 2)[2]
    assert _all(tail) == []
    found = _one(tail, cut=True)
    assert (found.name, [f.function for f in found.frames]) == ("KeyError", ["main"])


def test_other_output_between_the_lines_is_left_out() -> None:
    lines = PLAIN.splitlines()
    lines.insert(3, "row 17 scored")
    assert _one("\n".join(lines)).summary == "KeyError: 'currency'"


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        pytest.param("ValueError: bad\ncolumns: id\n", "bad", id="output that follows is no message"),
        pytest.param("ValueError: 2 errors\n  a is missing\n  b is missing\nnext\n",
                     "2 errors\n  a is missing\n  b is missing", id="indented lines are"),
        pytest.param("RuntimeError: Errors in loading:\nMissing key: w\n\nnext\n",
                     "Errors in loading:\nMissing key: w", id="a paragraph that was announced is"),
    ],
)  # fmt: skip
def test_messages_of_many_lines(printed: str, message: str) -> None:
    found = _one('Traceback (most recent call last):\n  File "/app/x.py", line 1, in f\n    g()\n' + printed)
    assert found.message == message


def test_syntax_errors() -> None:
    main = _one('  File "/app/syn.py", line 1\n    def f(:\n          ^\nSyntaxError: invalid syntax\n')
    assert (main.name, main.user_frame and main.user_frame.line) == ("SyntaxError", 1)
    imported = '  File "/app/x.py", line 1, in <module>\n    import syn\n  File "/app/syn.py", line 1\n    def f(:\n'
    found = _one(f"Traceback (most recent call last):\n{imported}          ^\nSyntaxError: invalid syntax\n")
    assert [f.file for f in found.frames] == ["/app/x.py", "/app/syn.py"]


@pytest.mark.parametrize(
    ("line", "summary"),
    [
        ("/usr/bin/python3: No module named train", "ModuleNotFoundError: No module named 'train'"),
        (
            "/usr/bin/python3.11: Error while finding module specification for 'kfp.dsl.executor_main' "
            "(ModuleNotFoundError: No module named 'kfp')",
            "ModuleNotFoundError: No module named 'kfp'",
        ),
        (
            "python: can't open file '/app/train.py': [Errno 2] No such file or directory",
            "FileNotFoundError: [Errno 2] No such file or directory: '/app/train.py'",
        ),
    ],
)
def test_programs_that_python_could_not_start(line: str, summary: str) -> None:
    assert _one(line).summary == summary
