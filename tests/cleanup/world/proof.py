"""The schedules that `make prove` tries, and the few of them that `make test` does."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from tests.cleanup.world.explore import Tally, tried
from tests.cleanup.world.scenarios import SCENARIOS, Scenario
from tests.cleanup.world.schedules import all_in_turn, kills, kills_and_steps, one_switch, two_switches
from tests.cleanup.world.world import Schedule


def every_schedule(scenario: Scenario, one_of: int) -> Iterator[Schedule]:
    """Every kill and pair of kills alone; of the others, thousands a scenario, `one_of` so many, spread evenly (1: all)."""
    yield from kills(scenario)
    for family in (kills_and_steps, one_switch, all_in_turn, two_switches):
        yield from itertools.islice(family(scenario), 0, None, one_of)


def some_schedules(scenario: Scenario, number: int) -> list[Schedule]:
    """A slice, spread evenly over the kills and the switches."""
    return [*spread(kills_and_steps(scenario), number), *spread(one_switch(scenario), number)]


def spread(schedules: Iterable[Schedule], number: int) -> list[Schedule]:
    every = list(schedules)
    return every[:: max(1, len(every) // number)]


def prove(scenario: Scenario, schedules: Iterable[Schedule]) -> Tally:
    tally = Tally()
    for schedule in schedules:
        tally.add(scenario.name, schedule, tried(scenario, schedule))
    return tally


def scenario(name: str) -> Scenario:
    return next(s for s in SCENARIOS if s.name == name)


def prove_part(name: str, one_of: int, part: int, parts: int) -> Tally:
    """One of several equal parts of a scenario's schedules: for a process of its own."""
    found = scenario(name)
    return prove(found, itertools.islice(every_schedule(found, one_of), part, None, parts))
