"""Stores that misbehave: nothing is deleted wrongly, and what is wrong is noticed or does no harm."""

from __future__ import annotations

import pytest

from tests.cleanup.world.acting import Schedule
from tests.cleanup.world.explore import tried
from tests.cleanup.world.hostile import Faults
from tests.cleanup.world.kfp import DAY
from tests.cleanup.world.proof import scenario
from tests.cleanup.world.scenarios import SCENARIOS

ALL_AT_ONCE = Schedule(dict.fromkeys(range(20, 400, 4), (0, 1, 2)))


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(Faults("components"), id="component order, as SeaweedFS"),
        pytest.param(Faults("shuffled", seed=3), id="no order"),
        pytest.param(Faults("truncated"), id="cut off without a word"),
        pytest.param(Faults("duplicated", seed=5), id="a key twice"),
        pytest.param(Faults("dropped", seed=7), id="a key left out"),
        pytest.param(Faults(ignores_conditions=True), id="conditions ignored, as MinIO"),
        pytest.param(Faults(halves=2), id="half of a delete, and no answer"),
        pytest.param(Faults(page=1), id="pages of one"),
    ],
)
@pytest.mark.parametrize("name", ["hit, evict", "imported", "retried, respect", "used elsewhere"])
def test_no_wrong_delete(name: str, faults: Faults) -> None:
    assert tried(scenario(name), ALL_AT_ONCE, faults).wrong == ()


@pytest.mark.parametrize("listing", ["bytes", "components", "shuffled"])
def test_the_order_of_a_listing_changes_nothing(listing: str) -> None:
    alone = tried(scenario("hit, evict"), Schedule())
    other = tried(scenario("hit, evict"), Schedule(), Faults(listing, seed=11))  # type: ignore[arg-type]
    assert other.deleted == alone.deleted > 0


@pytest.mark.parametrize("skew", [2 * DAY, -2 * DAY])
@pytest.mark.parametrize("name", [s.name for s in SCENARIOS][::4])
def test_a_store_whose_clock_is_wrong_by_two_days(name: str, skew: float) -> None:
    assert tried(scenario(name), ALL_AT_ONCE, skew=skew).wrong == ()


@pytest.mark.parametrize("storm", [1, 4, 20])
@pytest.mark.parametrize("at", [0, 60, 110])
def test_a_store_that_says_slow_down(storm: int, at: int) -> None:
    assert tried(scenario("hit, evict"), Schedule(), Faults(storm=storm, storm_from=at)).wrong == ()
