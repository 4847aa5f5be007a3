"""Calls side by side."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from kfpops.cleanup.apply.threads import by_threads
from kfpops.cleanup.apply.work import Together, one_by_one


@pytest.mark.parametrize("together", [one_by_one, by_threads])
@pytest.mark.parametrize("number", [0, 1, 50])
def test_results_come_in_order(together: Together, number: int) -> None:
    assert list(together([partial(int, n) for n in range(number)])) == list(range(number))


def test_they_overlap() -> None:
    barrier = threading.Barrier(3, timeout=5)
    assert len(by_threads([barrier.wait] * 3)) == 3
