from __future__ import annotations

from kfpops.exporter.own_series import OwnSeries
from kfpops.metrics.family import Family, Series
from kfpops.metrics.value import Distribution

TIMES = Family("t_seconds", "histogram", "T", ("method",), "seconds", (1.0, 2.0))
ERRORS = Family("e_total", "counter", "E", ("reason",))


def test_series_are_born_at_0_and_grow() -> None:
    own = OwnSeries()
    own.add(ERRORS, 0.0, "down")
    assert dict(own.all()) == {Series("e_total", ("down",)): 0.0}
    own.add(ERRORS, 2.0, "down")
    own.add(ERRORS, 1.0, "down")
    assert dict(own.all()) == {Series("e_total", ("down",)): 3.0}


def test_values_are_spread_over_buckets() -> None:
    own = OwnSeries()
    for value in (0.0, 1.0, 1.5, 9.0, 9.0):
        own.observe(TIMES, value, "list")
    found = dict(own.all())[Series("t_seconds", ("list",))]
    assert isinstance(found, Distribution)
    assert (found.buckets, found.sum, found.count) == ((2, 1, 2), 20.5, 5)
    assert found.zeros + sum(events for _, events in found.native) == 5


def test_a_gauge_has_its_last_value() -> None:
    own = OwnSeries()
    gauge = Family("g", "gauge", "G")
    own.put(gauge, 1.0)
    own.put(gauge, 0.0)
    assert dict(own.all()) == {Series("g"): 0.0}
