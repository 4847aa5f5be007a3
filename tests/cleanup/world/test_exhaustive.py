"""The real plan and apply beside a living KFP, killed and interrupted everywhere: a slice of what `make prove` tries."""

from __future__ import annotations

import pytest

from tests.cleanup.world.acting import Schedule
from tests.cleanup.world.explore import tried
from tests.cleanup.world.proof import prove, scenario, some_schedules
from tests.cleanup.world.scenarios import SCENARIOS, Scenario

SLICE = 2


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_alone_it_comes_to_an_end(scenario: Scenario) -> None:
    run = tried(scenario, Schedule())
    assert run.wrong == ()
    assert run.ends[-1] == "done"
    assert len(run.ends) == (2 if scenario.undone else 1)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_nothing_live_is_lost(scenario: Scenario) -> None:
    tally = prove(scenario, some_schedules(scenario, SLICE))
    assert tally.wrong == []
    assert tally.deaths > 0
    assert tally.ends["done"] > 0


def test_it_does_delete() -> None:
    assert tried(scenario("hit, evict"), Schedule()).deleted == 5
    assert tried(scenario("hit, respect"), Schedule()).deleted == 2, "nothing but the logs of a run that is given up"
