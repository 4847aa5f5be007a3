from __future__ import annotations

from kfpops.exporter.scrapes import AWAY, Scrapes


def test_nobody_came() -> None:
    assert Scrapes().seen_by_all(1000.0) == 0


def test_the_one_who_comes_decides_however_seldom() -> None:
    scrapes = Scrapes()
    scrapes.took("a", 3, 0.0)
    assert scrapes.seen_by_all(1.0) == 3
    assert scrapes.seen_by_all(10 * AWAY) == 3


def test_the_slower_of_two_decides() -> None:
    scrapes = Scrapes()
    scrapes.took("a", 3, 0.0)
    scrapes.took("b", 5, 10.0)
    assert scrapes.seen_by_all(20.0) == 3
    scrapes.took("a", 6, 30.0)
    assert scrapes.seen_by_all(40.0) == 5


def test_who_came_once_is_not_waited_for_for_ever() -> None:
    scrapes = Scrapes()
    scrapes.took("somebody", 1, 0.0)
    scrapes.took("prometheus", 9, AWAY)
    assert scrapes.seen_by_all(AWAY) == 1
    assert scrapes.seen_by_all(AWAY + 1) == 9
