"""Two cleaners at once: whoever has lost the lock changes nothing more, and nothing live is lost whenever that happens."""

from __future__ import annotations

import pytest

from tests.cleanup.world.proof import scenario
from tests.cleanup.world.schedules import lengths
from tests.cleanup.world.takeover import taken_over


@pytest.mark.parametrize("shared", [True, False], ids=["same journal", "a plan of its own"])
@pytest.mark.parametrize("name", ["hit, evict", "used elsewhere"])
def test_a_cleaner_that_is_taken_over_stops(name: str, shared: bool) -> None:
    points, _ = lengths(scenario(name))
    ends = set()
    for point in range(1, points + 1, 17):
        wrong, ended = taken_over(scenario(name), point, shared=shared)
        assert wrong == [], f"at point {point}"
        ends.add(ended[0].partition(":")[0])
    assert "Busy" in ends
