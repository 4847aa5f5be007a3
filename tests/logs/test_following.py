from __future__ import annotations

import pytest

from kfpops.logs.following import new_lines


@pytest.mark.parametrize(
    "before, now, expected",
    [
        pytest.param("abc", "abc", "", id="nothing new"),
        pytest.param("abc", "bc", "", id="the end that is read got shorter"),
        pytest.param("aaa", "aaa", "", id="the same line again and again is not new"),
        pytest.param("", "ab", "ab", id="the first lines"),
        pytest.param("abc", "abcd", "d", id="one more"),
        pytest.param("abc", "cde", "de", id="the window moved on"),
        pytest.param("abc", "xyz", "xyz", id="more new lines than the window holds"),
    ],
)
def test_new_lines(before: str, now: str, expected: str) -> None:
    assert new_lines(tuple(before), tuple(now)) == tuple(expected)
