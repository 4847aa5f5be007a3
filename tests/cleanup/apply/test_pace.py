"""How much is asked of a store at once."""

from __future__ import annotations

import pytest

from kfpops.cleanup.apply.pace import LARGEST, MOST_TOGETHER, SMALLEST, How, Pace


def after(pace: Pace, how: How, times: int) -> Pace:
    for _ in range(times):
        pace = pace.after(how)
    return pace


def test_it_never_stops_asking() -> None:
    assert after(Pace(), "failed", 50) == Pace(1, 1, 60.0, untroubled=False)
    assert after(Pace(), "slow", 50) == Pace(SMALLEST, 1, 60.0, untroubled=False)
    assert Pace(7, 1, untroubled=False).after("slow").batch == 7


@pytest.mark.parametrize("how", ["slow", "failed"])
def test_half_as_much_and_a_pause(how: How) -> None:
    assert Pace(400, 8).after(how) == Pace(200, 4, 1.0, untroubled=False)
    assert Pace(400, 8).after(how).after(how) == Pace(100, 2, 2.0, untroubled=False)


def test_a_little_more_as_long_as_all_goes_well() -> None:
    assert Pace(200, 4, 8.0, untroubled=False).after("ok") == Pace(250, 4, untroubled=False)
    assert Pace(LARGEST, 4, untroubled=False).after("ok") == Pace(LARGEST, 5, untroubled=False)
    assert after(Pace(), "slow", 1).after("ok") == Pace(150, 2, untroubled=False)


def test_twice_as_much_before_anything_has_gone_wrong() -> None:
    assert [after(Pace(), "ok", n) for n in (1, 3, 4)] == [Pace(400, 4), Pace(LARGEST, 4), Pace(LARGEST, 8)]
    assert after(Pace(), "ok", 100) == Pace(LARGEST, MOST_TOGETHER)
