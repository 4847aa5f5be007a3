"""Statuses and signals."""

from __future__ import annotations

import pytest

from kfpops.knowledge.exit_status import signal_name, signal_of


@pytest.mark.parametrize("status", [None, 0, 1, 3, 64, 127, 128, 255, 200])
def test_no_signal(status: int | None) -> None:
    assert signal_of(status) is None


@pytest.mark.parametrize(
    ("status", "word", "name"),
    [
        (137, None, "SIGKILL"),
        (139, None, "SIGSEGV"),
        (143, None, "SIGTERM"),
        (135, None, "SIGBUS"),
        (None, "killed", "SIGKILL"),
        (None, "segmentation fault", "SIGSEGV"),
        (None, "aborted", "SIGABRT"),
    ],
)
def test_signals(status: int | None, word: str | None, name: str) -> None:
    number = signal_of(status, word)
    assert number is not None
    assert signal_name(number) == name


def test_unknown_ones_keep_their_number() -> None:
    assert signal_name(40) == "signal 40"
    assert signal_of(None, "no such word") is None
