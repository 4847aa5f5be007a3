"""Children that a signal ended, in Python's words."""

from __future__ import annotations

import pytest

from kfpops.knowledge.killed_child import signal_of_child


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("Command '['x']' returned non-zero exit status 1.", None),
        ("Command '['x']' died with <Signals.SIGSEGV: 11>.", 11),
        ("Command 'x' died with unknown signal 64.", 64),
    ],
)
def test_signals_of_children(message: str, number: int | None) -> None:
    assert signal_of_child(message) == number
