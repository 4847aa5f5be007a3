"""Requests side by side: in order, bounded, and stopped by the first error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kfpops.cleanup.gather.parallel import in_parallel
from kfpops.errors import Unreachable


def test_nothing_is_asked_for_nothing() -> None:
    assert list(in_parallel(str, ())) == []


def test_answers_come_in_order() -> None:
    assert list(in_parallel(str, range(600))) == [(n, str(n)) for n in range(600)]


def test_only_some_are_asked_ahead() -> None:
    taken = 0

    def numbers() -> Iterator[int]:
        nonlocal taken
        for number in range(10_000):
            taken += 1
            yield number

    answers = in_parallel(str, numbers())
    assert next(answers) == (0, "0")
    assert taken <= 256
    answers.close()


def test_an_error_ends_it() -> None:
    asked: list[int] = []

    def ask(number: int) -> str:
        asked.append(number)
        if number == 3:
            raise Unreachable("It is down.")
        return str(number)

    with pytest.raises(Unreachable):
        list(in_parallel(ask, range(100_000)))
    assert len(asked) <= 256
