from __future__ import annotations

import pytest

from kfpops.cleanup.policy.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    "text", ["", "24", "h", "-1d", "1.5d", "1d12h", "7 d", "7D", "1M", "1y", "٣d", "7d\n", "9999999999s", "1e3s"]
)
def test_what_is_no_duration(text: str) -> None:
    assert parse_duration(text) is None


@pytest.mark.parametrize(
    "text, seconds",
    [("30s", 30), ("90m", 5_400), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600), ("0s", 0), ("007d", 604_800)],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "seconds, text",
    [(0, "0s"), (30, "30s"), (5_400, "90m"), (86_400, "1d"), (90_000, "25h"), (1_209_600, "14d"), (61, "61s")],
)
def test_in_words(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text
    assert parse_duration(text) == seconds
