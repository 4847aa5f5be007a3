from __future__ import annotations

from kfpops.exporter.checkpoint.held import NEVER, new_held
from kfpops.metrics.family import Series
from kfpops.metrics.value import Distribution, Exemplar
from tests.exporter.checkpoint.worlds import ENDS, LAST, TOOK

ONE = Series("x")


def test_a_copy_does_not_change_what_it_was_made_of() -> None:
    held = new_held(TOOK, 1)
    copy = held.copy()
    copy.observe(3.0, "r", history=False)
    copy.sent()
    assert (held.buckets, held.value, held.first, held.shown, dict(held.exemplars)) == ([0, 0, 0], 0.0, None, False, {})
    assert copy.as_shown(ONE).value == Distribution((0, 1, 0), 3.0, ((1, Exemplar("r", 3.0)),))


def test_a_gauge_is_shown_at_once_and_a_counter_at_nothing() -> None:
    gauge, counter = new_held(LAST, 1), new_held(ENDS, 2)
    gauge.put(5.0, 1.0)
    counter.add(1.0, "r", history=False)
    assert (gauge.as_shown(ONE).value, counter.as_shown(ONE).value) == (5.0, 0.0)


def test_a_gauge_without_a_moment_takes_any() -> None:
    gauge = new_held(LAST, 1)
    assert gauge.at == NEVER
    gauge.put(5.0, -1.0)
    gauge.put(6.0, -2.0)
    assert gauge.value == 5.0


def test_a_value_on_a_bound_is_in_its_bucket() -> None:
    held = new_held(TOOK, 1)
    for value in (1.0, 1.5, 10.0, 10.5):
        held.observe(value, "", history=True)
    assert held.buckets == [1, 2, 1]
