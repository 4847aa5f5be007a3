from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from kfpops.render.words import age, clock, count, duration, sentence, some

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "seconds, expected",
    [
        pytest.param(-5, "0 s", id="clocks that differ make no negative spans"),
        pytest.param(59.4, "59 s", id="seconds"),
        pytest.param(59.6, "1 min", id="rounded up to a minute"),
        pytest.param(200, "3 min 20 s", id="minutes and seconds"),
        pytest.param(3_600, "1 h", id="no zero minutes"),
        pytest.param(7_500, "2 h 5 min", id="hours and minutes"),
        pytest.param(273_700, "3 d 4 h", id="days and hours"),
    ],
)
def test_duration(seconds: float, expected: str) -> None:
    assert duration(seconds) == expected


def test_count_and_some() -> None:
    assert count(1, "pod") == "1 pod"
    assert count(10_000, "pod") == "10,000 pods"
    assert count(2, "queue is", "queues are") == "2 queues are"
    assert some(["a", "b", "c"]) == "a, b, c"
    assert some([str(n) for n in range(40)], 2) == "0, 1 and 38 more"


def test_clock_names_the_date_only_when_it_is_another_day() -> None:
    assert clock(NOON - timedelta(hours=1), NOON) == "11:00:00 UTC"
    assert clock(NOON - timedelta(days=2), NOON) == "2026-11-19 12:00:00 UTC"


def test_sentence_has_one_end() -> None:
    assert sentence("Done") == "Done."
    assert sentence("Done.") == "Done."


def test_age_has_one_unit() -> None:
    assert [age(s) for s in (5, 200, 7_500, 273_700)] == ["5 s", "3 min", "2 h", "3 d"]
