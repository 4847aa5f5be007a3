"""Logs as text."""

from __future__ import annotations

import pytest

from kfpops.knowledge.log_text import is_no_log, log_text


@pytest.mark.parametrize(
    "data, text",
    [
        pytest.param(b"", "", id="nothing"),
        pytest.param(b"one\ntwo\n", "one\ntwo\n", id="as it is"),
        pytest.param(b"caf\xc3\xa9 \xff", "café �", id="bytes that are no text"),
        pytest.param(b"a\x00b", "ab", id="zero bytes, which no terminal shows"),
        pytest.param(b"10%\r20%\n", "10%\r20%\n", id="a progress bar is one line"),
    ],
)
def test_a_log_is_decoded(data: bytes, text: str) -> None:
    assert log_text(data) == text


def test_a_long_line_keeps_both_ends() -> None:
    text = log_text(b"short\n" + b"begin" + b"x" * 1000 + b"end\nlast\n", longest_line=20)
    first, long, last, _ = text.split("\n")
    assert (first, last) == ("short", "last")
    assert long == "beginxxxxx … 988 characters left out … xxxxxxxend"


@pytest.mark.parametrize(
    "data, text",
    [
        pytest.param(b"half a line\nwhole\n", "whole\n", id="the first line is not whole"),
        pytest.param(b"one endless line", "one endless line", id="unless there is no other"),
        pytest.param(b"one endless line\n", "one endless line\n", id="even with an end"),
    ],
)
def test_what_begins_in_the_middle(data: bytes, text: str) -> None:
    assert log_text(data, cut=True) == text


@pytest.mark.parametrize(
    "text, excuse",
    [
        ("", False),
        ("INFO unable to retrieve container logs for x", False),
        ("unable to retrieve container logs for a\nand\nmore", False),
        ("unable to retrieve container logs for containerd://4f5c", True),
        ('failed to try resolving symlinks in path "/var/log/pods/x": lstat: no such file\n', True),
    ],
)
def test_the_kubelets_excuse_is_no_log(text: str, excuse: bool) -> None:
    assert is_no_log(text) is excuse
